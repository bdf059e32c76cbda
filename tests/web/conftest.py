from collections.abc import Iterator

import pytest

from bot.db import Database
from tests.intake.site import Site, open_site


@pytest.fixture
def site(database: Database) -> Iterator[Site]:
    """A company's HTTP edge on a port of its own."""
    with open_site(database) as site:
        yield site
