"""The before-image of an outcome: what undo puts back (D11)."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.cadence.enrol import running_enrollment
from bot.cadence.first_response import open_ladders
from bot.cadence.pools import open_offer
from bot.cadence.tasks import open_tasks_of
from bot.cadence.timers import pending_timers
from bot.db.models import Base, Enrollment, Escalation, Lead, Offer, Task, Timer
from bot.db.types import UtcDateTime

_COLUMNS: Mapping[type[Base], tuple[str, ...]] = {
    Lead: (
        "stage", "status", "closed_at", "last_touch_at", "last_touch_number",
        "consent_at", "consent_where", "suppressed",
        "first_response_at", "first_response_seconds", "first_response_business_seconds",
    ),
    Task: ("state", "due_at", "closed_at", "outcome", "snoozes", "late"),
    Enrollment: ("step", "state", "ended_at", "end_reason"),
    Timer: ("fired_at",),
    Escalation: ("ended_at",),
    Offer: ("state", "closed_at"),
}  # fmt: skip
_MODELS = {model.__tablename__: model for model in _COLUMNS}


class BeforeImage:
    """Taken before an outcome; knows afterwards what the outcome changed, on every lead it bears on."""

    def __init__(self, session: Session, *leads: Lead) -> None:
        self._before = [(row, _image(row)) for lead in leads for row in _rows(session, lead)]

    def changes(self) -> dict[str, Any]:
        """{"changed": [[table, id, {column: value before}]], "tasks": [ids open before], "timers", "plans": [...]}."""
        changed = []
        for row, before in self._before:
            now = _image(row)
            columns = {name: value for name, value in before.items() if value != now[name]}
            if columns:
                changed.append([row.__tablename__, _id(row), columns])
        open_before = {"tasks": self._ids(Task), "timers": self._ids(Timer), "plans": self._ids(Enrollment)}
        return {"changed": changed, **open_before}

    def _ids(self, model: type[Base]) -> list[int]:
        return [_id(row) for row, _ in self._before if isinstance(row, model)]


def put_back(session: Session, image: Mapping[str, Any], *, but: Collection[Base] = ()) -> list[Base]:
    """Give every row that the outcome changed, `but` these, its values from before; returns the rows."""
    rows: list[Base] = []
    for table, row_id, columns in image["changed"]:
        row = session.get_one(_MODELS[table], row_id)
        if row in but:
            continue
        for name, value in columns.items():
            setattr(row, name, _from_json(row, name, value))
        rows.append(row)
    return rows


def _rows(session: Session, lead: Lead) -> Iterator[Base]:
    yield lead
    yield from open_tasks_of(session, lead)
    yield from pending_timers(session, lead)
    yield from open_ladders(session, lead)
    for row in (running_enrollment(session, lead), open_offer(session, lead.id)):
        if row is not None:
            yield row


def _image(row: Base) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in _COLUMNS[type(row)]}
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()
    }


def _from_json(row: Base, name: str, value: Any) -> Any:
    if value is None:
        return None
    kind = row.__table__.columns[name].type
    return datetime.fromisoformat(value) if isinstance(kind, UtcDateTime) else kind.python_type(value)


def _id(row: Base) -> int:
    return int(row.id)  # type: ignore[attr-defined]
