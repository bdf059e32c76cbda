import base64
import hmac
from hashlib import sha256

import pytest
from standardwebhooks import Webhook

from bot.intake import create_secret
from tests.intake import vector
from tests.intake.site import TEAM, Answer, Site

LEAD = b'{"email": "dana@brightfields.example"}'


def send_signed(
    site: Site, body: bytes, identity: str, timestamp: str, signature: str, *, brand: str = "webhook"
) -> Answer:
    headers = {f"{brand}_id": identity, f"{brand}_timestamp": timestamp, f"{brand}_signature": signature}
    return site.call("/leads/signed", body, Content_Type="application/json", **headers)


def send_vector(site: Site, signature: str = vector.SIGNATURE) -> Answer:
    return send_signed(site, vector.BODY, vector.ID, vector.TIMESTAMP, signature)


def test_a_bearer_token_opens_its_source(site: Site) -> None:
    secret = site.secret("website")
    assert site.call("/leads/website", LEAD, Authorization=f"Bearer {secret}").status == 200
    assert site.call("/leads/website", LEAD + b" ", Authorization=f"bearer  {secret}").status == 200


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer ", "Bearer wrong", "Basic {}", "{}", "Bearer {}x", "Bearer ü"]
)
def test_any_other_authorization_is_refused_and_nothing_is_stored(site: Site, given: str) -> None:
    answer = site.call("/leads/website", LEAD, Authorization=given.format(site.secret("website")))
    assert answer.status == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.json["detail"] == "This source expects the header: Authorization: Bearer <key>."
    assert site.entries() == []


def test_a_source_without_a_secret_lets_nobody_in(site: Site) -> None:
    assert site.call("/leads/website", LEAD, Authorization="Bearer ").status == 401
    assert site.call("/leads/form?key=", LEAD).status == 401


def test_a_key_in_the_address_opens_a_source_that_wants_one(site: Site) -> None:
    secret = site.secret("form")
    assert site.call(f"/leads/form?key={secret}", LEAD).status == 200
    assert site.call("/leads/form?key=wrong", LEAD).status == 401
    assert site.call("/leads/form", LEAD, Authorization=f"Bearer {secret}").status == 401


def test_a_key_of_another_source_is_no_key(site: Site) -> None:
    site.secret("website")
    assert site.call("/leads/website", LEAD, Authorization=f"Bearer {site.secret('form')}").status == 401


def test_an_unknown_source_is_not_found(site: Site) -> None:
    secret = site.secret("website")
    for path in (
        "/leads/nobody",
        "/leads/WEBSITE",
        "/leads/%00",
        "/leads/" + "a" * 300,
        "/leads/%F0%9F%98%80",
    ):
        answer = site.call(path, LEAD, Authorization=f"Bearer {secret}")
        assert (answer.status, answer.json["detail"]) == (404, "There is no such source.")


def test_the_published_standard_webhooks_example_is_let_in(site: Site) -> None:
    site.secret("signed", vector.SECRET)
    site.machine.now = vector.SIGNED_AT
    assert send_vector(site).json["status"] == "queued"
    assert send_vector(site).json["status"] == "duplicate"


@pytest.mark.parametrize(
    "signature", [*vector.WRONG_SIGNATURES, "v1a" + vector.SIGNATURE[2:], "v1,", ",", "x", "v1,é"]
)
def test_another_signature_than_the_published_one_is_refused(site: Site, signature: str) -> None:
    site.secret("signed", vector.SECRET)
    site.machine.now = vector.SIGNED_AT
    assert send_vector(site, signature).status == 401


def test_one_right_signature_among_several_is_enough(site: Site) -> None:
    site.secret("signed", vector.SECRET)
    site.machine.now = vector.SIGNED_AT
    assert send_vector(site, f"{vector.WRONG_SIGNATURES[1]} v1a,zzz {vector.SIGNATURE}").status == 200


@pytest.mark.parametrize(
    ("seconds", "status"), [(-300, 200), (300, 200), (-301, 401), (301, 401), (10**9, 401)]
)
def test_a_signature_is_good_for_five_minutes_by_the_machines_clock(
    site: Site, seconds: int, status: int
) -> None:
    site.secret("signed", vector.SECRET)
    site.machine.now = vector.SIGNED_AT
    site.machine.advance(seconds=seconds)
    assert send_vector(site).status == status


@pytest.mark.parametrize("timestamp", ["now", "-1614265330", "1614265330.5", "٣", "9" * 400, " "])
def test_a_timestamp_that_is_no_number_of_seconds_is_refused(site: Site, timestamp: str) -> None:
    site.secret("signed", vector.SECRET)
    site.machine.now = vector.SIGNED_AT
    encoded = timestamp.encode().decode("latin-1")
    assert send_signed(site, vector.BODY, vector.ID, encoded, vector.SIGNATURE).status == 401


