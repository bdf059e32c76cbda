import json
import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, text

from bot.db import Database, Loop
from bot.db.models import (
    Activity,
    ActivityKind,
    InboxItem,
    InboxState,
    ItemResult,
    Lead,
    Offer,
    OfferState,
    Rep,
    Status,
    Tier,
    Turn,
)
from bot.intake import (
    NothingToReplayError,
    NotInInboxError,
    create_secret,
    decide_inbox,
    inbox_list,
    receive,
    replay,
)
from bot.intake.decide import BROKEN
from bot.outbox.enqueue import IntentKind
from bot.routing import claim
from bot.team.live import apply_team
from tests.intake.site import MONDAY_10, TEAM, Site

DANA = {"name": "Dana Lee", "email": "dana@brightfields.example", "action": "demo"}


def activities(database: Database, kind: ActivityKind) -> list[Activity]:
    with database.read() as session:
        return list(session.scalars(select(Activity).where(Activity.kind == kind).order_by(Activity.id)))


def offers(database: Database) -> list[Offer]:
    with database.read() as session:
        return list(session.scalars(select(Offer).order_by(Offer.id)))


def take(site: Site, lead: Lead, key: str = "ana") -> None:
    with site.database.write() as session:
        rep = session.scalars(select(Rep).where(Rep.key == key)).one()
        claim(session, lead.id, rep, site.business())


def results(site: Site) -> list[ItemResult]:
    return [item.result for item in site.items()]


def test_a_lead_that_comes_in_is_offered_in_its_sources_pool(site: Site) -> None:
    identity = site.send(
        {**DANA, "phone": "(212) 555-0147", "page": "/demo", "utm_source": "ads", "Team size": "50"}
    ).json["id"]
    assert (site.decide(), site.decide()) == (1, 0)
    (lead,) = site.leads()
    assert (lead.name, lead.email, lead.phone, lead.source) == (
        "Dana Lee",
        DANA["email"],
        "+12125550147",
        "website",
    )
    assert (lead.action, lead.tier, lead.pool, lead.page) == ("demo", Tier.HOT, "inbound", "/demo")
    assert (lead.campaign, lead.facts) == ({"utm_source": "ads"}, {"answers": {"Team size": "50"}})
    assert (lead.received_at, lead.clock_started_at) == (MONDAY_10, MONDAY_10)
    assert (lead.consent_at, lead.consent_where) == (MONDAY_10, "/demo")
    (offer,) = offers(site.database)
    assert (offer.lead_id, offer.pool, offer.state) == (lead.id, "inbound", OfferState.OPEN)
    (received,) = activities(site.database, ActivityKind.RECEIVED)
    assert received.facts == {"inbox": identity, "source": "website", "tier": "hot", "action": "demo"}
    (card,) = site.told(IntentKind.LEAD_CARD)
    assert (card.subject, card.destination) == (str(lead.id), "pool:inbound")


def test_a_lead_decided_late_keeps_the_time_it_came(site: Site) -> None:
    site.send(DANA)
    site.business.advance(hours=3)
    site.decide()
    assert site.leads()[0].received_at == MONDAY_10


def test_off_hours_the_clocks_start_at_the_next_opening_and_always_open_pools_at_once(site: Site) -> None:
    saturday = datetime(2026, 3, 7, 15, tzinfo=UTC)
    site.business.now = saturday
    site.send(DANA)
    site.send({"contact": {"work_email": "piet@partner.example"}}, source="partner")
    site.decide()
    inbound, partner = site.leads()
    assert inbound.clock_started_at == datetime(2026, 3, 9, 13, tzinfo=UTC)
    assert (partner.clock_started_at, partner.pool, partner.tier) == (saturday, "partners", Tier.HOT)
    assert (partner.country, partner.consent_where) == ("DE", "partner programme")


def test_a_lead_that_says_no_to_consent_carries_none(site: Site) -> None:
    site.send({**DANA, "consent": False})
    site.decide()
    assert (site.leads()[0].consent_at, site.leads()[0].consent_where) == (None, None)


def test_an_array_of_leads_is_several_leads_and_what_is_wrong_with_one_is_told(site: Site) -> None:
    identity = site.send([DANA, {"id": 12345678901234567890}, {"email": "eli@brightfields.example"}]).json[
        "id"
    ]
    site.decide()
    first, second = site.leads()
    why = (
        "It carries only an id (12345678901234567890): have the sender include an e-mail address or a phone."
    )
    assert site.ask(identity).json == {
        "id": identity,
        "state": "done",
        "items": [
            {"result": "accepted", "lead": first.ref, "why": None},
            {"result": "unreadable", "lead": None, "why": why},
            {"result": "accepted", "lead": second.ref, "why": None},
        ],
        "why": f"1 of 3 leads in it could not be read: {why}",
    }
    assert [intent.destination for intent in site.told(IntentKind.UNREADABLE)] == [managers(site, "mia")[0]]


