from collections.abc import Iterator

import pytest

from bot.db import Database
from tests.outbox.bench import Bench
from tests.outbox.scripted import ScriptedSlack, serving


@pytest.fixture
def bench(database: Database) -> Iterator[Bench]:
    with serving(ScriptedSlack()) as slack:
        yield Bench(database, slack)
