import base64
import re
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from bot.db import Database
from bot.intake import UnusableSecretError, create_secret, ensure_secrets, valid_secrets
from bot.team.document import load_team
from tests.intake.site import TEAM

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)


def test_a_secret_signs_and_is_never_the_same_twice(database: Database) -> None:
    with database.write() as session:
        first, second = create_secret(session, "a", NOW), create_secret(session, "b", NOW)
    assert first != second
    for secret in (first, second):
        assert len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) >= 24
        assert re.fullmatch(r"\w+", secret), "goes into an address as it is"
        assert Webhook(secret).sign("msg", NOW, "{}").startswith("v1,")


def test_two_are_valid_during_a_rotation_and_one_after_it(database: Database) -> None:
    with database.write() as session:
        oldest = create_secret(session, "a", NOW)
        old = create_secret(session, "a", NOW, retire_others_at=NOW + timedelta(days=7))
        assert valid_secrets(session, "a", NOW) == [old, oldest]
        new = create_secret(session, "a", NOW, retire_others_at=NOW + timedelta(days=7))
        assert valid_secrets(session, "a", NOW + timedelta(days=6)) == [new, old, oldest]
        assert valid_secrets(session, "a", NOW + timedelta(days=7)) == [new]
        leaked = create_secret(session, "a", NOW + timedelta(days=8))
        assert valid_secrets(session, "a", NOW + timedelta(days=8)) == [leaked]
        assert valid_secrets(session, "b", NOW) == []


def test_a_secret_that_ends_sooner_is_not_given_more_time(database: Database) -> None:
    with database.write() as session:
        create_secret(session, "a", NOW)
        kept = create_secret(session, "a", NOW, retire_others_at=NOW + timedelta(hours=1))
        newest = create_secret(session, "a", NOW, retire_others_at=NOW + timedelta(days=1))
        assert valid_secrets(session, "a", NOW + timedelta(hours=2)) == [newest, kept]


def test_every_source_gets_one_secret_and_keeps_it(database: Database) -> None:
    team = load_team(TEAM)
    with database.write() as session:
        ensure_secrets(session, team, NOW)
        first = {name: valid_secrets(session, name, NOW) for name in team.sources}
        ensure_secrets(session, team, NOW)
        assert {name: valid_secrets(session, name, NOW) for name in team.sources} == first
    assert all(len(secrets) == 1 for secrets in first.values())


def test_a_secret_made_by_the_sender_is_taken(database: Database) -> None:
    with database.write() as session:
        given = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
        assert create_secret(session, "a", NOW, value=given) == given
        assert valid_secrets(session, "a", NOW) == [given]


@pytest.mark.parametrize(
    "value",
    [
        "",
        "whsec_",
        "short",
        "whsec_" + "a" * 5,
        "with a space in it, but long",
        "ü" * 20,
        "x" * 256,
        "whsec_!!!!!!!!!!!!!!!!!",
    ],
)
def test_a_secret_that_protects_nothing_is_refused(database: Database, value: str) -> None:
    with pytest.raises(UnusableSecretError), database.write() as session:
        create_secret(session, "a", NOW, value=value)
