from collections.abc import Iterator

import pytest

from bot.db import Database
from tests.company import Company, company, new_york
from tests.intake.site import Site, open_site


@pytest.fixture
def site(database: Database) -> Iterator[Site]:
    with open_site(database) as site:
        yield site


@pytest.fixture
def office(database_url: str) -> Iterator[Company]:
    """A whole company on a Monday at ten."""
    with company(database_url, new_york(2026, 3, 2, 10)) as office:
        yield office
