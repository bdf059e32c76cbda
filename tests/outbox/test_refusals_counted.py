"""Every call that fails is counted, whoever made it; counting itself never stands in anybody's way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy import text

from bot.outbox.refusals import MOST_KINDS, OTHER, RefusalTally, count_refusal, refusals
from bot.outbox.slack_errors import NOT_JSON, RATELIMITED, refusal_name
from tests.outbox.bench import Bench
from tests.outbox.scripted import CUTS, NOT_AN_OBJECT, Answer, breaks, limited, refuses


def counted(bench: Bench) -> dict[tuple[str, str], int]:
    with bench.database.read() as session:
        return dict(refusals(session))


def client(bench: Bench) -> WebClient:
    tallying = bench.slack.client()
    tallying.retry_handlers = [RefusalTally(bench.database)]
    return tallying


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refuses("not_in_channel"), "not_in_channel"),
        (limited(5), "ratelimited"),
        (breaks(502), "http_502"),
        (NOT_AN_OBJECT, "not_json"),
        (Answer(body='{"ok": tr'), "not_json"),
        (Answer(403, '{"ok": false, "error": "access_denied"}'), "access_denied"),
        (CUTS, "no_answer"),
    ],
)
def test_a_failed_call_is_made_once_and_counted_once(bench: Bench, answer: Answer, error: str) -> None:
    bench.slack.script("chat.postMessage", answer)
    with pytest.raises((SlackApiError, OSError, ValueError, AttributeError)):
        client(bench).chat_postMessage(channel="CSALES", text="hello")
    assert bench.slack.count("chat.postMessage") == 1
    assert counted(bench) == {("chat.postMessage", error): 1}
    client(bench).chat_postMessage(channel="CSALES", text="hello")
    assert counted(bench) == {("chat.postMessage", error): 1}


def test_the_rows_stay_few_whatever_slack_says(bench: Bench) -> None:
    for number in range(MOST_KINDS + 5):
        count_refusal(bench.database, "chat.update", f"error_{number}")
    count_refusal(bench.database, "chat.update", "error_7")
    rows = counted(bench)
    assert len(rows) == MOST_KINDS + 1
    assert rows["chat.update", "error_7"] == 2
    assert rows[OTHER, OTHER] == 5


def test_what_cannot_be_counted_is_answered_as_ever(bench: Bench) -> None:
    with bench.database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE slack_refusals RENAME TO gone"))
    bench.slack.script("chat.postMessage", refuses("is_archived"))
    with pytest.raises(SlackApiError, match="is_archived"):
        client(bench).chat_postMessage(channel="CSALES", text="hello")


@given(
    st.integers(200, 599), st.dictionaries(st.sampled_from(["ok", "error", "x"]), st.text() | st.booleans())
)
def test_a_name_is_never_a_sentence(status: int, data: dict[str, str | bool]) -> None:
    name = refusal_name(status, data)
    assert " " not in name
    assert name
    if status == 429:
        assert name == RATELIMITED
    if not data and 200 <= status < 500 and status != 429:
        assert name == NOT_JSON
