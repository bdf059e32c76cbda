"""Business time: minutes count only while a pool is open. Pure; instants go in aware and come out in UTC."""

from bot.businesstime.arithmetic import add, closing, elapsed, is_open, next_opening
from bot.businesstime.calendar import Calendar, Window, arrange
from bot.businesstime.publicholidays import Region, holiday_regions
from bot.businesstime.touchdays import calendar_shift, same_business_day

__all__ = [
    "Calendar",
    "Region",
    "Window",
    "add",
    "arrange",
    "calendar_shift",
    "closing",
    "elapsed",
    "holiday_regions",
    "is_open",
    "next_opening",
    "same_business_day",
]
