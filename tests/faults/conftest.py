from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory

import pytest

from tests.postgres import Postgres

Databases = Callable[[], AbstractContextManager[str]]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest) -> Databases:
    """Gives the URL of an empty, migrated database at each call: every generated example has its own."""
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        return server.migrated_database
    template: Path = request.getfixturevalue("migrated_sqlite")

    @contextmanager
    def sqlite() -> Iterator[str]:
        with TemporaryDirectory() as folder:
            yield f"sqlite:///{copy(template, Path(folder) / 'followup.db')}"

    return sqlite