def managers(site: Site, *keys: str) -> list[str]:
    with site.database.read() as session:
        return [f"rep:{session.scalars(select(Rep.id).where(Rep.key == key)).one()}" for key in keys]


@pytest.mark.parametrize("body", [b"not a lead", b"[]", b"{}", b'{"leadgen_id": "7"}', b'{"email": "x"}'])
def test_what_cannot_be_read_is_kept_and_the_managers_hear_of_it(site: Site, body: bytes) -> None:
    identity = site.send(body, source="partner").json["id"]
    site.decide()
    (entry,) = site.entries()
    assert (entry.state, entry.body, entry.decided_at) == (InboxState.FAILED, body, site.business())
    assert entry.error
    assert [intent.subject for intent in site.told(IntentKind.UNREADABLE)] == [str(entry.id)] * 2
    assert [intent.destination for intent in site.told(IntentKind.UNREADABLE)] == managers(site, "mia", "ana")
    assert site.ask(identity, "partner").json["why"] == entry.error
    assert site.leads() == []


def test_a_test_of_the_sender_makes_no_lead(site: Site) -> None:
    site.send({**DANA, "is_test": True})
    site.decide()
    assert (results(site), site.leads()) == ([ItemResult.TEST], [])


def test_a_source_taken_out_meanwhile_fails_its_entries_and_tells_the_default_pool(site: Site) -> None:
    site.send(DANA)
    site.apply(TEAM.replace("website: {pool: inbound, auth: bearer}", "other: {pool: inbound}"))
    site.decide()
    assert site.entries()[0].error == "The team document has no source called website any more."
    assert [intent.destination for intent in site.told(IntentKind.UNREADABLE)] == managers(site, "mia")


# -- known leads


def test_an_open_lead_that_writes_again_is_no_second_lead_and_spends_no_turn(site: Site) -> None:
    site.send(DANA)
    site.decide()
    (lead,) = site.leads()
    with site.database.read() as session:
        turns = len(session.scalars(select(Turn)).all())
    site.business.advance(hours=1)
    site.send(
        {
            "e-mail": "DANA@brightfields.example",
            "company": "Brightfields",
            "name": "D.",
            "message": "And now?",
        }
    )
    site.decide()
    (merged,) = site.leads()
    assert (merged.name, merged.company, merged.message) == ("Dana Lee", "Brightfields", "And now?")
    assert (merged.tier, merged.received_at) == (Tier.HOT, lead.received_at)
    assert results(site) == [ItemResult.ACCEPTED, ItemResult.KNOWN]
    with site.database.read() as session:
        assert len(session.scalars(select(Turn)).all()) == turns
    assert len(offers(site.database)) == 1
    (again,) = activities(site.database, ActivityKind.WROTE_AGAIN)
    assert again.at == site.business()
    assert (again.facts["message"], sorted(again.facts["filled"])) == ("And now?", ["company", "message"])


def test_the_owner_hears_of_it_and_without_one_the_card_shows_it(site: Site) -> None:
    site.send(DANA)
    site.decide()
    (lead,) = site.leads()
    (card,) = site.told(IntentKind.LEAD_CARD)
    site.send({**DANA, "message": "One"})
    site.decide()
    assert site.told(IntentKind.WROTE_AGAIN) == []
    (refreshed,) = site.told(IntentKind.LEAD_CARD)
    assert refreshed.wanted > card.wanted

    take(site, lead)
    site.send({**DANA, "message": "Two"})
    site.decide()
    (told,) = site.told(IntentKind.WROTE_AGAIN)
    second = activities(site.database, ActivityKind.WROTE_AGAIN)[-1]
    assert (told.subject, [told.destination]) == (f"{lead.id}:{second.id}", managers(site, "ana"))


@pytest.mark.parametrize(
    ("first", "second", "known"),
    [
        ({"phone": "+12125550147"}, {"phone": "(212) 555-0147", "email": "d@x.example"}, True),
        (
            {"linkedin": "dana-lee"},
            {"profile": "https://linkedin.com/in/Dana-Lee/", "email": "d@x.example"},
            True,
        ),
        ({"email": "d@x.example"}, {"email": "D@X.example", "phone": "+442079460958"}, True),
        ({"email": "a@x.example", "phone": "12345"}, {"email": "b@x.example", "phone": "12345"}, False),
        ({"instagram": "dana"}, {"twitter": "dana"}, False),
        ({"email": "a@x.example"}, {"email": "b@x.example"}, False),
    ],
)
def test_a_lead_is_known_by_its_address_phone_or_profile(
    site: Site, first: dict[str, str], second: dict[str, str], known: bool
) -> None:
    site.send(first)
    site.send(second)
    site.decide()
    assert results(site) == [ItemResult.ACCEPTED, ItemResult.KNOWN if known else ItemResult.ACCEPTED]
    assert len(site.leads()) == (1 if known else 2)


