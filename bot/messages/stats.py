"""What `/followup stats` shows: plain numbers first, one fact a line."""

from collections.abc import Mapping, Sequence
from itertools import islice

from bot.db.models import LadderKind, Outcome
from bot.messages.blocks import context, header, section
from bot.messages.mrkdwn import cut, literal
from bot.outbox.rendering import SlackMessage
from bot.stats import RepStats, Spread, TeamStats

_SOURCES_SHOWN = 10
_REPS_SHOWN = 20
_REPS_A_SECTION = 5
_NAME_LENGTH = 60
_LONGEST_BAR = 20
_BANDS = ("0-5 min", "5-15 min", "15-60 min", "60+ min")


def stats_blocks(stats: TeamStats, period_label: str) -> SlackMessage:
    """The figures as a message; `period_label` as it stands in a sentence: "today", "the last 7 days"."""
    parts = [_claims, _responses, _follow_up] if stats.received else []
    sections = [_leads(stats), *(part(stats) for part in parts), *_reps(stats.reps)]
    return SlackMessage(
        text=_in_a_sentence(stats, period_label),
        blocks=[
            header(f"Figures for {period_label}"),
            *(section("\n".join(lines)) for lines in sections),
            context(
                "All figures are about the leads that came in in this period and what became of them so far; "
                "only “now” takes in older ones. Times are business time unless said otherwise. "
                "P90: nine of ten were this fast or faster. On target: within the pool's contact target. "
                "Neither a claim nor an automatic e-mail is a response."
            ),
        ],
    )


def rep_stats_blocks(stats: RepStats, period_label: str) -> SlackMessage:
    """One person's part in them."""
    name = literal(stats.name, _NAME_LENGTH)
    lines = [
        f"Offered *{stats.offered}*: {stats.claimed} claimed, {stats.passed} passed, {stats.missed} missed",
        f"Touches: *{_done(stats)}*, {stats.touches_skipped} skipped, {stats.overdue_now} overdue now",
        *_on_their_day(stats),
        f"Booked: *{stats.booked}*",
    ]
    sections = [
        lines,
        _rep_times("Time to claim", stats.claim),
        _rep_times("First response", stats.first_response),
    ]
    if stats.first_response.count:
        sections[-1].append(f"```{_bars(dict(zip(_BANDS, stats.first_response.bands, strict=True)))}```")
    return SlackMessage(
        text=f"Figures of {name} for {period_label}: {stats.claimed} claimed, {stats.booked} booked",
        blocks=[
            header(f"{cut(stats.name, _NAME_LENGTH)}: figures for {period_label}"),
            *(section("\n".join(each)) for each in sections),
            context(
                "About the leads that came in in this period; only “now” takes in older ones. Times are business "
                "time. First responses and bookings are those of the leads they own."
            ),
        ],
    )


def _rep_times(what: str, spread: Spread) -> list[str]:
    if spread.average is None or spread.median is None or spread.p90 is None:
        return [f"*{what}*", "No data yet."]
    figures = {"Average": spread.average, "Median": spread.median, "P90": spread.p90}
    return [
        f"*{what}* ({_count(spread.count, 'lead')})",
        *(f"{name}: *{duration(seconds)}*" for name, seconds in figures.items()),
    ]


