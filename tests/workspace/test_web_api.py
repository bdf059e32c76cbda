"""The Web API, called by Slack's own client."""

from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from bot.workspace import Workspace
from tests.workspace.conftest import Office
from tests.workspace.tinybot import TinyBot, button, card, client_of, home, note_modal, section


def refusal(call: Any, **args: Any) -> dict[str, Any]:
    with pytest.raises(SlackApiError) as caught:
        call(**args)
    answer = caught.value.response.data
    assert isinstance(answer, dict)
    return answer


def test_a_message_can_be_posted_read_updated_and_deleted(office: Office) -> None:
    posted = office.client.chat_postMessage(channel=office.channel, text="Hello", blocks=card("Dana"))
    (message,) = office.workspace.messages(office.channel)
    assert (message.ts, message.text, message.edited) == (posted["ts"], "Hello", False)
    assert posted["message"]["blocks"][1]["block_id"] == "choices"

    office.client.chat_update(channel=office.channel, ts=message.ts, text="Changed", blocks=[])
    (message,) = office.workspace.messages(office.channel)
    assert (message.text, message.blocks, message.edited) == ("Changed", [], True)

    office.client.chat_delete(channel=office.channel, ts=message.ts)
    assert office.workspace.messages(office.channel) == []


def test_a_user_id_as_channel_opens_the_direct_messages(office: Office) -> None:
    opened = office.client.conversations_open(users=office.ana)
    posted = office.client.chat_postMessage(channel=office.ana, text="Hi")
    assert posted["channel"] == opened["channel"]["id"]
    assert [message.text for message in office.workspace.messages(office.ana)] == ["Hi"]


def test_an_update_keeps_text_and_metadata_but_a_new_text_without_blocks_takes_the_blocks_away(
    office: Office,
) -> None:
    metadata = {"event_type": "intent", "event_payload": {"id": 7}}
    ts = office.client.chat_postMessage(
        channel=office.channel, text="A", blocks=[section("A")], metadata=metadata
    )["ts"]
    place = {"channel": office.channel, "ts": ts}
    office.client.api_call("chat.update", json={**place, "blocks": [section("B")]})
    (message,) = office.workspace.messages(office.channel)
    assert (message.text, message.blocks[0]["text"]["text"], message.metadata) == ("A", "B", metadata)
    office.client.chat_update(**place, text="C")
    (message,) = office.workspace.messages(office.channel)
    assert (message.text, message.blocks, message.metadata) == ("C", [], metadata)


def test_an_update_to_nothing_is_refused(office: Office) -> None:
    ts = office.client.chat_postMessage(channel=office.channel, text="A")["ts"]
    place = {"channel": office.channel, "ts": ts}
    for more in ({}, {"text": ""}, {"text": "", "blocks": []}):
        nothing = refusal(office.client.api_call, api_method="chat.update", json=place | more)
        assert nothing["error"] == "no_text"
    assert office.workspace.messages(office.channel)[0].text == "A"


def test_a_message_whose_blocks_are_too_long_together_is_neither_posted_nor_updated(office: Office) -> None:
    fits, too_long = [section("x" * 3000)] * 4, [section("x" * 3000)] * 4 + [section("x")]
    ts = office.client.chat_postMessage(channel=office.channel, text="x", blocks=fits)["ts"]
    for call, more in ((office.client.chat_postMessage, {}), (office.client.chat_update, {"ts": ts})):
        answer = refusal(call, channel=office.channel, text="x", blocks=too_long, **more)
        assert answer["error"] == "msg_blocks_too_long"
    (message,) = office.workspace.messages(office.channel)
    assert len(message.blocks) == 4


def test_a_view_beyond_250_kb_is_refused(office: Office) -> None:
    large = home(1) | {"blocks": [section("x" * 2400)] * 100}
    assert office.client.views_publish(user_id=office.ana, view=large)["ok"]
    too_large = home(1) | {"blocks": [section("x" * 2500)] * 100}
    answer = refusal(office.client.views_publish, user_id=office.ana, view=too_large)
    assert answer["error"] == "view_too_large"


def test_two_views_may_not_share_an_external_id(office: Office) -> None:
    named = home(1) | {"external_id": "ours"}
    for _ in range(2):
        office.client.views_publish(user_id=office.ana, view=named)
    answer = refusal(office.client.views_publish, user_id=office.ben, view=named)
    assert answer["error"] == "duplicate_external_id"
    for unnamed in (office.ben, office.mia):
        assert office.client.views_publish(user_id=unnamed, view=home(1))["ok"]


