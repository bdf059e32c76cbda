"""Finding the lead that somebody means: by reference, e-mail, phone or name."""

import difflib
import re
from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from bot.db.models import Lead
from bot.db.models.leads import FIRST_REF
from bot.errors import FollowupError
from bot.handlers.typed import unquoted
from bot.messages.leads import title
from bot.messages.mrkdwn import cut

LISTED = 8
LONGEST_NAME = 6
"""Words in a lead's name that a command looks for at most."""
LONGEST_ASKED = 320
"""As long as the longest e-mail address; nothing longer names a lead."""
_RECENT = 1000
_REF = re.compile(r"#?(?:l-?)?(\d{1,15})", re.IGNORECASE)


class NoLeadNamedError(FollowupError):
    """The command needs a lead and got none."""

    def __init__(self, command: str) -> None:
        super().__init__(f"Which lead? Try “/followup {command} L-1042”, an e-mail address or a name.")


class NoSuchLeadError(FollowupError):
    """Nothing fits what was typed; `close` come near it."""

    def __init__(self, asked: str, close: Sequence[Lead]) -> None:
        near = (
            "Did you mean one of these?\n" + _listed(close)
            if close
            else "Try its number, e-mail address or name."
        )
        super().__init__(f"No lead fits “{cut(asked, 100)}”. {near}")


class SeveralLeadsError(FollowupError):
    """More than one lead fits what was typed."""

    def __init__(self, asked: str, leads: Sequence[Lead]) -> None:
        more = "\n…and more" if len(leads) > LISTED else ""
        super().__init__(
            f"Several leads fit “{cut(asked, 100)}”. Use the number of the one you mean:\n{_listed(leads)}{more}"
        )


def one_lead(session: Session, asked: str) -> Lead:
    """The lead that `asked` means. Raises NoSuchLeadError or SeveralLeadsError, listing what is near."""
    found = find_leads(session, unquoted(asked))
    if not found:
        raise NoSuchLeadError(asked, _close(session, unquoted(asked)))
    if len(found) > 1:
        raise SeveralLeadsError(asked, found)
    return found[0]


def lead_and_rest(session: Session, words: str, command: str) -> tuple[Lead, str]:
    """The lead that these words begin with, and the words after it; of several readings the longest name.

    Raises NoLeadNamedError, NoSuchLeadError or SeveralLeadsError.
    """
    if not words:
        raise NoLeadNamedError(command)
    if words[:1] == '"' and '"' in words[1:]:
        name, _, rest = words[1:].partition('"')
        return one_lead(session, name), rest.strip()
    parts = words.split()
    named = 1 if _REF.fullmatch(parts[0]) or "@" in parts[0] else LONGEST_NAME
    for count in range(min(named, len(parts)), 0, -1):
        if find_leads(session, " ".join(parts[:count])):
            return one_lead(session, " ".join(parts[:count])), " ".join(parts[count:])
    raise NoSuchLeadError(parts[0], _close(session, " ".join(parts[:2])))


def find_leads(session: Session, asked: str) -> Sequence[Lead]:
    """The leads that `asked` may mean, newest first: what it fits exactly, else what has it in its name."""
    if not asked or len(asked) > LONGEST_ASKED:
        return []
    if ref := _REF.fullmatch(asked):
        lead = session.get(Lead, int(ref[1]) - FIRST_REF)
        if lead or asked[0] in "#lL":
            return [lead] if lead else []
    folded = asked.casefold()
    reach = or_(
        func.lower(Lead.email) == folded, Lead.phone == _digits(asked), func.lower(Lead.handle) == folded
    )
    return _select(session, reach) or _by_name(session, folded)


def _by_name(session: Session, folded: str) -> Sequence[Lead]:
    exact = _select(session, func.lower(Lead.name) == folded)
    part = or_(
        *(func.lower(column).contains(folded, autoescape=True) for column in (Lead.name, Lead.company))
    )
    # Not every database lowers letters beyond a to z; Python does, over the recent ones.
    return (
        exact
        or _select(session, part)
        or [lead for lead in _recent(session) if folded in title(lead).casefold()]
    )


def _close(session: Session, asked: str) -> Sequence[Lead]:
    if len(asked) > LONGEST_ASKED:
        return []
    named = {(lead.name or lead.display_name).casefold(): lead for lead in _recent(session)}
    return [named[name] for name in difflib.get_close_matches(asked.casefold(), named, n=3)]


def _recent(session: Session) -> Sequence[Lead]:
    return session.scalars(select(Lead).order_by(Lead.id.desc()).limit(_RECENT)).all()


def _select(session: Session, condition: ColumnElement[bool]) -> Sequence[Lead]:
    return session.scalars(select(Lead).where(condition).order_by(Lead.id.desc()).limit(LISTED + 1)).all()


def _digits(asked: str) -> str:
    return re.sub(r"[\s().-]", "", asked)


def _listed(leads: Sequence[Lead]) -> str:
    return "\n".join(f"{lead.ref}  {title(lead, 60)}" for lead in leads[:LISTED])