def duration(seconds: float, *, in_days: bool = False) -> str:
    """A length of time for people: "45 s", "3 min 20 s", "52 h 5 min".

    Business time has no days of 24 hours; with `in_days`, for wall time, it is "2 days 4 h".
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return _two(whole // 60, "min", whole % 60, "s")
    if whole < 86400 or not in_days:
        return _two(whole // 3600, "h", whole % 3600 // 60, "min")
    days = whole // 86400
    return _two(days, "day" if days == 1 else "days", whole % 86400 // 3600, "h")


def _two(large: int, unit: str, small: int, small_unit: str) -> str:
    return f"{large} {unit} {small} {small_unit}" if small else f"{large} {unit}"


def _in_a_sentence(stats: TeamStats, period_label: str) -> str:
    facts = [f"{_count(stats.received, 'lead')} came in"]
    if stats.received:
        median = stats.first_response.business.median
        answered = "nobody answered yet" if median is None else f"first response {duration(median)} (median)"
        facts += [f"{stats.claimed} claimed", answered]
    return f"Figures for {period_label}: {', '.join(facts)}, {stats.unclaimed_now} unclaimed now"


def _leads(stats: TeamStats) -> list[str]:
    if not stats.received:
        return ["*No leads* came in in this period.", _unclaimed(stats)]
    alerted = stats.escalated
    return [
        f"*{_count(stats.received, 'lead')}* came in: "
        + ", ".join(f"{number} {tier}" for tier, number in stats.by_tier.items()),
        f"From {_sources(stats.by_source)}",
        f"Claimed: *{stats.claimed}*",
        f"Given to the fallback person: *{stats.assigned}*",
        f"Managers alerted, not claimed in time: *{alerted[LadderKind.CLAIM]}*",
        f"Managers alerted, not contacted in time: *{alerted[LadderKind.CONTACT]}*",
        _unclaimed(stats),
    ]


def _sources(by_source: Mapping[str, int]) -> str:
    first = islice(by_source.items(), _SOURCES_SHOWN)
    shown = [f"{literal(name, _NAME_LENGTH)} {number}" for name, number in first]
    if len(by_source) > _SOURCES_SHOWN:
        shown.append(f"and {len(by_source) - _SOURCES_SHOWN} more")
    return ", ".join(shown)


def _unclaimed(stats: TeamStats) -> str:
    if stats.oldest_unclaimed_at is None:
        return "Unclaimed now: *0*"
    waiting = duration((stats.until - stats.oldest_unclaimed_at).total_seconds(), in_days=True)
    return f"Unclaimed now: *{stats.unclaimed_now}*, the oldest for {waiting} on the clock"


def _claims(stats: TeamStats) -> list[str]:
    if not stats.claimed:
        return ["*Time to claim*", "No lead has been claimed yet."]
    return [
        f"*Time to claim* ({_count(stats.claimed, 'lead')})",
        *_times(stats.claim.business, stats.claim.wall),
    ]


def _responses(stats: TeamStats) -> list[str]:
    response = stats.first_response.business
    bars = _bars({**dict(zip(_BANDS, response.bands, strict=True)), "no response yet": stats.unanswered})
    return [
        f"*First response by a person* ({_count(response.count, 'lead')})",
        *(
            _times(response, stats.first_response.wall)
            if response.count
            else ["No lead has been answered yet."]
        ),
        _on_target(stats),
        f"```{bars}```",
    ]


def _times(business: Spread, wall: Spread) -> list[str]:
    figures = {
        "Average": (business.average, wall.average),
        "Median": (business.median, wall.median),
        "P90": (business.p90, wall.p90),
    }
    return [f"{name}: {_both(*times)}" for name, times in figures.items()]


def _both(business: float | None, wall: float | None) -> str:
    assert business is not None
    assert wall is not None
    shown, on_the_clock = duration(business), duration(wall, in_days=True)
    return f"*{shown}*" if wall == business else f"*{shown}* ({on_the_clock} on the clock)"


def _on_target(stats: TeamStats) -> str:
    if stats.in_target_share is None:
        return "On target: too early to say"
    decided = stats.in_target + stats.out_of_target
    undecided = f", {stats.received - decided} may still be" if decided < stats.received else ""
    return f"On target: *{stats.in_target_share:.0%}* ({stats.in_target} of {decided}{undecided})"


def _bars(numbers: Mapping[str, int]) -> str:
    most = max(numbers.values()) or 1
    width = max(map(len, numbers))
    # Whatever is not zero shows: a single late answer among hundreds is what a manager looks for.
    lengths = {name: -(-number * _LONGEST_BAR // most) for name, number in numbers.items()}
    rows = (f"{name:<{width}}  {'█' * lengths[name]} {number}" for name, number in numbers.items())
    return "\n".join(rows)


def _follow_up(stats: TeamStats) -> list[str]:
    return ["*Follow-up so far*", *_touches(stats), f"Outcomes: {_outcomes(stats.outcomes)}"]


def _touches(stats: TeamStats) -> list[str]:
    if stats.follow_up_rate is None:
        return ["No touch has come due yet."]
    return [
        *_on_their_day(stats),
        f"{_done(stats)}, {stats.touches_skipped} skipped, {stats.touches_overdue} overdue",
    ]


def _on_their_day(stats: TeamStats | RepStats) -> list[str]:
    """The follow-up rate (R53)."""
    if stats.follow_up_rate is None:
        return []
    return [f"Touches done by the end of the day they were due: *{stats.follow_up_rate:.0%}*"]


def _done(stats: TeamStats | RepStats) -> str:
    late = f" ({stats.touches_late} of them late)" if stats.touches_late else ""
    return f"{stats.touches_done} done{late}"


def _outcomes(outcomes: Mapping[Outcome, int]) -> str:
    shown = [f"{outcome.replace('-', ' ')} {number}" for outcome, number in outcomes.items()]
    return ", ".join(shown) or "none logged yet"


def _reps(reps: Sequence[RepStats]) -> list[list[str]]:
    lines = ["*Reps*", *(_rep(rep) for rep in reps[:_REPS_SHOWN])]
    if len(reps) > _REPS_SHOWN:
        lines.append(f"and {len(reps) - _REPS_SHOWN} more")
    return [lines[start : start + _REPS_A_SECTION] for start in range(0, len(lines), _REPS_A_SECTION)]


def _rep(rep: RepStats) -> str:
    medians = {"claim": rep.claim.median, "first response": rep.first_response.median}
    known = [f"{name} {duration(seconds)}" for name, seconds in medians.items() if seconds is not None]
    return (
        f"*{literal(rep.name, _NAME_LENGTH)}*: {rep.offered} offered, {rep.claimed} claimed, "
        f"{rep.passed} passed, {rep.missed} missed\n"
        f"      median {', '.join(known) or 'times: no data yet'}\n"
        f"      {_count(rep.touches_done, 'touch', 'touches')} done, {rep.overdue_now} overdue now, "
        f"{rep.booked} booked"
    )


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