def test_history_is_newest_first_paged_and_shows_metadata_only_when_asked(office: Office) -> None:
    metadata = {"event_type": "intent", "event_payload": {"id": 7}}
    stamps = [
        office.client.chat_postMessage(channel=office.channel, text=str(n), metadata=metadata)["ts"]
        for n in range(5)
    ]
    first = office.client.conversations_history(channel=office.channel, limit=2, include_all_metadata=True)
    assert [message["text"] for message in first["messages"]] == ["4", "3"]
    assert first["messages"][0]["metadata"] == metadata
    cursor = first["response_metadata"]["next_cursor"]
    second = office.client.conversations_history(channel=office.channel, limit=3, cursor=cursor)
    assert [message["text"] for message in second["messages"]] == ["2", "1", "0"]
    assert not second["has_more"]
    assert "metadata" not in second["messages"][0]
    between = office.client.conversations_history(channel=office.channel, oldest=stamps[1], latest=stamps[3])
    assert [message["text"] for message in between["messages"]] == ["2"]


def test_replies_stay_out_of_the_history_and_in_their_thread(office: Office) -> None:
    parent = office.client.chat_postMessage(channel=office.channel, text="parent")["ts"]
    reply = office.client.chat_postMessage(channel=office.channel, text="reply", thread_ts=parent)["ts"]
    nested = office.client.chat_postMessage(channel=office.channel, text="nested", thread_ts=reply)
    assert nested["message"]["thread_ts"] == parent
    history = office.client.conversations_history(channel=office.channel)["messages"]
    assert [message["text"] for message in history] == ["parent"]
    said = [(message.text, message.thread_ts) for message in office.workspace.messages(office.channel)]
    assert said == [("parent", parent), ("reply", parent), ("nested", parent)]


def test_a_private_answer_is_seen_by_one_person_and_by_no_history(office: Office, bot: TinyBot) -> None:
    office.workspace.command(office.ana, "/note", "psst", channel=office.channel)
    assert [message.text for message in office.workspace.ephemerals(office.ana)] == ["You typed psst"]
    assert office.workspace.ephemerals(office.ben) == []
    assert office.client.conversations_history(channel=office.channel)["messages"] == []


def test_people_are_found_by_e_mail(office: Office) -> None:
    assert office.client.users_lookupByEmail(email="ANA@example.com")["user"]["id"] == office.ana
    assert refusal(office.client.users_lookupByEmail, email="x@y.z")["error"] == "users_not_found"
    assert office.client.auth_test()["user_id"] == office.workspace.bot_user_id


@pytest.mark.parametrize(
    ("token", "error"),
    [(None, "not_authed"), ("xoxb-wrong", "invalid_auth"), ("xapp-local", "not_allowed_token_type")],
)
def test_a_call_needs_the_right_token(office: Office, token: str | None, error: str) -> None:
    client = WebClient(token=token, base_url=office.workspace.api_url, retry_handlers=[])
    assert refusal(client.auth_test)["error"] == error


def test_only_the_app_token_opens_a_socket(office: Office) -> None:
    assert (
        refusal(office.client.apps_connections_open, app_token="xoxb-local")["error"]
        == "not_allowed_token_type"
    )
    assert office.client.apps_connections_open(app_token="xapp-local")["url"].startswith("ws://127.0.0.1:")


def test_refusals_have_slacks_names(office: Office) -> None:
    client, channel = office.client, office.channel
    elsewhere = office.workspace.add_channel("secret", bot_is_member=False, members=[office.ana])
    theirs = office.workspace.type_message(office.ana, channel, "mine").ts
    no_text = refusal(client.api_call, api_method="chat.postMessage", json={"channel": channel})
    assert no_text["error"] == "no_text"
    assert refusal(client.chat_postMessage, channel="C0", text="x")["error"] == "channel_not_found"
    assert refusal(client.chat_postMessage, channel=elsewhere, text="x")["error"] == "not_in_channel"
    assert refusal(client.chat_postMessage, channel=channel, text="x" * 40_001)["error"] == "msg_too_long"
    assert refusal(client.chat_update, channel=channel, ts="1.0", text="x")["error"] == "message_not_found"
    assert refusal(client.chat_update, channel=channel, ts=theirs, text="x")["error"] == "cant_update_message"
    assert refusal(client.chat_delete, channel=channel, ts=theirs)["error"] == "cant_delete_message"
    bad_thread = refusal(client.chat_postMessage, channel=channel, text="x", thread_ts="1.0")
    assert bad_thread["error"] == "thread_not_found"
    assert refusal(client.api_call, api_method="chat.unheardOf")["error"] == "unknown_method"
    missing = refusal(client.api_call, api_method="chat.delete", params={"channel": channel})
    assert missing["response_metadata"]["messages"] == ["[ERROR] missing required field: ts"]


