"""Home, and windows opened from it."""

from bot.db.models import Pause, PauseScope
from tests.handlers.conftest import Desk, texts


def home(desk: Desk, who: str) -> str:
    assert desk.workspace.open_home(desk.users[who]).error is None
    assert desk.workspace.wait_for(lambda: desk.workspace.home(desk.users[who]))
    view = desk.workspace.home(desk.users[who])
    assert view is not None
    return texts(view.blocks)


def test_home_shows_what_is_due_and_what_waits_for_somebody(desk: Desk) -> None:
    desk.arrives("Dana Lee")
    desk.arrives("Carl Cole", email="c@c.example", phone="+12025550111")
    desk.followup("ana", "claim dana")
    said = home(desk, "ana")
    assert (
        said.index("Due now")
        < said.index("Dana Lee")
        < said.index("Waiting for somebody")
        < said.index("Carl Cole")
    )
    assert "The team today" not in said


def test_a_lead_claimed_from_home_moves_to_my_day(desk: Desk) -> None:
    desk.arrives()
    home(desk, "ana")
    assert desk.workspace.click_home(desk.users["ana"], "claim").error is None
    assert desk.workspace.wait_for(lambda: "Waiting for" not in str(desk.workspace.home(desk.users["ana"])))
    assert desk.owner(1) == "ana"


def test_a_lead_lost_to_somebody_else_is_said_in_a_window(desk: Desk) -> None:
    desk.arrives()
    home(desk, "ana")
    desk.followup("ben", "claim dana")
    desk.workspace.click_home(desk.users["ana"], "claim")
    assert desk.workspace.wait_for(lambda: desk.workspace.modal(desk.users["ana"]))
    assert "Ben Okafor has had this lead since" in str(desk.workspace.modal(desk.users["ana"]))


def test_a_touch_is_logged_from_home_which_then_shows_it_gone(desk: Desk) -> None:
    desk.arrives()
    desk.followup("ana", "claim dana")
    home(desk, "ana")
    desk.workspace.click_home(desk.users["ana"], "open_task")
    assert desk.workspace.wait_for(lambda: desk.workspace.modal(desk.users["ana"]))
    desk.submit("ana", {"outcome": "no-answer"})
    assert desk.workspace.wait_for(
        lambda: "You are up to date" in str(desk.workspace.home(desk.users["ana"]))
    )


def test_a_manager_sees_how_the_team_stands_and_what_slack_refuses(desk: Desk) -> None:
    desk.arrives()
    with desk.database.write() as session:
        session.add(
            Pause(
                destination="pool:inbound", scope=PauseScope.DESTINATION, error="not_in_channel",
                since=desk.clock.machine, probe_at=desk.clock.machine,
            )
        )  # fmt: skip
    said = home(desk, "mia")
    assert "*1* lead today, *0* claimed" in said
    assert "Nothing reaches the channel of the pool “inbound”" in said
    assert "Invite the bot to the channel." in said


def test_a_stranger_reads_how_to_join(desk: Desk) -> None:
    assert "not on the Followup team" in home(desk, "zoe")


def test_a_lead_is_viewed_in_a_window_from_its_card(desk: Desk) -> None:
    desk.arrives()
    desk.click("ben", desk.card(), "view_lead")
    view = desk.window("ben")
    assert "What happened" in texts(view.blocks)
    desk.workspace.click_view(desk.users["ben"], "claim")
    assert desk.owner(1) == "ben"
    assert desk.workspace.wait_for(lambda: "is yours" in str(desk.workspace.modal(desk.users["ben"])))
