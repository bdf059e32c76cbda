import gzip
import json
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from bot.db import Database
from bot.db.models import InboxState
from bot.intake import forget_sightings
from tests.intake.site import Answer, Site, open_site

LEAD = {"email": "dana@brightfields.example"}
BRIEF = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def multipart(fields: dict[str, str], boundary: str) -> bytes:
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    return "".join([*parts, f"--{boundary}--\r\n"]).encode()


def test_a_lead_is_stored_as_it_came_before_anything_is_made_of_it(site: Site) -> None:
    body = b'\xef\xbb\xbf {"email" :"Dana@Brightfields.example", "id": 12345678901234567890}\r\n'
    answer = site.send(body, Content_Type="application/json; charset=utf-8")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
    (entry,) = site.entries()
    assert answer.json == {"id": entry.public_id, "status": "queued"}
    assert (entry.body, entry.content_type) == (body, "application/json; charset=utf-8")
    assert (entry.state, entry.received_at, entry.delivery_id) == (InboxState.WAITING, site.business(), None)
    assert site.leads() == []


def test_the_same_idempotency_key_is_a_duplicate_however_late_and_whatever_the_body(site: Site) -> None:
    first = site.send(LEAD, Idempotency_Key="form-1")
    site.business.advance(days=30)
    again = site.send({"email": "other@brightfields.example"}, Idempotency_Key="form-1")
    assert again.json == {"id": first.json["id"], "status": "duplicate"}
    assert site.send(LEAD, Idempotency_Key="form-2").json["status"] == "queued"
    assert site.send(LEAD, source="partner", Idempotency_Key="form-1").json["status"] == "queued"
    assert len(site.entries()) == 3


def test_a_webhook_id_is_a_key_as_well_and_a_very_long_one_too(site: Site) -> None:
    for identity in ("msg_1", "x" * 5000):
        assert site.send(LEAD, webhook_id=identity).json["status"] == "queued"
        assert site.send(LEAD, webhook_id=identity).json["status"] == "duplicate"
    assert site.send(LEAD, webhook_id="x" * 4999).json["status"] == "queued"


def test_the_same_content_within_ten_minutes_is_a_duplicate_and_later_is_new(site: Site) -> None:
    first = site.send(LEAD).json
    site.business.advance(minutes=9, seconds=59)
    assert site.send(LEAD).json == {"id": first["id"], "status": "duplicate"}
    assert site.send(LEAD, source="partner").json["status"] == "queued"
    assert site.send({**LEAD, "message": "hello"}).json["status"] == "queued"
    site.business.advance(seconds=1)
    third = site.send(LEAD).json
    assert third["status"] == "queued"
    assert site.send(LEAD).json == {"id": third["id"], "status": "duplicate"}


def test_contents_are_forgotten_once_they_would_be_new_again_and_no_sooner(site: Site) -> None:
    first = site.send(LEAD).json
    site.business.advance(minutes=9)
    assert forgotten(site) == 0
    assert site.send(LEAD).json == {"id": first["id"], "status": "duplicate"}
    site.business.advance(hours=1)
    assert [forgotten(site), forgotten(site)] == [1, 0]
    assert site.send(LEAD).json["status"] == "queued"
    assert len(site.entries()) == 2


def forgotten(site: Site) -> int:
    with site.database.write() as session:
        return forget_sightings(session, site.business())


def test_a_browser_that_sends_a_form_twice_draws_a_new_boundary_and_is_still_a_duplicate(site: Site) -> None:
    statuses = [
        site.send(multipart(LEAD, boundary), Content_Type=f"multipart/form-data; boundary={boundary}").json[
            "status"
        ]
        for boundary in ("----Web1", "----Web2")
    ]
    assert statuses == ["queued", "duplicate"]