def test_bad_blocks_are_refused_with_their_place(office: Office) -> None:
    answer = refusal(
        office.client.chat_postMessage, channel=office.channel, text="x", blocks=[section("x" * 3001)]
    )
    assert answer["error"] == "invalid_blocks"
    place = "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {place}"]
    broken = refusal(office.client.chat_postMessage, channel=office.channel, text="x", blocks="[{")
    assert broken["error"] == "invalid_blocks_format"


def test_arguments_may_come_as_a_form_with_json_inside(office: Office) -> None:
    params = {"channel": office.channel, "text": "x", "blocks": '[{"type": "divider"}]'}
    office.client.api_call("chat.postMessage", params=params)
    (message,) = office.workspace.messages(office.channel)
    assert message.blocks[0]["type"] == "divider"


def test_a_bad_view_is_refused_with_its_place(office: Office) -> None:
    view = note_modal("x") | {"title": {"type": "plain_text", "text": "x" * 25}}
    answer = refusal(office.client.views_open, trigger_id="1", view=view)
    assert answer["error"] == "invalid_arguments"
    assert "[json-pointer:/view/title/text]" in answer["response_metadata"]["messages"][0]


def test_a_home_published_on_an_old_hash_is_refused(office: Office) -> None:
    first = office.client.views_publish(user_id=office.ana, view=home(1))["view"]
    office.client.views_publish(user_id=office.ana, view=home(2), hash=first["hash"])
    late = refusal(office.client.views_publish, user_id=office.ana, view=home(3), hash=first["hash"])
    assert late["error"] == "hash_conflict"
    view = office.workspace.home(office.ana)
    assert view is not None
    assert view.blocks[0]["text"]["text"] == "Clicked 2 times"


def test_a_made_up_trigger_opens_nothing(office: Office) -> None:
    answer = refusal(office.client.views_open, trigger_id="1.2.3", view=note_modal("x"))
    assert answer["error"] == "invalid_trigger_id"


def test_a_made_up_response_url_answers_expired(office: Office) -> None:
    answer = WebhookClient(f"{office.workspace.url}/response/none").send(text="x")
    assert (answer.status_code, "expired_url" in answer.body) == (404, True)


def test_every_call_is_remembered_with_its_answer(office: Office) -> None:
    office.client.chat_postMessage(channel=office.channel, text="x")
    refusal(office.client.chat_postMessage, channel="C0", text="y")
    first, second = office.workspace.calls("chat.postMessage")
    assert (first.args["text"], first.answer["ok"]) == ("x", True)
    assert (second.args["text"], second.answer["error"]) == ("y", "channel_not_found")
    assert office.workspace.calls("chat.update") == []


def test_a_workspace_on_a_file_keeps_its_data_over_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "workspace.db"
    with Workspace(path) as workspace:
        ana = workspace.add_user("ana", "Ana Ruiz", "ana@example.com")
        channel = workspace.add_channel("sales", members=[ana])
        client = client_of(workspace)
        client.chat_postMessage(channel=channel, text="gone").get("ts")
        kept = client.chat_postMessage(channel=channel, text="kept", blocks=[section("kept")])["ts"]
        client.chat_delete(channel=channel, ts=workspace.messages(channel)[0].ts)
        client.views_publish(user_id=ana, view=home(1))
        workspace.command(ana, "/nobody-answers", channel=channel)
    with Workspace(path) as workspace:
        assert workspace.add_user("ana", "Ana Ruiz", "ana@example.com") == ana
        assert workspace.add_channel("sales") == channel
        (message,) = workspace.messages(channel)
        assert (message.ts, message.text, message.blocks[0]["type"]) == (kept, "kept", "section")
        (whisper,) = workspace.ephemerals(ana)
        assert "dispatch_failed" in whisper.text
        assert workspace.home(ana) is not None
        client = client_of(workspace)
        client.chat_update(channel=channel, ts=kept, text="still ours", blocks=[section("x")])
        assert client.chat_postMessage(channel=channel, text="later")["ts"] > kept


def test_a_stopped_workspace_comes_back_at_the_same_address(office: Office) -> None:
    client, url = office.client, office.workspace.url
    office.workspace.stop()
    with pytest.raises(OSError, match="refused"):
        client.auth_test()
    office.workspace.start()
    assert office.workspace.url == url
    assert client.auth_test()["ok"]


def test_buttons_without_ids_are_given_ids(office: Office) -> None:
    nameless = button("Go", "x")
    del nameless["action_id"]
    office.client.chat_postMessage(
        channel=office.channel, text="x", blocks=[{"type": "actions", "elements": [nameless]}]
    )
    (message,) = office.workspace.messages(office.channel)
    assert message.blocks[0]["block_id"]
    assert message.blocks[0]["elements"][0]["action_id"]