def test_the_same_person_twice_in_one_body_is_one_lead(site: Site) -> None:
    site.send([DANA, {**DANA, "company": "Brightfields"}])
    site.decide()
    (lead,) = site.leads()
    assert lead.company == "Brightfields"
    assert len(offers(site.database)) == 1


def test_a_closed_lead_that_comes_back_is_a_new_one(site: Site) -> None:
    site.send(DANA)
    site.decide()
    with site.database.write() as session:
        session.scalars(select(Lead)).one().status = Status.NOT_INTERESTED
    site.send({**DANA, "message": "I changed my mind"})
    site.decide()
    assert results(site) == [ItemResult.ACCEPTED, ItemResult.ACCEPTED]


def test_two_deciders_at_once_make_one_lead_of_one_person(site: Site) -> None:
    for number in range(20):
        site.send({**DANA, "message": f"message {number}"})
    handled: list[int] = []

    def decide() -> None:
        count = 1
        while count:
            with site.database.write() as session:
                count = decide_inbox(session, site.business(), limit=1)
            handled.append(count)

    threads = [threading.Thread(target=decide) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(handled) == 20
    assert len(site.leads()) == 1
    assert results(site) == [ItemResult.ACCEPTED] + [ItemResult.KNOWN] * 19


# -- trouble


def refuse_company(database: Database, company: str) -> None:
    """A database that breaks on one kind of lead, as an unforeseen value might."""
    with database.engine.begin() as connection:
        if database.is_sqlite:
            connection.exec_driver_sql(
                "CREATE TRIGGER refuse BEFORE INSERT ON leads WHEN NEW.company = 'boom' "
                "BEGIN SELECT RAISE(ABORT, 'unforeseen'); END".replace("boom", company)
            )
            return
        connection.exec_driver_sql(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'unforeseen'; END $$"
        )
        connection.exec_driver_sql(
            "CREATE TRIGGER refuse BEFORE INSERT ON leads FOR EACH ROW WHEN (NEW.company = 'boom') "
            "EXECUTE FUNCTION refuse()".replace("boom", company)
        )


def test_one_entry_that_breaks_something_holds_up_no_other(site: Site) -> None:
    refuse_company(site.database, "boom")
    for number, company in enumerate(("a", "b", "boom", "c")):
        site.send({"email": f"lead{number}@x.example", "company": company})
    # One batch a transaction: a second one would lock leads while the first one's pools are locked.
    assert [site.decide() for _ in range(4)] == [2, 1, 1, 0]
    assert [lead.company for lead in site.leads()] == ["a", "b", "c"]
    assert [entry.state.value for entry in site.entries()] == ["done", "done", "failed", "done"]
    assert site.entries()[2].error == BROKEN
    assert len(site.told(IntentKind.UNREADABLE)) == 1
    assert len(offers(site.database)) == 3


def decide_and_crash(site: Site) -> None:
    with site.database.write() as session:
        assert decide_inbox(session, site.business()) == 1
        raise ZeroDivisionError


def test_waiting_entries_survive_a_decision_that_never_commits(site: Site) -> None:
    site.send(DANA)
    with pytest.raises(ZeroDivisionError):
        decide_and_crash(site)
    assert [entry.state for entry in site.entries()] == [InboxState.WAITING]
    assert site.leads() == []
    assert site.decide() == 1


def test_at_most_the_limit_is_decided_at_once_in_the_order_of_arrival(site: Site) -> None:
    for number in range(5):
        site.send({"email": f"lead{number}@x.example"})
    counts = []
    for _ in range(4):
        with site.database.write() as session:
            counts.append(decide_inbox(session, site.business(), limit=2))
    assert counts == [2, 2, 1, 0]
    assert [lead.email for lead in site.leads()] == [f"lead{number}@x.example" for number in range(5)]


def test_storing_wakes_the_inbox_and_a_duplicate_does_not(database: Database) -> None:
    woken: list[Loop] = []
    database.wakeups.listen(woken.append)
    for _ in range(2):
        with database.write() as session:
            receive(session, "website", "id-1", "application/json", b"{}", now=MONDAY_10)
    assert woken == [Loop.INBOX]


# -- replay


def test_once_the_map_is_mended_a_replay_makes_the_lead(site: Site) -> None:
    identity = site.send({"q": {"reach": "dana at brightfields"}, "z": ["212 555 0147"]}).json["id"]
    site.decide()
    assert site.entries()[0].state is InboxState.FAILED
    site.apply(
        TEAM.replace("{pool: inbound, auth: bearer}", "{pool: inbound, auth: bearer, map: {phone: z.0}}")
    )
    site.business.advance(hours=2)
    with site.database.write() as session:
        replay(session, identity, site.business())
    assert site.decide() == 1
    (lead,) = site.leads()
    assert (lead.phone, lead.received_at) == ("+12125550147", MONDAY_10)
    assert (results(site), site.entries()[0].error) == ([ItemResult.ACCEPTED], None)


def test_a_replay_leaves_alone_what_was_read_the_first_time(site: Site) -> None:
    identity = site.send([DANA, {"tel_no": "n/a", "nr": "212 555 0147"}, {"email": "eli@x.example"}]).json[
        "id"
    ]
    site.decide()
    before = {item.id: item.lead_id for item in site.items() if item.lead_id}
    site.apply(TEAM.replace("{pool: inbound, auth: bearer}", "{pool: inbound, map: {phone: nr}}"))
    with site.database.write() as session:
        replay(session, identity, site.business())
    site.decide()
    assert results(site) == [ItemResult.ACCEPTED] * 3
    assert len(site.leads()) == len(offers(site.database)) == 3
    assert before.items() <= {item.id: item.lead_id for item in site.items()}.items()
    assert activities(site.database, ActivityKind.WROTE_AGAIN) == []
    assert site.entries()[0].state is InboxState.DONE


def test_a_replay_that_still_cannot_read_it_fails_again(site: Site) -> None:
    identity = site.send(b"nothing").json["id"]
    for _ in range(2):
        site.decide()
        assert site.entries()[0].state is InboxState.FAILED
        with site.database.write() as session:
            replay(session, identity, site.business())


def test_there_is_nothing_to_replay_in_what_was_read_waits_or_never_came(site: Site) -> None:
    identity = site.send(DANA).json["id"]
    for _ in range(2):
        with pytest.raises(NothingToReplayError, match=identity), site.database.write() as session:
            replay(session, identity, site.business())
        site.decide()
    with pytest.raises(NotInInboxError, match="in_0"), site.database.write() as session:
        replay(session, "in_0", site.business())
    assert results(site) == [ItemResult.ACCEPTED]


def test_the_list_shows_the_newest_first_with_what_became_of_each(site: Site) -> None:
    first = site.send(DANA).json["id"]
    second = site.send([{"id": "7"}, {"email": "eli@x.example"}]).json["id"]
    third = site.send(b"nothing").json["id"]
    site.decide()
    fourth = site.send({"email": "last@x.example"}).json["id"]
    with site.database.read() as session:
        lines = inbox_list(session)
        assert [line.id for line in lines] == [fourth, third, second, first]
        assert [line.id for line in inbox_list(session, limit=2)] == [fourth, third]
        assert [line.id for line in inbox_list(session, failed_only=True)] == [third, second]
    assert str(lines[0]) == f"{fourth}  2026-03-02 15:00 UTC  website  waiting"
    assert str(lines[3]).splitlines()[1] == f"    {site.leads()[0].ref} accepted"
    assert str(lines[1]).endswith("    The body is not valid JSON: Expecting value, line 1.")
    assert "unreadable: It carries only an id (7)" in str(lines[2])


def test_a_large_batch_is_decided_in_one_go(site: Site) -> None:
    site.send([{"email": f"lead{number}@x.example", "name": f"Lead {number}"} for number in range(100)])
    assert (site.decide(), site.decide()) == (1, 0)
    assert len(site.leads()) == len(offers(site.database)) == 100


def test_facts_of_an_item_are_what_was_read(site: Site) -> None:
    site.send({**DANA, "country": "Germany", "consent_at": "2026-03-01"})
    site.decide()
    with site.database.read() as session:
        facts: dict[str, Any] = session.scalars(select(InboxItem.facts)).one()
    assert facts["email"] == DANA["email"]
    assert facts["country"] == "DE"
    assert json.dumps(facts)


def test_secrets_live_apart_from_the_document(site: Site) -> None:
    with site.database.write() as session:
        secret = create_secret(session, "website", site.machine())
        apply_team(session, TEAM + "\n# changed\n", author="ops", now=site.business())
        documents = session.execute(text("SELECT document FROM team_versions")).scalars().all()
    assert all(secret not in document for document in documents)
    assert site.send(DANA).status == 200
