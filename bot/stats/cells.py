"""Reading the cells: sums for any period, exact at this very moment.

Whole hours come from cells, as large ones as fit; the leads of the begun hours at both ends are counted now; and leads
that were marked since the cells were kept are put right, by the same function that keeps them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.db.models import FigureCell, Lead
from bot.db.models.figures import EVER, GRAINS
from bot.stats.bins import Histogram
from bot.stats.counting import TEAM, Facts, Parts, Sums, count_ever_into, count_into
from bot.stats.facts import facts_of
from bot.stats.fold import counted_before, marked, start_of
from bot.stats.queries import Scope

AN_HOUR = timedelta(hours=1)
MARKS_READ = 2_000
"""More changes than these wait only after an upgrade, or when no worker runs."""
_AT_ONCE = 1_000

ByPlace = Mapping[tuple[str, int], Sums]
"""Sums by pool and rep (or TEAM)."""
TimesByPlace = Mapping[tuple[str, int], Mapping[str, Histogram]]
"""Histograms by pool and rep (or TEAM), and by name."""


class CellsBehindError(Exception):
    """More leads have changed since the cells were kept than can be counted while somebody waits."""


class _Span(NamedTuple):
    """The cells of this grain that start in [since, until)."""

    grain: int
    since: datetime
    until: datetime

    def conditions(self) -> list[ColumnElement[bool]]:
        return [
            FigureCell.grain == self.grain,
            FigureCell.start >= self.since,
            FigureCell.start < self.until,
        ]


class Cells:
    """The sums for one scope. Raises CellsBehindError."""

    def __init__(self, session: Session, scope: Scope) -> None:
        self._session, self._pools = session, scope.pools
        first, last = _whole_hours(session, scope)
        self._spans = list(_spans(first, last))
        # What no cell holds: what has changed, and the begun hours.
        self._besides: defaultdict[str, Parts] = defaultdict(lambda: defaultdict(Sums))
        for sign, lead in _changes(session):
            if first <= lead.received_at < last:
                count_into(self._besides[lead.pool], lead, sign)
        for lead in _facts(session, _leads_outside(session, scope, first, last)):
            count_into(self._besides[lead.pool], lead)

    def sums(self, rep_ids: Collection[int]) -> ByPlace:
        """All there is of these people; TEAM is the team's part."""
        return self._sums(rep_ids, FigureCell.numbers, FigureCell.times)

    def numbers(self, rep_ids: Collection[int]) -> ByPlace:
        """Only what is counted of them."""
        return self._sums(rep_ids, FigureCell.numbers)

    def times(self, rep_ids: Collection[int]) -> TimesByPlace:
        """Only their histograms."""
        return {place: sums.times for place, sums in self._sums(rep_ids, FigureCell.times).items()}

    def _sums(self, rep_ids: Collection[int], *halves: InstrumentedAttribute[Any]) -> ByPlace:
        sums: defaultdict[tuple[str, int], Sums] = defaultdict(Sums)
        names = [half.key for half in halves]
        for pool, rep_id, *held in self._stored(rep_ids, halves):
            sums[pool, rep_id].add_stored(**dict(zip(names, held, strict=True)))
        for pool, parts in self._besides.items():
            for rep_id, part in parts.items():
                if (self._pools is None or pool in self._pools) and rep_id in rep_ids:
                    stored = part.stored()
                    sums[pool, rep_id].add_stored(**{name: stored[name] for name in names})
        return sums

    def _stored(
        self, rep_ids: Collection[int], halves: Sequence[InstrumentedAttribute[Any]]
    ) -> Iterator[Any]:
        if not self._spans:
            return
        theirs = [FigureCell.rep_id.in_(rep_ids)]
        if self._pools is not None:
            theirs.append(FigureCell.pool.in_(self._pools))
        spans = (
            select(FigureCell.pool, FigureCell.rep_id, *halves).where(*theirs, *span.conditions())
            for span in self._spans
        )
        yield from self._session.execute(union_all(*spans))


def ever(session: Session) -> dict[str, Sums]:
    """By pool, the sums of all leads there ever were; as they were last kept when more than MARKS_READ have changed."""
    sums: defaultdict[str, Sums] = defaultdict(Sums)
    try:
        for sign, lead in list(_changes(session)):
            count_ever_into(sums[lead.pool], lead, sign)
    except CellsBehindError:
        # Reading them all would make every scrape as slow as the cells are behind; the next ones catch up.
        sums.clear()
    cells = select(FigureCell.pool, FigureCell.numbers, FigureCell.times).where(
        FigureCell.rep_id == TEAM, FigureCell.grain == EVER
    )
    for pool, numbers, times in session.execute(cells):
        sums[pool].add_stored(numbers, times)
    return sums


def _whole_hours(session: Session, scope: Scope) -> tuple[datetime, datetime]:
    """Where the first whole hour begins and the last ends; the one that is still going on is whole, too."""
    first, last = start_of(scope.since + AN_HOUR - datetime.resolution, 1), start_of(scope.until, 1)
    later = select(Lead.id).where(Lead.received_at >= scope.until, Lead.received_at < last + AN_HOUR)
    return first, last if session.scalar(later.limit(1)) else last + AN_HOUR


def _spans(since: datetime, until: datetime, grains: Sequence[int] = GRAINS) -> Iterator[_Span]:
    """The largest cells that fit, and smaller ones before and after them."""
    if since >= until:
        return
    hours, finer = timedelta(hours=grains[0]), grains[1:]
    first, last = start_of(since + hours - datetime.resolution, grains[0]), start_of(until, grains[0])
    if first >= last:
        yield from _spans(since, until, finer)
        return
    yield from _spans(since, first, finer)
    yield _Span(grains[0], first, last)
    yield from _spans(last, until, finer)


def _leads_outside(session: Session, scope: Scope, first: datetime, last: datetime) -> Sequence[int]:
    # Each end as a span of its own: within the whole period a database may look through everything for them.
    ends = ((scope.since, min(first, scope.until)), (max(last, scope.since), scope.until))
    outside = or_(*(and_(Lead.received_at >= since, Lead.received_at < until) for since, until in ends))
    return session.scalars(select(Lead.id).where(outside, *scope.in_pools())).all()


def _facts(session: Session, lead_ids: Sequence[int]) -> Iterator[Facts]:
    for start in range(0, len(lead_ids), _AT_ONCE):
        yield from facts_of(session, lead_ids[start : start + _AT_ONCE]).values()


def _changes(session: Session) -> Iterator[tuple[int, Facts]]:
    """Each lead marked since the cells were kept: as they hold it, to be taken away, and as it is."""
    marks = marked(session, MARKS_READ + 1)
    if len(marks) > MARKS_READ:
        raise CellsBehindError
    lead_ids = list({lead_id for lead_id in marks.values() if lead_id is not None})
    if not lead_ids:
        return
    yield from ((-1, lead) for lead in counted_before(session, lead_ids).values())
    yield from ((1, lead) for lead in _facts(session, lead_ids))
