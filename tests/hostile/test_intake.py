"""Everything hostile over real HTTP, stored, decided and shown."""

import http.client
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.db.models import InboxEntry, InboxItem, InboxState, Intent, ItemResult, Rep
from bot.messages import RENDERERS
from bot.outbox.enqueue import IntentKind
from tests.company import Company
from tests.hostile.bodies import COUNT, bodies, seed_for
from tests.hostile.checks import faults_of_message
from tests.hostile.logged import everything_logged, faults_in_log
from tests.hostile.signing import signed
from tests.intake.site import Site

BODIES = COUNT // 4
"""On each database; the other half goes to Slack's address."""
DATA = Path(__file__).parent / "data"
PUBLISHED = sorted(DATA.glob("*.body.*"), key=lambda path: path.name)


def post(
    connection: http.client.HTTPConnection, site: Site, content_type: str, body: bytes, **more: str
) -> int:
    """One delivery over a connection that stays open; a status of 0 when the server takes no such header at all."""
    headers = {"Content-Type": content_type, "Authorization": f"Bearer {site.secrets['website']}", **more}
    connection.request("POST", "/leads/website", body, headers)
    answer = connection.getresponse()
    answer.read()
    return answer.status


def test_thousands_of_hostile_bodies_are_stored_byte_for_byte_decided_and_shown(site: Site) -> None:
    site.secret("website")
    sent = list(bodies(BODIES, seed_for(site.database)))
    connection = http.client.HTTPConnection(site.url.removeprefix("http://"), timeout=20)
    with everything_logged() as log:
        statuses = Counter(post(connection, site, body.content_type, body.content) for body in sent)
        while site.decide():
            pass
    connection.close()
    assert statuses == {200: BODIES}
    assert faults_in_log(log, site.secrets.values()) == []

    # Nothing but repeated content may be missing.
    assert {entry.body for entry in site.entries()} == {body.content for body in sent}
    check_decided(site)
    assert check_shown(site) > BODIES / 2


def check_decided(site: Site) -> None:
    """Every delivery became leads, or has a sentence why not; none failed for a reason of our own."""
    with site.database.read() as session:
        assert not session.scalars(select(InboxEntry.id).where(InboxEntry.state == InboxState.WAITING)).all()
        for entry in session.scalars(select(InboxEntry)):
            assert (entry.state is InboxState.FAILED) <= bool(entry.error), entry.body
            assert "our side" not in (entry.error or ""), entry.body
        for item in session.scalars(select(InboxItem)):
            if item.result is ItemResult.UNREADABLE:
                assert item.why
                assert item.why.endswith(".")
            else:
                assert (item.lead_id is None) == (item.result is ItemResult.TEST)


def check_shown(site: Site) -> int:
    """How many messages Slack would be sent; each is one that it takes, and none is more than words."""
    with site.database.write() as session:
        for rep in session.scalars(select(Rep)):
            rep.slack_user_id = f"U0{rep.key.upper()}"
    with site.database.read() as session:
        intents = session.scalars(select(Intent)).all()
        people = {rep.slack_user_id or "" for rep in session.scalars(select(Rep))}
        for intent in intents:
            render = RENDERERS[IntentKind(intent.kind)]
            message = render(session, intent.subject, intent.destination, site.business())
            assert message is not None
            assert faults_of_message(message, people) == [], (intent.kind, intent.subject, message)
    return len(intents)


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.name)
def test_what_vendors_publish_is_stored_and_read_or_refused_with_a_sentence(site: Site, path: Path) -> None:
    site.secret("website")
    name, _, _ = path.name.partition(".body.")
    lines = (DATA / f"{name}.headers").read_text().splitlines()
    headers = dict(line.split(": ", 1) for line in lines if ": " in line)
    connection = http.client.HTTPConnection(site.url.removeprefix("http://"), timeout=20)
    content_type = headers.pop("Content-Type")
    assert post(connection, site, content_type, path.read_bytes(), **headers) == 200
    connection.close()
    assert [entry.body for entry in site.entries()] == [path.read_bytes()]
    site.decide()
    check_decided(site)
    assert check_shown(site) > 0


@pytest.mark.parametrize(
    "headers",
    [
        {"Idempotency-Key": "a\x00b"},
        {"Idempotency-Key": "\x01\x7f"},
        {"Idempotency-Key": "é" * 5000},
        {"Idempotency-Key": "\xff\xfe"},
        {"webhook-id": "x" * 5000},
        {"Content-Type": "application/json\x00"},
        {"Content-Length": "-1"},
        {"Content-Length": "9" * 30},
        {"Transfer-Encoding": "gzip"},
        {"Authorization": "Bearer \xff\x00"},
        {"Authorization": "Basic " + "A" * 3000},
    ],
    ids=str,
)
def test_no_header_makes_the_intake_fail(site: Site, headers: dict[str, str]) -> None:
    site.secret("website")
    connection = http.client.HTTPConnection(site.url.removeprefix("http://"), timeout=20)
    connection.putrequest("POST", "/leads/website", skip_accept_encoding=True)
    usual = {
        "Authorization": f"Bearer {site.secrets['website']}",
        "Content-Type": "application/json",
        "Content-Length": "2",
    }
    for name, value in (usual | headers).items():
        connection.putheader(name, value.encode("latin-1"))
    connection.endheaders(b"{}")
    answer = connection.getresponse()
    # 501 is HTTP's own word for a transfer coding that a server does not know.
    assert answer.status < 500 or (answer.status == 501 and "Transfer-Encoding" in headers)
    connection.close()


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{"),
        ("application/json", b"[1]"),
        ("application/json", b"7"),
        ("application/json", b"[" * 100_000),
        ("application/json", b"\xff\xfe"),
        ("application/json", b'{"event": 5, "authorizations": [5]}'),
        ("application/json", b'{"team": 5, "user": "x", "enterprise": 1, "view": []}'),
        ("application/x-www-form-urlencoded", b"payload={"),
        ("application/x-www-form-urlencoded", b"payload=[]"),
        ("application/x-www-form-urlencoded", b"payload=null"),
        ("application/x-www-form-urlencoded", b"command=%00&text=%ff"),
        ("text/plain", b""),
    ],
    ids=str,
)
def test_garbage_at_slacks_address_is_refused_whoever_sends_it(
    office: Company, content_type: str, body: bytes
) -> None:
    unsigned = office.bot.web.test_client().post("/slack/events", data=body, content_type=content_type)
    assert unsigned.status_code == 401
    assert 400 <= signed(office, body, content_type).status_code < 500
