"""`/followup log <lead> <outcome> [when] [note]`."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.cadence import Report, UnknownOutcomeError, split_outcome
from bot.db.models import Lead, Outcome
from bot.handlers.claim import claim_or_keep
from bot.handlers.command.asked import Asked
from bot.handlers.dates import DATED
from bot.handlers.lookup import NoLeadNamedError, find_leads, one_lead
from bot.handlers.nextstep import typed_next_step
from bot.handlers.reading import reader_for
from bot.handlers.reporting import log_report
from bot.handlers.when import Reader, leading_moment
from bot.outbox.rendering import SlackMessage

LONGEST_LEAD = 12
"""No name of a lead that anybody types has more words."""


@dataclass(frozen=True)
class Typed:
    """One way to read what was typed."""

    lead: str
    outcome: Outcome
    note: str


def log_in_words(asked: Asked) -> SlackMessage:
    """Raises NoSuchLeadError, SeveralLeadsError, UnknownOutcomeError, UnclearDateError, and what logging raises.

    An unclaimed lead becomes its reporter's first.
    """
    now = asked.edge.business_now()
    with asked.edge.database.write() as session:
        rep = asked.rep(session)
        typed = _likeliest(session, _readings(session, asked.words))
        lead = one_lead(session, typed.lead)
        if lead.owner_id is None and not lead.status.is_closed:
            lead = claim_or_keep(session, lead.id, rep, asked.edge)
        return _log(session, lead, Report(typed.outcome, rep, typed.note, request=asked.request), now)


def readings(words: str) -> list[Typed]:
    """Every way to tell lead, outcome and note apart, the longest lead last: names have several words.

    Raises NoLeadNamedError or UnknownOutcomeError when there is none.
    """
    parts = _split(words)
    if not parts:
        raise NoLeadNamedError("log")
    found: list[Typed] = []
    for start in range(1, min(len(parts), LONGEST_LEAD + 1)):
        try:
            outcome, note = split_outcome(" ".join(parts[start:]))
        except UnknownOutcomeError:
            continue
        found.append(Typed(" ".join(parts[:start]), outcome, note or ""))
    if not found:
        split_outcome(" ".join(parts[1:]))
    return found


def _readings(session: Session, words: str) -> list[Typed]:
    """The readings; where there is none, what is no outcome is what stands after the lead's whole name."""
    try:
        return readings(words)
    except UnknownOutcomeError:
        parts = _split(words)
        for end in range(min(len(parts), LONGEST_LEAD), 1, -1):
            if find_leads(session, " ".join(parts[:end])):
                split_outcome(" ".join(parts[end:]))
        raise


def _likeliest(session: Session, found: list[Typed]) -> Typed:
    """The reading whose lead is the longest that exists: "Li Na done" is not about Li, who gave no answer."""
    if len(found) == 1:
        return found[0]
    return next((each for each in reversed(found[:LONGEST_LEAD]) if find_leads(session, each.lead)), found[0])


def _log(session: Session, lead: Lead, report: Report, now: datetime) -> SlackMessage:
    dated = _dated(report, reader_for(session, lead, report.by, now))
    return log_report(session, lead, None, dated, now).message


def _dated(report: Report, reader: Reader) -> Report:
    """The report with the date or the next step that its note begins with, for outcomes that have one.

    Raises UnclearDateError, NextStepMissingError.
    """
    note = report.note or ""
    if report.outcome is Outcome.HELD:
        step, until, left = typed_next_step(note, reader)
        return replace(report, next_step=step, until=until, note=left)
    until, left = leading_moment(note, reader) if report.outcome in DATED else (None, note)
    return replace(report, until=until, note=left or None)


def _split(words: str) -> list[str]:
    """The words; a lead's name in quotes at the beginning is one of them."""
    if words[:1] == '"' and '"' in words[1:]:
        name, _, rest = words[1:].partition('"')
        return [name.strip(), *rest.split()]
    return words.split()
