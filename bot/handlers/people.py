"""Finding the rep that somebody means: by mention, key, name or first name."""

import difflib

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import Rep
from bot.errors import FollowupError
from bot.messages.mrkdwn import cut


class NoSuchRepError(FollowupError):
    """Nobody on the team, or more than one, fits what was typed."""


def named_rep(session: Session, word: str) -> Rep:
    """The rep on the team that `@U123`, `@ana`, `ana`, "Ana Ruiz" or "Ana" means. Raises NoSuchRepError."""
    asked = word.strip().removeprefix("@")
    team = session.scalars(select(Rep).where(Rep.active.is_(True)).order_by(Rep.id)).all()
    for names in (_exactly, _first_name):
        found = [rep for rep in team if asked.casefold() in names(rep)]
        if len(found) == 1:
            return found[0]
        if found:
            several = ", ".join(f"{rep.name} ({rep.key})" for rep in found[:8])
            raise NoSuchRepError(
                f"Several people fit “{cut(asked, 60)}”: {several}. Mention the one you mean."
            )
    close = difflib.get_close_matches(asked.casefold(), [rep.key for rep in team], n=1)
    hint = f" Did you mean {close[0]}?" if close else " Mention them with @, or write their name."
    raise NoSuchRepError(f"“{cut(asked, 60)}” is not on the team.{hint}")


def _exactly(rep: Rep) -> set[str]:
    return {name.casefold() for name in (rep.slack_user_id, rep.key, rep.name, rep.email) if name}


def _first_name(rep: Rep) -> set[str]:
    return {rep.name.split()[0].casefold()} if rep.name.split() else set()
