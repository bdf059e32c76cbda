"""What people do, delivered to a real Bolt app over signed HTTP."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from tests.workspace.conftest import Office
from tests.workspace.tinybot import TinyBot, card, client_of, note_modal, served


def post_card(office: Office, lead: str = "Dana") -> str:
    posted = office.client.chat_postMessage(channel=office.channel, text=lead, blocks=card(lead))
    return str(posted["ts"])


def test_a_click_reaches_the_app_as_slack_would_send_it(office: Office, bot: TinyBot) -> None:
    ts = post_card(office)
    delivery = office.workspace.click(office.ana, office.channel, ts, "claim")
    assert (delivery.status, delivery.error) == (200, None)
    (body,) = bot.heard
    assert body["type"] == "block_actions"
    assert body["user"]["id"] == office.ana
    assert body["container"] == {
        "type": "message",
        "message_ts": ts,
        "channel_id": office.channel,
        "is_ephemeral": False,
    }
    assert body["message"]["text"] == "Dana"
    (action,) = body["actions"]
    assert (action["action_id"], action["block_id"], action["value"]) == ("claim", "choices", "Dana")


def test_the_app_updates_the_card_everybody_sees(office: Office, bot: TinyBot) -> None:
    ts = post_card(office)
    office.workspace.click(office.ana, office.channel, ts, "claim")
    assert office.workspace.wait_for(lambda: office.workspace.messages(office.channel)[0].edited)
    (message,) = office.workspace.messages(office.channel)
    assert message.text == "Dana claimed"


def test_a_button_that_has_just_gone_can_still_be_pressed(office: Office, bot: TinyBot) -> None:
    ts = post_card(office)
    office.workspace.click(office.ana, office.channel, ts, "claim")
    assert office.workspace.wait_for(lambda: office.workspace.messages(office.channel)[0].edited)
    office.workspace.click(office.ben, office.channel, ts, "claim")
    assert office.workspace.wait_for(lambda: office.workspace.ephemerals(office.ben))
    assert office.workspace.ephemerals(office.ben)[0].text == f"<@{office.ana}> was faster"


def test_a_button_that_never_was_cannot_be_pressed(office: Office, bot: TinyBot) -> None:
    ts = post_card(office)
    with pytest.raises(LookupError, match="claim"):
        office.workspace.click(office.ana, office.channel, ts, "launch")
    assert bot.heard == []


def test_two_hundred_clicks_at_once_all_arrive(office: Office, bot: TinyBot) -> None:
    ts, barrier = post_card(office), Barrier(200)
    people = [office.workspace.add_user(f"u{n}", f"User {n}", f"u{n}@example.com") for n in range(200)]
    office.workspace.add_channel("sales-inbound", members=people)
    office.workspace.ack_seconds = 60  # this machine may be slow; the point is that nothing is lost

    def press(user: str) -> str | None:
        barrier.wait()
        return office.workspace.click(user, office.channel, ts, "claim").error

    with ThreadPoolExecutor(200) as pool:
        assert set(pool.map(press, people)) == {None}
    assert len(bot.heard) == 200
    losers = [user for user in people if user != bot.winners["Dana"]]
    assert office.workspace.wait_for(lambda: all(office.workspace.ephemerals(user) for user in losers), 60)


def test_a_menu_choice_opens_a_modal_and_its_submission_is_checked_by_the_app(
    office: Office, bot: TinyBot
) -> None:
    ts = post_card(office)
    office.workspace.choose(office.ana, office.channel, ts, "more", "snooze")
    assert bot.heard[-1]["actions"][0]["selected_option"]["value"] == "snooze"
    assert office.workspace.wait_for(lambda: office.workspace.modal(office.ana))

    incomplete = office.workspace.submit(office.ana, {"note": "hello"})
    assert incomplete.error == "incomplete"
    view = office.workspace.modal(office.ana)
    assert view is not None
    assert view.errors == {"outcome_block": "Please complete this required field."}

    office.workspace.submit(office.ana, {"outcome": "voicemail", "note": "no"})
    view = office.workspace.modal(office.ana)
    assert view is not None
    assert view.errors == {"note_block": "Say a little more"}
    assert view.state["note_block"]["note"]["value"] == "no"

    office.workspace.submit(office.ana, {"note": "left a message"})
    assert office.workspace.modal(office.ana) is None
    assert office.workspace.wait_for(lambda: office.workspace.messages(office.ana))
    assert office.workspace.messages(office.ana)[0].text == "from the menu: voicemail, left a message"


def test_a_closed_modal_tells_the_app_if_it_asked(office: Office, bot: TinyBot) -> None:
    office.workspace.command(office.ana, "/note", "open")
    assert office.workspace.modal(office.ana) is not None
    office.workspace.close_view(office.ana)
    assert office.workspace.modal(office.ana) is None
    assert bot.heard[-1]["type"] == "view_closed"
    with pytest.raises(LookupError):
        office.workspace.close_view(office.ana)


def test_a_command_is_answered_privately_and_arrives_escaped(office: Office, bot: TinyBot) -> None:
    typed = "lead dana@x.com for @ben in #sales-inbound <b> & see https://x.com/a"
    office.workspace.command(office.ana, "/note", typed, channel=office.channel)
    expected = (
        f"lead <mailto:dana@x.com|dana@x.com> for <@{office.ben}|ben> in <#{office.channel}|sales-inbound>"
        " &lt;b&gt; &amp; see <https://x.com/a>"
    )
    assert bot.heard[-1]["text"] == expected
    (answer,) = office.workspace.ephemerals(office.ana)
    assert (answer.text, answer.channel) == (f"You typed {expected}", office.channel)
    assert office.workspace.messages(office.channel) == []


def test_a_command_nobody_answers_says_so(office: Office) -> None:
    office.workspace.events_url = "http://127.0.0.1:9/nobody"
    delivery = office.workspace.command(office.ana, "/note", "x")
    assert delivery.error == "dispatch_failed"
    (answer,) = office.workspace.ephemerals(office.ana)
    assert answer.text == '/note failed with the error "dispatch_failed"'


def test_an_app_that_answers_too_late_has_timed_out_and_what_it_says_then_counts_for_nothing(
    office: Office, bot: TinyBot
) -> None:
    office.workspace.ack_seconds = 0.05
    bot.delay = 0.3
    assert office.workspace.command(office.ana, "/note", "x").error == "operation_timeout"
    ts = post_card(office)
    assert office.workspace.click(office.ana, office.channel, ts, "pass").error == "operation_timeout"
    assert office.workspace.wait_for(lambda: len(office.workspace.ephemerals(office.ana)) == 2)
    first, second = office.workspace.ephemerals(office.ana)
    assert first.text == '/note failed with the error "operation_timeout"'
    assert second.text == "You passed"


def open_form(office: Office) -> None:
    office.workspace.command(office.ana, "/note", "open")
    assert office.workspace.modal(office.ana) is not None


def trouble(office: Office) -> str:
    """What the form that Ana has open says of its sending; it must still be open, with what she entered."""
    view = office.workspace.modal(office.ana)
    assert view is not None
    assert view.state["note_block"]["note"]["value"] == "kept"
    return view.trouble


FORM = {"outcome": "done", "note": "kept"}


def test_a_form_that_the_app_takes_too_long_for_stays_open_and_says_so(office: Office, bot: TinyBot) -> None:
    open_form(office)
    office.workspace.ack_seconds, bot.delay = 0.05, 0.3
    assert office.workspace.submit(office.ana, FORM).error == "operation_timeout"
    assert trouble(office) == "We had some trouble connecting. Try again?"
    office.workspace.ack_seconds, bot.delay = 3.0, 0.0
    assert office.workspace.submit(office.ana).ok
    assert office.workspace.modal(office.ana) is None


def test_a_form_that_nobody_answers_for_stays_open_and_says_so(office: Office, bot: TinyBot) -> None:
    open_form(office)
    office.workspace.events_url = "http://127.0.0.1:9/nobody"
    assert office.workspace.submit(office.ana, FORM).error == "dispatch_failed"
    assert trouble(office) == "We had some trouble connecting. Try again?"


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors"},
        {"response_action": "errors", "errors": {"elsewhere": "Not here"}},
        {"response_action": "errors", "errors": {"words": "Nobody fills this in"}},
        {"response_action": "update", "view": {"type": "modal", "title": "Not a text", "blocks": []}},
        {"response_action": "dance"},
        "thank you",
    ],
)
def test_an_answer_to_a_form_that_slack_cannot_use_leaves_it_open(
    office: Office, bot: TinyBot, answer: dict[str, object] | str
) -> None:
    open_form(office)
    bot.answer = answer
    assert office.workspace.submit(office.ana, FORM).error == "invalid_response"
    assert trouble(office) == "We had some trouble connecting. Try again?"


def test_an_app_that_does_not_know_the_secret_refuses(office: Office) -> None:
    with served(TinyBot(office.workspace, secret="another")) as url:
        office.workspace.events_url = url
        delivery = office.workspace.command(office.ana, "/note", "x")
    assert (delivery.status, delivery.error) == (401, "http_service_error")


def test_opening_home_shows_what_the_app_publishes(office: Office, bot: TinyBot) -> None:
    office.workspace.open_home(office.ana)
    assert office.workspace.wait_for(lambda: office.workspace.home(office.ana))
    office.workspace.click_home(office.ana, "again")
    assert bot.heard[-1]["container"]["type"] == "view"

    def shown() -> bool:
        view = office.workspace.home(office.ana)
        return view is not None and "2 times" in view.blocks[0]["text"]["text"]

    assert office.workspace.wait_for(shown)


def test_the_app_hears_of_an_opened_home_only_if_it_subscribed(office: Office, bot: TinyBot) -> None:
    office.workspace.subscriptions.clear()
    assert office.workspace.open_home(office.ana).ok
    assert bot.heard == []


def test_plain_messages_reach_the_app_only_if_it_subscribed(office: Office, bot: TinyBot) -> None:
    office.workspace.type_message(office.ana, office.workspace.bot_user_id, "hello & <there>")
    assert bot.heard == []
    office.workspace.subscriptions.add("message.im")
    office.workspace.type_message(office.ana, office.workspace.bot_user_id, "again")
    assert bot.heard[-1]["event"]["text"] == "again"
    assert bot.heard[-1]["event"]["channel_type"] == "im"
    texts = [message.text for message in office.workspace.messages(office.ana)]
    assert texts == ["hello &amp; &lt;there&gt;", "again"]


def test_a_trigger_works_once_and_for_three_seconds(office: Office, bot: TinyBot) -> None:
    office.workspace.command(office.ana, "/note", "x")
    trigger = bot.heard[-1]["trigger_id"]
    office.clock.seconds += 2.9
    office.client.views_open(trigger_id=trigger, view=note_modal("x"))
    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        office.client.views_open(trigger_id=trigger, view=note_modal("x"))
    office.workspace.command(office.ana, "/note", "x")
    office.clock.seconds += 3.1
    with pytest.raises(SlackApiError, match="expired_trigger_id"):
        office.client.views_open(trigger_id=bot.heard[-1]["trigger_id"], view=note_modal("x"))


def test_a_response_url_works_five_times_and_for_half_an_hour(office: Office, bot: TinyBot) -> None:
    office.workspace.command(office.ana, "/note", "")
    url = bot.heard[-1]["response_url"]
    answers = [WebhookClient(url).send(text=str(n)).status_code for n in range(6)]
    assert answers == [200] * 5 + [404]
    office.workspace.command(office.ana, "/note", "")
    office.clock.seconds += 30 * 60 + 1
    assert "expired_url" in WebhookClient(bot.heard[-1]["response_url"]).send(text="late").body


def test_an_answer_without_words_is_refused(office: Office, bot: TinyBot) -> None:
    ts = post_card(office)
    office.workspace.click(office.ana, office.channel, ts, "pass")
    hook = WebhookClient(bot.heard[-1]["response_url"])
    for replaces in (False, True):
        answer = hook.send(text="", replace_original=replaces)
        assert (answer.status_code, "no_text" in answer.body) == (400, True)
    assert office.workspace.messages(office.channel)[0].text == "Dana"


def test_a_response_url_can_replace_and_delete_what_it_came_from(office: Office, bot: TinyBot) -> None:
    ts = post_card(office)
    office.workspace.click(office.ana, office.channel, ts, "pass")
    assert office.workspace.wait_for(lambda: office.workspace.ephemerals(office.ana))
    hook = WebhookClient(bot.heard[-1]["response_url"])
    assert hook.send(text="replaced", blocks=[], replace_original=True).body == "ok"
    assert office.workspace.messages(office.channel)[0].text == "replaced"
    hook.send(text="for all", response_type="in_channel")
    assert office.workspace.messages(office.channel)[-1].text == "for all"
    hook.send(delete_original=True)
    assert [message.text for message in office.workspace.messages(office.channel)] == ["for all"]


def test_modals_stack_three_high(office: Office, bot: TinyBot) -> None:
    client = client_of(office.workspace)
    office.workspace.command(office.ana, "/note", "open")
    for _ in range(2):
        office.workspace.command(office.ana, "/note", "x")
        client.views_push(trigger_id=bot.heard[-1]["trigger_id"], view=note_modal("above"))
    office.workspace.command(office.ana, "/note", "x")
    with pytest.raises(SlackApiError, match="push_limit_reached"):
        client.views_push(trigger_id=bot.heard[-1]["trigger_id"], view=note_modal("too high"))
    office.workspace.close_view(office.ana)
    office.workspace.close_view(office.ana)
    view = office.workspace.modal(office.ana)
    assert view is not None
    assert view.private_metadata == "Dana"


def test_an_updated_modal_keeps_what_was_entered(office: Office, bot: TinyBot) -> None:
    office.workspace.command(office.ana, "/note", "open")
    office.workspace.submit(office.ana, {"outcome": "done", "note": "no"})
    view = office.workspace.modal(office.ana)
    assert view is not None
    renamed = note_modal("Dana") | {"title": {"type": "plain_text", "text": "Renamed"}}
    office.client.views_update(view_id=view.id, hash=view.hash, view=renamed)
    view = office.workspace.modal(office.ana)
    assert view is not None
    assert view.title == "Renamed"
    assert view.state["note_block"]["note"]["value"] == "no"


def test_a_modal_updated_on_an_old_hash_stays_as_it_is(office: Office, bot: TinyBot) -> None:
    open_form(office)
    first = office.workspace.modal(office.ana)
    assert first is not None
    office.client.views_update(view_id=first.id, hash=first.hash, view=note_modal("second"))
    with pytest.raises(SlackApiError, match="hash_conflict"):
        office.client.views_update(view_id=first.id, hash=first.hash, view=note_modal("third"))
    view = office.workspace.modal(office.ana)
    assert view is not None
    assert view.private_metadata == "second"


def test_an_app_without_the_scope_for_commands_has_none(office: Office, bot: TinyBot) -> None:
    office.workspace.scopes = {"chat:write"}
    assert office.workspace.command(office.ana, "/note", "x").error == "dispatch_failed"
    assert bot.heard == []
    assert office.workspace.ephemerals(office.ana)[0].text == "/note is not a valid command."


def test_a_closed_account_does_nothing_any_more(office: Office, bot: TinyBot) -> None:
    ts = post_card(office)
    office.workspace.open_home(office.ana)
    open_form(office)
    heard = len(bot.heard)
    office.workspace.deactivate(office.ana)
    deeds: list[Callable[[], object]] = [
        lambda: office.workspace.click(office.ana, office.channel, ts, "claim"),
        lambda: office.workspace.click_home(office.ana, "again"),
        lambda: office.workspace.submit(office.ana, FORM),
        lambda: office.workspace.command(office.ana, "/note", "x"),
        lambda: office.workspace.type_message(office.ana, office.channel, "x"),
        lambda: office.workspace.open_home(office.ana),
    ]
    for deed in deeds:
        with pytest.raises(LookupError, match="ana is deactivated"):
            deed()
    assert len(bot.heard) == heard


def test_nobody_acts_in_a_channel_they_are_not_in(office: Office, bot: TinyBot) -> None:
    eve = office.workspace.add_user("eve", "Eve", "eve@example.com")
    ts = post_card(office)
    deeds: list[Callable[[], object]] = [
        lambda: office.workspace.click(eve, office.channel, ts, "claim"),
        lambda: office.workspace.command(eve, "/note", "x", channel=office.channel),
        lambda: office.workspace.type_message(eve, office.channel, "x"),
    ]
    for deed in deeds:
        with pytest.raises(LookupError, match="eve is not in sales-inbound"):
            deed()
    assert bot.heard == []
    assert office.workspace.command(eve, "/note", "x").ok
