"""Guests, presence, do-not-disturb, user groups and private channels, as the app finds them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from slack_sdk import WebClient

from bot.workspace import Workspace
from tests.workspace.conftest import Office
from tests.workspace.test_page import post, scene, shown
from tests.workspace.test_web_api import refusal
from tests.workspace.tinybot import TinyBot, client_of

NIGHT = (datetime(2026, 11, 23, 22, tzinfo=UTC), datetime(2026, 11, 24, 7, tzinfo=UTC))


def found(office: Office, email: str) -> tuple[bool, bool]:
    user = office.client.users_lookupByEmail(email=email)["user"]
    return user["is_restricted"], user["is_ultra_restricted"]


def test_a_guest_is_told_from_a_member(office: Office) -> None:
    office.workspace.add_user("gia", "Gia", "gia@example.com", guest="multi")
    office.workspace.add_user("sol", "Sol", "sol@example.com", guest="single")
    assert found(office, "ana@example.com") == (False, False)
    assert found(office, "gia@example.com") == (True, False)
    assert found(office, "sol@example.com") == (True, True)


def test_a_single_channel_guest_is_in_one_channel_only(office: Office) -> None:
    sol = office.workspace.add_user("sol", "Sol", "sol@example.com", guest="single")
    office.workspace.add_channel("sales-inbound", members=[sol])
    office.workspace.add_channel("sales-inbound", members=[sol])
    with pytest.raises(ValueError, match="may be in #sales-inbound only"):
        office.workspace.add_channel("partners", members=[sol])


def test_presence_is_active_or_away(office: Office) -> None:
    def presence() -> str:
        return str(office.client.users_getPresence(user=office.ana)["presence"])

    assert presence() == "active"
    office.workspace.set_away(office.ana)
    assert presence() == "away"
    office.workspace.set_away(office.ana, away=False)
    assert presence() == "active"
    assert refusal(office.client.users_getPresence, user="U0")["error"] == "user_not_found"


def test_do_not_disturb_is_told_for_many_at_once(office: Office) -> None:
    office.workspace.set_do_not_disturb(office.ana, NIGHT)
    answer = office.client.dnd_teamInfo(users=[office.ana, office.ben, "U0"])
    start, end = (int(moment.timestamp()) for moment in NIGHT)
    assert answer["users"] == {
        office.ana: {"dnd_enabled": True, "next_dnd_start_ts": start, "next_dnd_end_ts": end},
        office.ben: {"dnd_enabled": False, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1},
    }
    office.workspace.set_do_not_disturb(office.ana, None)
    assert office.client.dnd_teamInfo(users=office.ana)["users"][office.ana]["dnd_enabled"] is False
    assert refusal(office.client.dnd_teamInfo, users="")["error"] == "no_users_provided"
    assert office.client.dnd_teamInfo(users=[office.ana] * 50)["ok"]
    assert refusal(office.client.dnd_teamInfo, users=[office.ana] * 51)["error"] == "too_many_users"


def test_a_user_group_is_found_by_its_handle_with_its_people(office: Office) -> None:
    group = office.workspace.add_group("on-call", "On call", [office.ana, office.ben])
    (listed,) = office.client.usergroups_list(include_users=True)["usergroups"]
    assert (listed["id"], listed["handle"], listed["users"]) == (group, "on-call", [office.ana, office.ben])
    (brief,) = office.client.usergroups_list()["usergroups"]
    assert "users" not in brief
    office.workspace.deactivate(office.ben)
    (listed,) = office.client.usergroups_list(include_users=True)["usergroups"]
    assert listed["users"] == [office.ana]


def test_a_disabled_group_is_there_only_for_who_asks_for_those_too(office: Office) -> None:
    group = office.workspace.add_group("on-call", "On call", [office.ana])
    office.workspace.disable_group(group)
    assert office.client.usergroups_list()["usergroups"] == []
    (listed,) = office.client.usergroups_list(include_disabled=True, include_users=True)["usergroups"]
    assert (listed["id"], listed["users"]) == (group, [office.ana])


def test_a_mentioned_group_is_shown_by_its_handle_and_typed_as_its_id(office: Office, bot: TinyBot) -> None:
    group = office.workspace.add_group("on-call", "On call", [office.ana])
    office.client.chat_postMessage(channel=office.channel, text=f"<!subteam^{group}> please look")
    assert '<span class="mention me">@on-call</span> please look' in shown(office, "ana")
    assert '<span class="mention">@on-call</span> please look' in shown(office, "ben")
    office.workspace.command(office.ben, "/note", "ask @on-call")
    assert bot.heard[-1]["text"] == f"ask <!subteam^{group}|@on-call>"


def test_a_private_channel_does_not_exist_for_who_is_not_in_it(office: Office) -> None:
    secret = office.workspace.add_channel("deals", members=[office.ana], private=True)
    ts = office.client.chat_postMessage(channel=secret, text="x")["ts"]
    office.workspace.add_channel("deals", bot_is_member=False, private=True)
    for call, more in (
        (office.client.chat_postMessage, {"text": "y"}),
        (office.client.chat_update, {"ts": ts, "text": "y"}),
        (office.client.chat_delete, {"ts": ts}),
        (office.client.conversations_history, {}),
    ):
        assert refusal(call, channel=secret, **more)["error"] == "channel_not_found"


def test_a_command_in_a_private_channel_tells_its_kind_and_not_its_name(office: Office, bot: TinyBot) -> None:
    secret = office.workspace.add_channel("deals", members=[office.ana], private=True)
    office.workspace.command(office.ana, "/note", "x", channel=secret)
    assert (bot.heard[-1]["channel_id"], bot.heard[-1]["channel_name"]) == (secret, "privategroup")


def test_each_has_its_scope(office: Office) -> None:
    secret = office.workspace.add_channel("deals", private=True)
    office.workspace.scopes = ()
    client: WebClient = office.client
    refused = [
        refusal(client.users_getPresence, user=office.ana),
        refusal(client.dnd_teamInfo, users=office.ana),
        refusal(client.usergroups_list),
        refusal(client.conversations_history, channel=secret),
    ]
    needed = ["users:read", "dnd:read", "usergroups:read", "groups:history"]
    assert [(one["error"], one["needed"]) for one in refused] == [("missing_scope", name) for name in needed]


def test_people_set_themselves_away_and_pause_notifications_on_the_page(office: Office) -> None:
    seat = {"as": "ana", "at": "sales-inbound"}
    before = datetime.now(UTC)
    for deed in ("away", "pause"):
        assert post(office.workspace, "/act", {**seat, "do": deed}) == {"ok": True}
    assert office.client.users_getPresence(user=office.ana)["presence"] == "away"
    status = office.client.dnd_teamInfo(users=office.ana)["users"][office.ana]
    assert status["next_dnd_end_ts"] - status["next_dnd_start_ts"] == 3600
    assert status["next_dnd_end_ts"] >= int((before + timedelta(hours=1)).timestamp())
    assert "Paused: resume notifications" in scene(office, "ana")["sidebar"]
    for deed in ("back", "resume"):
        assert post(office.workspace, "/act", {**seat, "do": deed}) == {"ok": True}
    assert office.client.users_getPresence(user=office.ana)["presence"] == "active"
    assert office.client.dnd_teamInfo(users=office.ana)["users"][office.ana]["dnd_enabled"] is False


def test_a_restarted_workspace_knows_its_groups_and_who_is_away(tmp_path: Path) -> None:
    path = tmp_path / "workspace.db"
    with Workspace(path) as workspace:
        ana = workspace.add_user("ana", "Ana", "ana@example.com")
        workspace.add_group("on-call", "On call", [ana])
        workspace.set_away(ana)
    with Workspace(path) as workspace:
        assert workspace.add_user("ana", "Ana", "ana@example.com") == ana
        client = client_of(workspace)
        assert client.usergroups_list(include_users=True)["usergroups"][0]["users"] == [ana]
        assert client.users_getPresence(user=ana)["presence"] == "away"
