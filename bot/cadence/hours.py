"""When a touch may fall beside the pool's hours: its owner's own, and the lead's day (R28)."""

from datetime import datetime, time
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from bot.businesstime import Calendar, Region, Window, holiday_regions
from bot.db.models import Lead, Rep
from bot.team.cadences import Touch
from bot.team.live import LiveTeam
from bot.team.pools import Pool

REASONABLE = Window(time(8), time(20))


def polite_calendars(lead: Lead, touch: Touch, pool_zone: str, at: datetime) -> tuple[Calendar, ...]:
    """The lead's reasonable hours and holidays, where we know them, and the touch's own window of the day."""
    own = lead_calendar(lead, at)
    if touch.between is None:
        return own
    return (*own, _daily(own[0].zone if own else pool_zone, None, touch.between))


def owner_calendar(owner: Rep | None, pool: Pool, live: LiveTeam) -> tuple[Calendar, ...]:
    """The owner's own working hours, where they differ from the pool's."""
    own = live.team.working_hours(owner.key, pool) if owner else pool.calendar
    return () if own == pool.calendar else (own,)


def lead_calendar(lead: Lead, at: datetime) -> tuple[Calendar, ...]:
    """The lead's reasonable hours on days that are no holiday in its country; nothing where its clock is unknown."""
    zone = lead_zone(lead, at)
    return (_daily(zone, lead.country, REASONABLE),) if zone else ()


def lead_zone(lead: Lead, at: datetime) -> str | None:
    """The lead's time zone: the one it gave, else its phone's, else its country's; None where that is no one clock."""
    if lead.zone and _is_zone(lead.zone):
        return lead.zone
    zones = _zones_of_phone(lead.phone or "")
    if lead.country and not zones:
        zones = _zones_of_country().get(lead.country, ())
    offsets = {at.astimezone(ZoneInfo(zone)).utcoffset() for zone in zones}
    return zones[0] if len(offsets) == 1 else None


@lru_cache(maxsize=1024)
def _daily(zone: str, country: str | None, window: Window) -> Calendar:
    region = Region(country) if country and country in holiday_regions() else None
    return Calendar.weekly(zone, dict.fromkeys(range(7), (window,)), holidays=region)


@lru_cache(maxsize=1024)
def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (OSError, LookupError, ValueError):
        return False
    return True


@lru_cache(maxsize=4096)
def _zones_of_phone(phone: str) -> tuple[str, ...]:
    # Its tables take a tenth of a second to load, which starting up need not wait for.
    from phonenumbers import NumberParseException, parse  # noqa: PLC0415
    from phonenumbers.timezone import time_zones_for_number  # noqa: PLC0415

    try:
        zones = time_zones_for_number(parse(phone))
    except NumberParseException:
        return ()
    return tuple(zone for zone in zones if _is_zone(zone))


@lru_cache(maxsize=1)
def _zones_of_country() -> dict[str, tuple[str, ...]]:
    table = files("tzdata").joinpath("zoneinfo/zone.tab").read_text("utf-8")
    zones: dict[str, tuple[str, ...]] = {}
    for line in table.splitlines():
        if line and not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            zones[country] = (*zones.get(country, ()), zone)
    return zones