@pytest.mark.parametrize("headers", [{}, {"Idempotency_Key": "one"}])
def test_of_many_at_once_one_is_stored_and_the_others_hear_its_id(
    site: Site, headers: dict[str, str]
) -> None:
    site.secret("website")
    answers: list[Answer] = []
    threads = [threading.Thread(target=lambda: answers.append(site.send(LEAD, **headers))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (entry,) = site.entries()
    assert {answer.json["id"] for answer in answers} == {entry.public_id}
    assert sorted(answer.json["status"] for answer in answers) == ["duplicate"] * 11 + ["queued"]


def test_a_body_over_the_limit_is_refused_and_one_of_just_the_limit_is_kept(site: Site) -> None:
    limit = 256 * 1024
    assert site.send(b"x" * limit).status == 200
    answer = site.send(b"x" * (limit + 1))
    assert (answer.status, answer.headers["Content-Type"]) == (413, "application/problem+json")
    assert len(site.entries()) == 1


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_other_methods_are_refused_as_problems(site: Site, method: str) -> None:
    answer = call_with_method(site, method)
    assert (answer.status, answer.json["title"]) == (405, "Method Not Allowed")
    assert "POST" in answer.headers["Allow"]


def call_with_method(site: Site, method: str) -> Answer:
    import http.client

    connection = http.client.HTTPConnection(site.url.removeprefix("http://"), timeout=20)
    connection.request(method, "/leads/website")
    response = connection.getresponse()
    answer = Answer(response.status, response.msg, response.read().decode())
    connection.close()
    return answer


def test_a_path_nobody_knows_is_a_problem_too(site: Site) -> None:
    answer = site.call("/wp-login.php")
    assert (answer.status, answer.headers["Content-Type"]) == (404, "application/problem+json")
    assert answer.json.keys() == {"type", "title", "status", "detail"}


def test_answers_set_no_cookies_and_are_not_for_caches(site: Site) -> None:
    answer = site.send(LEAD)
    assert answer.headers["Set-Cookie"] is None
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Server"] is None


def test_before_there_is_a_team_senders_are_asked_to_come_back(database: Database) -> None:
    with open_site(database, team=None) as site:
        answer = site.call("/leads/website", b"{}", Authorization="Bearer x")
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")


def break_storage(site: Site) -> Callable[[], object]:
    """Take the inbox away, as a failed release or a lost database would; returns how to bring it back."""
    with site.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE inbox RENAME TO inbox_gone")

    def mend() -> None:
        with site.database.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE inbox_gone RENAME TO inbox")

    return mend


def test_what_cannot_be_stored_is_asked_for_again_and_then_taken(site: Site) -> None:
    site.secret("website")
    mend = break_storage(site)
    answer = site.send(LEAD)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert answer.json["detail"] == "This cannot be stored right now. Please send it again."
    mend()
    assert site.send(LEAD).json["status"] == "queued"


def test_a_full_disk_is_told_to_senders_until_there_is_room_again(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    database = Database(f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'followup.db')}")
    with open_site(database) as site:
        site.secret("website")
        # As many pages as there are: what SQLite then says it says of a full disk, too.
        pages = 1

        @event.listens_for(database.engine, "checkout")
        def _fill(connection: Any, *_: Any) -> None:
            connection.execute(f"PRAGMA max_page_count = {pages}")

        lead = LEAD | {"message": "x" * 10_000}
        answer = site.send(lead)
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
        assert site.call("/readyz").status == 503
        pages = 2**30
        assert site.call("/readyz").status == 200
        assert site.send(lead).json["status"] == "queued"
        assert len(site.entries()) == 1
    database.dispose()


def test_without_a_database_senders_are_asked_to_come_back() -> None:
    nowhere = Database("postgresql://nobody@127.0.0.1:1/none?connect_timeout=2")
    with open_site(nowhere, team=None) as site:
        answer = site.call("/leads/website", b"{}", Authorization="Bearer x")
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
        assert site.call("/readyz").status == 503
        assert site.call("/healthz").status == 200
        assert site.call("/metrics").status == 503
    nowhere.dispose()


def test_a_key_in_the_address_is_in_no_log(
    site: Site, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    secret = site.secret("form")
    site.call(f"/leads/form?key={secret}", json.dumps(LEAD).encode())
    site.call(f"/leads/form?key={secret}x", json.dumps(LEAD).encode())
    logged = caplog.text + "".join(capfd.readouterr())
    assert "/leads/form" in logged
    assert secret not in logged


@BRIEF
@given(
    body=st.binary(max_size=400)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(["email", "name", "data", "value"]) | st.text(), inner, max_size=4
            )
        ),
        max_leaves=12,
    ).map(lambda value: json.dumps(value).encode()),
    content_type=st.sampled_from(
        [
            "",
            "application/json",
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=a",
            "multipart/form-data",
            'application/json; charset="nonsense"',
            "image/png",
            "é;=,",
        ]
    ),
)
def test_whatever_comes_is_stored_byte_for_byte_and_decided(
    site: Site, body: bytes, content_type: str
) -> None:
    answer = site.send(body, Content_Type=content_type)
    assert answer.status == 200
    entry = next(entry for entry in site.entries() if entry.public_id == answer.json["id"])
    assert entry.body == body
    site.decide()
    state = site.ask(entry.public_id).json
    assert state["state"] in {"done", "failed"}
    assert "went wrong" not in state.get("why", "")


HOSTILE = [
    b"\xff\xfe\x00{",
    b'{"email": "a@b.example", "email": "c@d.example"}',
    b'{"n": 1e400, "m": -1e-400, "x": NaN, "y": Infinity}',
    b'{"email": "\\ud800@b.example", "name": "\\udfff\\u0000"}',
    b"[" * 100_000,
    b'{"a":' * 40_000 + b"1" + b"}" * 40_000,
    b"[" * 60 + b'{"email":"a@b.example"}' + b"]" * 60,
    b"1" * 200_000,
    b"null",
    b'"text"',
    b"[]",
    b"{}",
    b"[[],[],{}]",
    b'{"email": ' + b"9" * 5000 + b"}",
    b"a" + b"[x]" * 60_000 + b"=1",
    b"email[=1&email]=2&[]=3&[a]=4&a[]b=5",
    b"&&&=&=",
    b"%",
    b"%zz=%f",
    b'{"fields": [{"name": [], "value": {}}, {"label": null}, 3]}',
    b'{"value": {"value": {"value": "x@y.example"}}}',
    b'{"leads": [1, null, {"email": "a@b.example"}, [{"leads": []}]]}',
    b"\x00\x00\x00",
    gzip.compress(b"{}"),
    b'{"phone": "+'
    + b"1" * 300
    + b'", "email": "'
    + b"a" * 3000
    + b'@b.example", "linkedin": "https://[::1/in/x"}',
    b'{"name": "'
    + b"(" * 5000
    + b'", "email": "a@b.example", "country": "'
    + b"\xc4\xb0" * 50
    + b'", "timezone": "../etc"}',
    b'{"email": "a@b.example", "consent_at": "9999999999999", "id": {"id": {"id": []}}, "\\u0000": "\\u0000"}',
]


@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_body_is_stored_and_decided_like_any_other(site: Site, body: bytes) -> None:
    started = time.monotonic()
    answer = site.send(body)
    assert answer.status == 200
    assert site.decide() == 1
    state = site.ask(answer.json["id"]).json
    assert state["state"] in {"done", "failed"}
    assert "went wrong" not in state.get("why", "")
    assert time.monotonic() - started < 10
