"""Keeping the cells: every lead that was marked is taken out of them as it was and put in as it is."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import delete, func, select, tuple_
from sqlalchemy.orm import Session

from bot.db.models import CountedLead, FigureCell, FigureMark, Offer
from bot.db.models.figures import EVER, GRAINS
from bot.db.sql import among, insert_into
from bot.stats.counting import EPOCH, TEAM, Facts, Parts, Sums, count_ever_into, count_into
from bot.stats.facts import facts_of

_ONE_AT_A_TIME = 741852964
_AT_ONCE = 500


class _Place(NamedTuple):
    """A cell's key."""

    rep_id: int
    grain: int
    start: datetime
    pool: str


def fold_marked(session: Session, limit: int = 500) -> int:
    """Bring the cells up to date with the leads of the oldest marks; returns how many marks there were.

    One worker at a time: each takes out what the last one put in. The others find nothing to do.
    """
    if not _alone(session):
        return 0
    marks = marked(session, limit)
    if marks:
        _fold(session, {lead_id for lead_id in marks.values() if lead_id is not None})
        # Only those read: what changed since then has a mark of its own.
        session.execute(delete(FigureMark).where(among(session, FigureMark.id, marks)))
    return len(marks)


def marked(session: Session, limit: int) -> dict[int, int | None]:
    """The oldest marks by id, and the lead that each means; None where that is gone."""
    rows = session.execute(
        select(FigureMark.id, func.coalesce(FigureMark.lead_id, Offer.lead_id))
        .outerjoin(Offer, Offer.id == FigureMark.offer_id)
        .order_by(FigureMark.id)
        .limit(limit)
    )
    return dict(rows.all())


def counted_before(session: Session, lead_ids: Collection[int]) -> dict[int, Facts]:
    """These leads as the cells hold them."""
    rows = session.execute(
        select(CountedLead.lead_id, CountedLead.facts).where(among(session, CountedLead.lead_id, lead_ids))
    )
    return {lead_id: Facts(*facts) for lead_id, facts in rows}


def start_of(instant: datetime, grain: int) -> datetime:
    """Where the cell of so many hours begins that an instant falls into."""
    return instant - (instant - EPOCH) % timedelta(hours=grain)


def _alone(session: Session) -> bool:
    if session.get_bind().dialect.name == "sqlite":
        return True  # it has one writer anyway
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(_ONE_AT_A_TIME))))


def _fold(session: Session, lead_ids: Collection[int]) -> None:
    before, after = counted_before(session, lead_ids), facts_of(session, lead_ids)
    gone = before.keys() - after.keys()
    news = {lead_id: facts for lead_id, facts in after.items() if facts != before.get(lead_id)}
    changes = _Changes()
    for lead_id in news.keys() | gone:
        changes.count(before.get(lead_id), -1)
        changes.count(after.get(lead_id), 1)
    changes.store(session)
    rows = [{"lead_id": lead_id, "facts": list(facts)} for lead_id, facts in news.items()]
    _upsert(session, CountedLead, rows)
    if gone:
        session.execute(delete(CountedLead).where(among(session, CountedLead.lead_id, gone)))


class _Changes:
    """What is to be added to cells."""

    def __init__(self) -> None:
        self._hours: defaultdict[tuple[datetime, str], Parts] = defaultdict(lambda: defaultdict(Sums))
        self._ever: defaultdict[str, Sums] = defaultdict(Sums)

    def count(self, lead: Facts | None, sign: int) -> None:
        if lead is not None:
            count_into(self._hours[lead.received_at, lead.pool], lead, sign)
            count_ever_into(self._ever[lead.pool], lead, sign)

    def store(self, session: Session) -> None:
        cells: defaultdict[_Place, Sums] = defaultdict(Sums)
        for place, change in self._by_cell():
            cells[place].add_stored(**change)
        for place, numbers, times in _held(session, list(cells)):
            cells[place].add_stored(numbers, times)
        _upsert(session, FigureCell, [place._asdict() | sums.stored() for place, sums in cells.items()])

    def _by_cell(self) -> Iterator[tuple[_Place, Mapping[str, Any]]]:
        for (start, pool), parts in self._hours.items():
            for rep_id, sums in parts.items():
                change = sums.stored()
                for grain in GRAINS:
                    yield _Place(rep_id, grain, start_of(start, grain), pool), change
        for pool, sums in self._ever.items():
            yield _Place(TEAM, EVER, EPOCH, pool), sums.stored()


def _held(session: Session, places: list[_Place]) -> Iterator[tuple[_Place, Any, Any]]:
    key = tuple_(FigureCell.rep_id, FigureCell.grain, FigureCell.start, FigureCell.pool)
    for first in range(0, len(places), _AT_ONCE):
        some = places[first : first + _AT_ONCE]
        rows = session.execute(select(*key, FigureCell.numbers, FigureCell.times).where(key.in_(some)))
        for *place, numbers, times in rows:
            yield _Place(*place), numbers, times


def _upsert(session: Session, table: Any, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    statement = insert_into(session, table.__table__)
    keys = [column.name for column in table.__table__.primary_key]
    values = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    session.execute(statement.on_conflict_do_update(index_elements=keys, set_=values), rows)
