"""Every test that takes `database` runs twice: on SQLite and on a real PostgreSQL, both made by our migrations."""

import gc
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import settings

from bot.db import Database
from bot.db.migrate import migrate
from tests.compiled import compile_once
from tests.postgres import Postgres

# Two busy cores make any single example slow at times, which says nothing about the code.
settings.register_profile("search", deadline=None, print_blob=True)
# The same examples in every run: what turns red was broken by a change. `make search` looks for new ones.
settings.register_profile("same", settings.get_profile("search"), derandomize=True)
settings.load_profile("same")
compile_once()
# Left to itself it draws every error with all that is known at each of its places: that takes a second.
_lines = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
structlog.configure(processors=[*structlog.get_config()["processors"][:-1], _lines])


def pytest_collection_finish() -> None:
    """What is there now stays: to walk all of it for garbage again and again takes a tenth of the time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One PostgreSQL server for this process of the test run."""
    with Postgres.start() as server:
        yield server


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "followup.db"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    database.dispose()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty, migrated database of the test's own."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("migrated_sqlite")
        yield f"sqlite:///{shutil.copy(template, tmp_path / 'followup.db')}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.migrated_database() as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.dispose()
