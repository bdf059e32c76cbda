"""Public holidays by country and subdivision, a year at a time."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import NamedTuple

import holidays


class Region(NamedTuple):
    """Whose public holidays count: ISO 3166 codes such as US and NY."""

    country: str
    subdivision: str | None = None


@lru_cache(maxsize=1)
def holiday_regions() -> Mapping[str, tuple[str, ...]]:
    """Every country code whose holidays are known, with its subdivisions."""
    return {country: tuple(parts) for country, parts in holidays.list_supported_countries().items()}


@lru_cache(maxsize=512)
def public_holidays(region: Region, year: int) -> frozenset[date]:
    """The public holidays of one year, observed days included."""
    return frozenset(holidays.country_holidays(region.country, subdiv=region.subdivision, years=year))
