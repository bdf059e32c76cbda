"""The transport to Slack: one method per call we make; every failure leaves it sorted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from bot.clock import Clock
from bot.outbox.budgets import POST, UPDATE, Charge
from bot.outbox.rendering import SlackMessage
from bot.outbox.slack_errors import Scope, SlackFailure, sort_failure

EVENT_TYPE = "followup_intent"
PAGES, PAGE = 5, 200
"""How much of a channel's history is searched for a message whose answer was lost."""
LONGEST_TEXT = 3000
OWN_BUDGET = "own_budget"
"""The failure of a call that was not made: our own budget for it is spent."""


@dataclass(frozen=True)
class Posted:
    """Where a message stands."""

    channel: str
    ts: str


class SlackTransport:
    """Calls Slack; raises only SlackFailure. `charge` is asked before calls that no lease has paid for."""

    def __init__(self, client: WebClient, charge: Charge, machine_now: Clock) -> None:
        self._client = client
        self._charge = charge
        self._machine_now = machine_now
        # A person's DM never changes its id, so a restart only costs one more call each.
        self._dms: dict[str, str] = {}

    def user_of(self, email: str) -> str:
        """The Slack user with this e-mail address."""
        self._pay("users.lookupByEmail")
        found = _call("users.lookupByEmail", self._client.users_lookupByEmail, email=email)
        return str(_member(found, "user")["id"])

    def dm_with(self, user: str) -> str:
        """The channel of our conversation with this user."""
        if user not in self._dms:
            self._pay("conversations.open")
            opened = _call("conversations.open", self._client.conversations_open, users=user)
            self._dms[user] = str(_member(opened, "channel")["id"])
        return self._dms[user]

    def is_active(self, user: str) -> bool:
        """Whether Slack shows this user as active."""
        self._pay("users.getPresence")
        seen = _call("users.getPresence", self._client.users_getPresence, user=user)
        return bool(seen.get("presence") == "active")

    def quiet_spans(self, users: Sequence[str]) -> dict[str, tuple[datetime, datetime]]:
        """From when until when each of these users, 50 at most, is not to be disturbed next; on Slack's clock."""
        self._pay("dnd.teamInfo")
        told = _member(_call("dnd.teamInfo", self._client.dnd_teamInfo, users=list(users)), "users")
        return {
            user: (_instant(said["next_dnd_start_ts"]), _instant(said["next_dnd_end_ts"]))
            for user, said in told.items()
            if isinstance(said, dict) and said.get("dnd_enabled")
        }

    def post(self, channel: str, message: SlackMessage, intent_id: int) -> Posted:
        """Post it, with the intent's id in its metadata."""
        answer = _call(
            POST,
            self._client.chat_postMessage,
            channel=channel,
            text=message.text[:LONGEST_TEXT],
            blocks=message.blocks or None,
            metadata={"event_type": EVENT_TYPE, "event_payload": {"intent": intent_id}},
            # Links in a lead's words are not ours to unfold.
            unfurl_links=False,
            unfurl_media=False,
        )
        return Posted(str(answer["channel"]), str(answer["ts"]))

    def update(self, channel: str, ts: str, message: SlackMessage) -> None:
        """Make the posted message say this; no blocks means that it loses those it has."""
        _call(
            UPDATE,
            self._client.chat_update,
            channel=channel,
            ts=ts,
            text=message.text[:LONGEST_TEXT],
            blocks=message.blocks,
        )

    def delete(self, posted: Posted) -> None:
        """Take back a message of ours."""
        self._pay("chat.delete")
        _call("chat.delete", self._client.chat_delete, channel=posted.channel, ts=posted.ts)

    def find_posted(self, channel: str, intent_id: int, since: datetime) -> list[Posted]:
        """The messages in the channel's history since then that carry this intent's id, newest first."""
        found: list[Posted] = []
        cursor: str | None = None
        for _ in range(PAGES):
            self._pay("conversations.history")
            page = _call(
                "conversations.history",
                self._client.conversations_history,
                channel=channel,
                oldest=f"{since.timestamp():.6f}",
                include_all_metadata=True,
                limit=PAGE,
                cursor=cursor,
            )
            messages = page.get("messages") or []
            found += [Posted(channel, str(each["ts"])) for each in messages if _intent_of(each) == intent_id]
            cursor = _member(page, "response_metadata").get("next_cursor")
            if not cursor:
                break
        return found

    def _pay(self, method: str) -> None:
        ready = self._charge(method)
        if ready is not None:
            raise SlackFailure(Scope.RETRYABLE, OWN_BUDGET, retry_after=ready - self._machine_now())


def _call(method: str, call: Callable[..., SlackResponse], **arguments: Any) -> SlackResponse:
    try:
        return call(**arguments)
    except Exception as error:
        raise sort_failure(method, error) from error


def _instant(timestamp: object) -> datetime:
    return datetime.fromtimestamp(float(str(timestamp)), UTC)


def _member(answer: SlackResponse, name: str) -> dict[str, Any]:
    value = answer.get(name)
    return value if isinstance(value, dict) else {}


def _intent_of(message: dict[str, Any]) -> int | None:
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    return payload.get("intent") if metadata.get("event_type") == EVENT_TYPE else None
