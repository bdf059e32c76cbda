"""Storing intents. Rules call this; it never talks to anybody."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, case, cast, func, literal, select, true, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.db import Loop, wake
from bot.db.models import Intent
from bot.db.sql import Upsert, among, insert_into
from bot.db.types import UtcDateTime
from bot.outbox.leases import is_open

Messages = Select[str, str]
"""A query for the subject and destination of messages."""

_MESSAGE = (Intent.kind, Intent.subject, Intent.destination)


class IntentKind(enum.StrEnum):
    """What a message shows; delivery has one renderer for each."""

    LEAD_CARD = "lead-card"
    """Subject: lead id. One per lead, in its pool's channel, updated in place."""
    TASK = "task"
    """Subject: task id. One per task, in its owner's DM, updated in place."""
    TASK_LIST = "task-list"
    """Subject: due list id. To the owner: several tasks that fell due together, or are still open in the afternoon;
    updated in place."""
    TASK_AGAIN = "task-again"
    """Subject: "<task id>:<due, in seconds>". To its owner: a task they have seen is due again; an update of the old
    message would notify nobody."""
    CLAIM_NUDGE = "claim-nudge"
    """Subject: "<lead id>:<step>@<ladder id>", to whoever is asked; "<lead id>:passed@<offer id>" to whoever is asked
    after a pass, "too" besides others, "again" for a lead that had an owner."""
    CLAIM_ALERT = "claim-alert"
    """Subject: "<lead id>:<step>@<ladder id>", or "<lead id>:nobody@<activity id>" where nobody could be asked. To a
    manager: nobody has claimed it."""
    GROUP_ALERT = "group-alert"
    """Subject: "<lead id>:<step>:<user group>@<ladder id>". To the pool's channel, mentioning the group: nobody has
    claimed it."""
    CONTACT_NUDGE = "contact-nudge"
    """Subject: "<lead id>:<step>@<ladder id>". To the owner: the contact target is missed (D1)."""
    CONTACT_ALERT = "contact-alert"
    """Subject: "<lead id>:<step>@<ladder id>". To a manager: still nobody contacted it."""
    ASSIGNED = "assigned"
    """Subject: "<lead id>@<offer id>". To the fallback person and the managers: nobody claimed it, so it has an owner
    now (D8)."""
    ANSWER_NUDGE = "answer-nudge"
    """Subject: task id. To the owner: they wrote, and nobody has answered (R45)."""
    ANSWER_ALERT = "answer-alert"
    """Subject: task id. To a manager: the owner has not answered either."""
    CALL_BRIEF = "call-brief"
    """Subject: "<call check's task id>:<due, in seconds>". To the owner: a booked call is near."""
    REASSIGNED = "reassigned"
    """Subject: "<lead id>:<activity id>", with ":undone" at the end once taken back. To the old and the new owner."""
    WROTE_AGAIN = "wrote-again"
    """Subject: "<lead id>:<activity id>". To the owner of a known lead (D6)."""
    DIGEST = "digest"
    """Subject: "<the digest before, in seconds>:<this one>". To a rep, each morning."""
    LEAVE = "leave"
    """Subject: "<absence id>:<what>". To whoever is away or covers: planned, covering, covered, back."""
    UNREADABLE = "unreadable"
    """Subject: inbox id. To the managers of the source's pool: something came in that could not be read."""


def in_round(subject: str, number: int) -> str:
    """The subject of what is said anew in every round of a lead: `number` is the id of the ladder, offer or event."""
    return f"{subject}@{number}"


def without_round(subject: str) -> str:
    """What a subject says apart from its round; the oldest ones have none."""
    return subject.partition("@")[0]


def to_pool(key: str) -> str:
    """The destination that means a pool's channel."""
    return f"pool:{key}"


def to_rep(rep_id: int) -> str:
    """The destination that means a person's DM."""
    return f"rep:{rep_id}"


def to_rep_of(rep_id: InstrumentedAttribute[int]) -> ColumnElement[str]:
    """The same destination, for a query."""
    return literal("rep:") + cast(rep_id, String)


def show(session: Session, kind: IntentKind, subject: int | str, destination: str, now: datetime) -> None:
    """Have this message show the current state: posts it the first time, updates it in place from then on.

    Any number of calls before delivery become one message or update. A dead message gets a new chance.
    """
    show_many(session, kind, _message(subject, destination), now)


def show_many(session: Session, kind: IntentKind, messages: Messages, now: datetime) -> None:
    """`show` for every message this query finds, posted in its order: one statement. It may name none twice."""
    session.execute(
        _insert(session, kind, messages, now).on_conflict_do_update(
            index_elements=_MESSAGE, set_=_raised(now)
        )
    )
    wake(session, Loop.DELIVERY)


def tell(session: Session, kind: IntentKind, subject: int | str, destination: str, now: datetime) -> None:
    """Say this once: a second call for the same kind, subject and destination changes nothing."""
    tell_many(session, kind, _message(subject, destination), now)


def tell_many(session: Session, kind: IntentKind, messages: Messages, now: datetime) -> None:
    """`tell` for every message this query finds, in its order: one statement."""
    session.execute(_insert(session, kind, messages, now).on_conflict_do_nothing(index_elements=_MESSAGE))
    wake(session, Loop.DELIVERY)


def refresh(session: Session, kind: IntentKind, *subjects: int | str, now: datetime) -> None:
    """Update every message of this kind and these subjects that was posted or is about to be; posts nothing new."""
    # One statement: two that read and then write could count one wish instead of two.
    session.execute(
        update(Intent)
        .where(Intent.kind == kind.value, among(session, Intent.subject, [str(each) for each in subjects]))
        .values(_raised(now))
    )
    wake(session, Loop.DELIVERY)


def posted_at(
    session: Session, kind: IntentKind, subject: int | str, destination: str | None = None
) -> datetime | None:
    """When this message was first posted, there or anywhere, if it was."""
    posted = select(func.min(Intent.sent_at)).where(Intent.kind == kind.value, Intent.subject == str(subject))
    return session.scalar(posted if destination is None else posted.where(Intent.destination == destination))


def _message(subject: int | str, destination: str) -> Messages:
    # SQLite reads ON CONFLICT after a SELECT only if that has a WHERE.
    return select(literal(str(subject)), literal(destination)).where(true())


def _raised(now: datetime) -> dict[str, Any]:
    """One wish more; whoever waits already has waited since the first."""
    since = case((is_open(), Intent.wanted_at), else_=literal(now, UtcDateTime))
    return {"wanted": Intent.wanted + 1, "dead_at": None, "wanted_at": since}


def _insert(session: Session, kind: IntentKind, messages: Messages, now: datetime) -> Upsert:
    subject, destination = messages.selected_columns
    row: dict[str, ColumnElement[Any]] = {
        "kind": literal(kind.value),
        "subject": subject,
        "destination": destination,
        "lane": literal("card:") + subject if kind is IntentKind.LEAD_CARD else destination,
        "wanted": literal(1),
        "done": literal(0),
        "attempts": literal(0),
        "created_at": literal(now, UtcDateTime),
        "wanted_at": literal(now, UtcDateTime),
    }
    rows = messages.with_only_columns(*row.values(), maintain_column_froms=True)
    return insert_into(session, Intent).from_select(list(row), rows)
