"""A pool that asks whom Slack reaches first, and a user group that hears of what nobody claimed."""

from datetime import timedelta

from slack_sdk import WebClient

from bot.clock import machine_clock
from bot.commands.known_to_slack import groups_told, unknown_to_slack
from bot.manifest import SCOPES
from bot.team.document import load_team
from bot.team.live import apply_team
from bot.workspace import Workspace
from tests.company import TEAM, Company, all_text, company, new_york

MONDAY_10 = new_york(2026, 3, 2, 10)
WATCHFUL = TEAM.replace("    hours:", "    presence: true\n    hours:")


def apply(floor: Company, text: str) -> None:
    with floor.bot.database.write() as session:
        apply_team(session, text, author="the test", now=floor.clock())
    floor.bot.worker.find_people()


def asked(floor: Company, number: int) -> str:
    """Whose turn a new lead is, by first name."""
    ref = floor.submit_form(name=f"Lead {number}", email=f"l{number}@x.example")
    return floor.card(ref).text.rpartition("Your turn, ")[2].removesuffix(".")


def test_whoever_slack_reaches_is_asked_first_while_that_is_fresh(database_url: str) -> None:
    with company(database_url, MONDAY_10) as floor:
        now = machine_clock()
        floor.workspace.set_away(floor.users["ana"])
        floor.workspace.set_do_not_disturb(
            floor.users["ben"], (now - timedelta(hours=1), now + timedelta(hours=1))
        )
        apply(floor, WATCHFUL)
        assert [asked(floor, number) for number in range(3)] == ["Cleo"] * 3
        floor.wait(minutes=6)
        assert {asked(floor, number) for number in range(3, 5)} == {"Ana", "Ben"}


def test_with_nobody_to_be_reached_and_with_slack_refusing_to_tell_leads_go_by_turn(
    database_url: str,
) -> None:
    with company(database_url, MONDAY_10) as floor:
        for key in ("ana", "ben", "cleo"):
            floor.workspace.set_away(floor.users[key])
        apply(floor, WATCHFUL)
        assert {asked(floor, number) for number in range(3)} == {"Ana", "Ben", "Cleo"}
        floor.workspace.deactivate(floor.users["ana"])
        floor.bot.worker.find_people()
        assert asked(floor, 3)


def test_a_user_group_hears_in_the_channel_of_what_nobody_claimed(database_url: str) -> None:
    with company(database_url, MONDAY_10) as floor:
        group = floor.workspace.add_group("closers", "Closers", [floor.users["cleo"]])
        ladder = f"    ladder: {{steps: [{{after: 5, to: {group}}}, {{after: 6, to: next}}]}}\n    hours:"
        apply(floor, TEAM.replace("    hours:", ladder))
        floor.submit_form(name="Dana Lee", email="dana@x.example")
        floor.wait(minutes=7)
        card, alert = floor.workspace.messages(floor.channel)
        assert f"<!subteam^{group}>" in alert.text
        assert "Nobody has claimed it: Dana Lee" in all_text(alert)
        assert "Asked, too: <@" in all_text(card)


def test_check_names_who_left_slack_and_groups_it_does_not_have() -> None:
    with Workspace(scopes=SCOPES) as workspace:
        ana, ben = (workspace.add_user(key, key.title(), f"{key}@x.example") for key in ("ana", "ben"))
        group = workspace.add_group("closers", "Closers", [ana])
        empty = workspace.add_group("gone", "Gone", [ben])
        workspace.deactivate(ben)
        team = load_team(f"""
name: Acme
zone: UTC
reps: {{ana: {ana}, ben: {ben}, cleo: U0NOBODY, dave: dave@x.example}}
pools:
  inbound:
    channel: "#sales"
    members: [ana, ben, cleo]
    managers: [dave]
    ladder: {{steps: [{{after: 5, to: {group}}}, {{after: 6, to: S0NOGROUP}}, {{after: 7, to: {empty}}}]}}
""")
        client = WebClient("xoxb-local", base_url=workspace.api_url, retry_handlers=[])
        assert unknown_to_slack(client, team) == [
            "WRONG reps.ben: Ben is deactivated in Slack; take them out of the document",
            "WRONG reps.cleo: Slack knows nobody with the id U0NOBODY (user_not_found)",
            "WRONG pools.inbound.ladder: Slack has no user group S0NOGROUP, or it is switched off",
            f"WRONG pools.inbound.ladder: nobody is in the user group @gone ({empty})",
        ]
        assert groups_told(client, team) == [
            "note  pools.inbound.ladder: of the 1 in @closers, Slack tells only those who are in #sales. "
            "Invite the others."
        ]