@pytest.mark.parametrize("brand", ["webhook", "svix"])
def test_what_the_senders_library_signs_is_let_in(site: Site, brand: str) -> None:
    secret = site.secret("signed")
    signature = Webhook(secret).sign("msg_1", site.machine(), LEAD.decode())
    timestamp = str(int(site.machine().timestamp()))
    assert send_signed(site, LEAD, "msg_1", timestamp, signature, brand=brand).status == 200
    assert send_signed(site, LEAD + b" ", "msg_2", timestamp, signature, brand=brand).status == 401


def test_a_signed_body_need_not_be_text(site: Site) -> None:
    key = base64.b64decode(site.secret("signed").removeprefix("whsec_"))
    body, timestamp = b"name=Ren\xe9&email=rene@brightfields.example", str(int(site.machine().timestamp()))
    digest = hmac.new(key, f"msg_1.{timestamp}.".encode() + body, sha256).digest()
    answer = send_signed(site, body, "msg_1", timestamp, "v1," + base64.b64encode(digest).decode())
    assert answer.json["status"] == "queued"
    assert site.entries()[0].body == body


def test_a_signing_source_needs_all_three_headers(site: Site) -> None:
    site.secret("signed", vector.SECRET)
    site.machine.now = vector.SIGNED_AT
    assert site.call("/leads/signed", vector.BODY, webhook_id=vector.ID).status == 401
    assert site.call("/leads/signed", vector.BODY, Authorization=f"Bearer {vector.SECRET}").status == 401
    assert send_signed(site, vector.BODY, "", vector.TIMESTAMP, vector.SIGNATURE).status == 401


def test_a_secret_that_cannot_sign_lets_nobody_in(site: Site) -> None:
    site.secret("signed", "a-plain-token-with-no-prefix-x")
    for key in (b"", b"a-plain-token-with-no-prefix-x"):
        timestamp = str(int(site.machine().timestamp()))
        digest = hmac.new(key, f"msg_1.{timestamp}.".encode() + LEAD, sha256).digest()
        signature = "v1," + base64.b64encode(digest).decode()
        assert send_signed(site, LEAD, "msg_1", timestamp, signature).status == 401


def test_during_a_rotation_both_secrets_work_and_then_only_the_new_one(site: Site) -> None:
    old = site.secret("website")
    with site.database.write() as session:
        ends = site.machine()
        new = create_secret(
            session, "website", site.machine(), retire_others_at=ends.replace(hour=ends.hour + 1)
        )
    statuses = []
    for number in range(2):
        for secret in (old, new):
            body = LEAD + b" " * number + secret.encode()[-1:]
            statuses.append(site.call("/leads/website", body, Authorization=f"Bearer {secret}").status)
        site.machine.advance(hours=1)
    assert statuses == [200, 200, 401, 200]


def test_a_sender_that_was_let_in_before_is_no_longer_once_its_key_has_ended(site: Site) -> None:
    old = site.secret("website")
    assert site.call("/leads/website", LEAD, Authorization=f"Bearer {old}").status == 200
    new = site.secret("website")
    statuses = [
        site.call("/leads/website", LEAD + b" ", Authorization=f"Bearer {secret}").status
        for secret in (old, new)
    ]
    assert statuses == [401, 200]
    assert len(site.entries()) == 2


def test_a_sender_that_was_let_in_before_must_keep_to_the_document_as_it_is_now(site: Site) -> None:
    secret = site.secret("website")
    bearer = {"Authorization": f"Bearer {secret}"}
    assert site.call("/leads/website", LEAD, **bearer).status == 200
    site.apply(TEAM.replace("website: {pool: inbound, auth: bearer}", "website: {auth: url_token}"))
    assert site.call("/leads/website", LEAD + b" ", **bearer).status == 401
    assert site.call(f"/leads/website?key={secret}", LEAD + b" ").status == 200
    site.apply(TEAM.replace("website: {pool: inbound, auth: bearer}", ""))
    assert site.call(f"/leads/website?key={secret}", LEAD + b"  ").status == 404
    assert len(site.entries()) == 2


def test_what_became_of_a_lead_is_told_to_its_sender_only(site: Site) -> None:
    identity = site.send({"email": "dana@brightfields.example"}).json["id"]
    assert site.ask(identity).json == {"id": identity, "state": "waiting", "items": []}
    site.decide()
    (lead,) = site.leads()
    expected = [{"result": "accepted", "lead": lead.ref, "why": None}]
    assert site.ask(identity).json == {"id": identity, "state": "done", "items": expected}
    assert site.call(f"/leads/website/{identity}").status == 401
    site.secret("partner")
    assert site.ask(identity, "partner").status == 404
    assert site.ask("in_" + "0" * 24).status == 404
    assert site.ask("%00").status == 404
