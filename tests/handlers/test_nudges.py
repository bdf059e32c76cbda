"""What reaches people's DMs as clocks run on, and what no longer needs to."""

from sqlalchemy import select

from bot.db.models import Activity, ActivityKind, InboxEntry, Rep
from bot.outbox.enqueue import IntentKind, tell, to_pool, to_rep
from tests.handlers.conftest import CHANNEL, Desk, buttons, read
from tests.people import rep_by_key


def asked(desk: Desk) -> str:
    return "ana" if f"<@{desk.users['ana']}>, it is" in read(desk.card()) else "ben"


def test_the_assignee_is_nudged_and_the_card_says_so(desk: Desk) -> None:
    desk.arrives()
    desk.step(minutes=2)
    (nudge,) = desk.direct(asked(desk))
    assert "Dana Lee, Brightfields is waiting for you (2 min)" in read(nudge)
    assert buttons(nudge) == ["claim", "pass", "view_lead"]
    assert "⏰ Nudged" in read(desk.card())


def test_after_a_quarter_of_an_hour_the_managers_are_told_and_may_claim(desk: Desk) -> None:
    lead_id = desk.arrives()
    desk.step(minutes=15)
    (alert,) = desk.direct("mia")
    assert "Nobody has claimed Dana Lee, Brightfields (15 min)" in read(alert)
    assert buttons(alert) == ["claim", "view_lead"]
    assert "🚨 *Still unclaimed.*" in read(desk.card())
    desk.click("mia", alert, "claim")
    assert desk.owner(lead_id) == "mia"


def test_who_is_given_what_nobody_claimed_hears_of_it_with_the_first_touch(desk: Desk) -> None:
    lead_id = desk.arrives()
    desk.step(minutes=150)
    assert desk.owner(lead_id) == "mia"
    said = [read(message) for message in desk.direct("mia")]
    assert any("👉 Yours now: Dana Lee, Brightfields" in text for text in said)
    assert any("🔴 The target for the first contact has passed." in text for text in said)


def test_a_late_first_contact_nudges_the_owner_then_the_managers(desk: Desk) -> None:
    desk.arrives()
    desk.click("ana", desk.card(), "claim")
    desk.step(minutes=5)
    assert "has not heard from you yet (5 min)" in read(desk.direct("ana")[-1])
    desk.step(minutes=10)
    (alert,) = desk.direct("mia")
    assert "Nobody has contacted Dana Lee, Brightfields yet (15 min)" in read(alert)
    assert f"Owner: <@{desk.users['ana']}>." in read(alert)


def test_what_was_settled_before_it_could_be_said_is_not_said(desk: Desk) -> None:
    lead_id = desk.arrives()
    desk.click("ana", desk.card(), "claim")
    desk.followup("ana", "log L-1001 voicemail")
    with desk.database.write() as session:
        for kind in (
            IntentKind.CLAIM_NUDGE,
            IntentKind.CLAIM_ALERT,
            IntentKind.CONTACT_NUDGE,
            IntentKind.CONTACT_ALERT,
        ):
            for rep in session.scalars(select(Rep)):
                tell(session, kind, f"{lead_id}:9", to_rep(rep.id), desk.now)
    before = [len(desk.direct(who)) for who in ("ana", "ben", "mia")]
    desk.step()
    assert [len(desk.direct(who)) for who in ("ana", "ben", "mia")] == before


def test_what_was_to_be_said_before_subjects_named_their_round_is_still_said(desk: Desk) -> None:
    lead_id, reader = desk.arrives(), asked(desk)
    with desk.database.write() as session:
        there, mia = (to_rep(rep_by_key(session, key).id) for key in (reader, "mia"))
        tell(session, IntentKind.CLAIM_NUDGE, f"{lead_id}:passed", there, desk.now)
        tell(session, IntentKind.CLAIM_ALERT, f"{lead_id}:2", mia, desk.now)
        tell(session, IntentKind.GROUP_ALERT, f"{lead_id}:4:S012SALES", to_pool("inbound"), desk.now)
    desk.step()
    assert "👋 Your turn" in read(desk.direct(reader)[-1])
    assert "🚨 Nobody has claimed it" in read(desk.direct("mia")[-1])
    assert "<!subteam^S012SALES>" in desk.workspace.messages(CHANNEL)[-1].text


def test_the_owner_hears_when_the_lead_writes_again(desk: Desk) -> None:
    lead_id = desk.arrives()
    desk.click("ana", desk.card(), "claim")
    with desk.database.write() as session:
        facts = {"message": "Is <!channel> *there*?", "source": "chat"}
        again = Activity(lead_id=lead_id, at=desk.now, kind=ActivityKind.WROTE_AGAIN, facts=facts)
        session.add(again)
        session.flush()
        ana = to_rep(rep_by_key(session, "ana").id)
        tell(session, IntentKind.WROTE_AGAIN, f"{lead_id}:{again.id}", ana, desk.now)
    desk.step()
    said = read(desk.direct("ana")[-1])
    assert "🔁 Dana Lee, Brightfields wrote again" in said
    assert "through chat\nIs <!channel> *there*?" in said


def test_a_manager_hears_of_what_could_not_be_read_and_how_to_replay_it(desk: Desk) -> None:
    with desk.database.write() as session:
        entry = InboxEntry(
            public_id="in_42", source="website", content_type="text/plain", body=b"\xff<b>", received_at=desk.now,
            error="It has no way to reach anybody.",
        )  # fmt: skip
        session.add(entry)
        session.flush()
        tell(session, IntentKind.UNREADABLE, entry.id, to_rep(rep_by_key(session, "mia").id), desk.now)
    desk.step()
    said = read(desk.direct("mia")[-1])
    assert "It has no way to reach anybody." in said
    assert "python -m bot inbox replay in_42" in said
