"""What people do, each deed turned into the delivery Slack would make and the app's answer acted upon."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus

from bot.workspace.api.hooks import show_answer
from bot.workspace.api.views import checked, push_for, update_to
from bot.workspace.blockkit import elements_of
from bot.workspace.blockkit.elements import options_of
from bot.workspace.blockkit.state import Entry, entered, incomplete, initial_state, inputs, listed
from bot.workspace.context import Context
from bot.workspace.delivery import payloads
from bot.workspace.model import HELPER, ApiError, Channel, Delivery, Json, Message, User, View

_LINKED = re.compile(
    r"(?P<url>https?://[^\s<>|]+)"
    r"|(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?<![\w@])@(?P<user>[\w.-]*\w)"
    r"|(?<![\w#])#(?P<channel>[\w-]+)"
)


TROUBLE = "We had some trouble connecting. Try again?"
"""What Slack writes in a form whose sending came to nothing."""


class People:
    """The acts of people. Wherever the app is concerned it has a few seconds to acknowledge.

    What Slack's client keeps people from raises LookupError: acting with a closed account, or where they are not.
    """

    def __init__(self, context: Context, events: Iterable[str]) -> None:
        """`events` are those that the app subscribed to."""
        self._context = context
        self._store = context.store
        self.subscriptions = set(events)

    def act_in_message(
        self, user: str, channel: Channel, ts: str, action_id: str, value: Entry | None
    ) -> Delivery:
        """A button or a menu in a message.

        On a version of the message that still had it, if the newest has not: two people may press
        a button at once, and both do. Raises LookupError if it never had one.
        """
        self._in_person(user, channel)
        message, block, element = self._find_action(user, channel, ts, action_id, value)
        change = _chosen(element, value)
        state = initial_state(message.blocks)
        state.setdefault(block["block_id"], {}).update(_stateful(element, change))
        body = self._interaction("block_actions", user)
        body |= payloads.in_message(message, channel, self._answer_url(user, message), self._context.who)
        body |= {"state": {"values": state}, "actions": [payloads.action(block, element, change)]}
        return self._context.courier.deliver("interactive", body)

    def act_in_view(self, user: str, view: View | None, action_id: str, value: Entry | None) -> Delivery:
        """The same in a modal or in Home. Raises LookupError if there is none or it has no such element."""
        self._in_person(user)
        if view is None:
            raise LookupError(f"{user} has no such view open")
        block, element = _pick(view.blocks, action_id, value)
        change = _chosen(element, value)
        state = {name: dict(values) for name, values in view.state.items()}
        state.setdefault(block["block_id"], {}).update(_stateful(element, change))
        view = replace(view, state=state)
        self._store.put_view(view)
        body = self._interaction("block_actions", user)
        body |= payloads.in_view(view, self._context.who)
        body |= {"actions": [payloads.action(block, element, change)]}
        return self._context.courier.deliver("interactive", body)

    def command(self, user: str, name: str, text: str, channel: Channel) -> Delivery:
        """A slash command. Its answer, or that there was none, is shown to the person alone."""
        person, url = self._in_person(user, channel), self._context.response_url(user, channel.id)
        trigger = self._context.tickets.new_trigger(user)
        typed = self.escaped(text)
        body = payloads.command(person, channel, self._context.who)
        body |= {"command": name, "text": typed, "trigger_id": trigger, "response_url": url}
        delivery = Delivery(HTTPStatus.NOT_FOUND, "", "dispatch_failed")
        if self._context.grants("commands"):
            delivery = self._context.courier.deliver("slash_commands", body)
        if delivery.ok and delivery.body:
            delivery = self._show(delivery, user, channel)
        if not delivery.ok:
            sentence = f'{name} failed with the error "{delivery.error}"'
            if delivery.status == HTTPStatus.NOT_FOUND:
                sentence = f"{name} is not a valid command."
            self._store.post(channel.id, HELPER, sentence, [], ephemeral_to=user)
        return delivery

    def submit(self, user: str, values: Mapping[str, Entry]) -> Delivery:
        """The topmost modal, sent with these values by action id, the rest as they stand.

        It stays open, and says so, if the app does not answer in time or with something that Slack cannot use.
        """
        self._in_person(user)
        view = self._filled(user, values)
        if wrong := incomplete(view.blocks, view.state):
            self._store.put_view(replace(view, errors=wrong))
            return Delivery(None, {"errors": wrong}, "incomplete")
        body = self._interaction("view_submission", user)
        body |= {"view": payloads.view_json(view, self._context.who), "response_urls": []}
        delivery = self._context.courier.deliver("interactive", body)
        if delivery.ok:
            try:
                self._after_submission(view, _usable(delivery.body))
            except ApiError as refusal:
                delivery = _unusable(delivery, refusal)
        if not delivery.ok:
            self._show_trouble(view)
        return delivery

    def close_view(self, user: str) -> Delivery | None:
        """The topmost modal, closed; the app hears of it only if the view asked for that."""
        view = self.top_modal(user)
        self._remove(view)
        if not view.notify_on_close:
            return None
        body = self._interaction("view_closed", user, trigger=False)
        body |= {"view": payloads.view_json(view, self._context.who), "is_cleared": False}
        return self._context.courier.deliver("interactive", body)

    def open_home(self, user: str) -> Delivery:
        """The app hears of it only if it subscribed."""
        self._in_person(user)
        if "app_home_opened" not in self.subscriptions:
            return Delivery(None, "")
        home = self._store.homes.get(user)
        event: Json = {
            "type": "app_home_opened",
            "user": user,
            "channel": self._store.direct(user).id,
            "tab": "home",
            "event_ts": self._store.next_ts(),
        }
        shown = {"view": payloads.view_json(home, self._context.who)} if home else {}
        return self.event(event | shown)

    def event(self, event: Json) -> Delivery:
        return self._context.courier.deliver("events_api", payloads.event(event, self._context.who))

    def say(self, user: str, channel: Channel, text: str) -> Message:
        """A plain message of a person; the app hears of it only as far as it subscribed."""
        message = self._store.post(channel.id, self._in_person(user, channel).id, self.escaped(text), [])
        kind = channel.kind
        event = payloads.message_json(message, self._context.who)
        event |= {"channel": channel.id, "event_ts": message.ts, "channel_type": kind}
        if self.subscriptions & {"message", f"message.{kind}", f"message.{kind}s"}:
            self.event(event)
        if "app_mention" in self.subscriptions and f"<@{self._context.who.bot_user_id}>" in message.text:
            self.event(event | {"type": "app_mention"})
        return message

    def set_away(self, user: str, *, away: bool) -> None:
        with self._store.lock:
            self._store.put_user(replace(self._store.user(user), away=away))

    def set_quiet(self, user: str, hours: tuple[datetime, datetime] | None) -> None:
        """No notifications from the one instant until the other; None ends it."""
        start, end = (int(moment.timestamp()) for moment in hours) if hours else (0, 0)
        with self._store.lock:
            self._store.put_user(replace(self._store.user(user), quiet_from=start, quiet_until=end))

    def top_modal(self, user: str) -> View:
        """Raises LookupError if the person has none open."""
        with self._store.lock:
            if not self._store.modals[user]:
                raise LookupError(f"{user} has no modal open")
            return self._store.modals[user][-1]

    def escaped(self, text: str) -> str:
        """Typed text as Slack sends it: &, < and > escaped; links, addresses, @names, #channels marked up."""
        with self._store.lock:
            users = {user.name: user for user in self._store.users.values()}
            channels = {one.name: one for one in self._store.channels.values() if not one.is_im}
            groups = {group.handle: group for group in self._store.groups.values() if not group.disabled}

        def mark(match: re.Match[str]) -> str:
            found = match.group()
            if match["url"]:
                return f"<{found}>"
            if match["mail"]:
                return f"<mailto:{found}|{found}>"
            if match["user"] in users:
                return f"<@{users[match['user']].id}|{match['user']}>"
            if match["user"] in groups:
                return f"<!subteam^{groups[match['user']].id}|@{match['user']}>"
            if match["channel"] in channels:
                return f"<#{channels[match['channel']].id}|{match['channel']}>"
            return found

        safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return _LINKED.sub(mark, safe)

    # -- inside

    def _in_person(self, user: str, channel: Channel | None = None) -> User:
        """The person, who can act at all and is in that channel. Raises LookupError."""
        person = self._store.user(user)
        if person.deactivated:
            raise LookupError(f"{person.name} is deactivated")
        if channel and not channel.has(user):
            raise LookupError(f"{person.name} is not in {channel.name}")
        return person

    def _interaction(self, kind: str, user: str, *, trigger: bool = True) -> Json:
        person: User = self._store.user(user)
        trigger_id = self._context.tickets.new_trigger(user) if trigger else None
        return payloads.interaction(kind, person, trigger_id, self._context.who)

    def _answer_url(self, user: str, message: Message) -> str:
        return self._context.response_url(user, message.channel, message.ts)

    def _find_action(
        self, user: str, channel: Channel, ts: str, action_id: str, value: Entry | None
    ) -> tuple[Message, Json, Json]:
        with self._store.lock:
            current = self._store.find_message(channel.id, ts, user)
            versions = [*self._store.earlier[channel.id, ts], *([current] if current else [])]
        if not versions:
            raise LookupError(f"no message {ts} in {channel.name}")
        for message in reversed(versions):
            try:
                return (message, *_pick(message.blocks, action_id, value))
            except LookupError:
                continue
        _pick(versions[-1].blocks, action_id, value)
        raise AssertionError("unreachable")

    def _show(self, delivery: Delivery, user: str, channel: Channel) -> Delivery:
        body = delivery.body if isinstance(delivery.body, dict) else {"text": delivery.body}
        try:
            show_answer(self._context, user, channel.id, body)
        except ApiError as refusal:
            return _unusable(delivery, refusal)
        return delivery

    def _filled(self, user: str, values: Mapping[str, Entry]) -> View:
        with self._store.lock:
            view = self.top_modal(user)
            fields = {element["action_id"]: (block, element) for block, element in inputs(view.blocks)}
            if unknown := sorted(set(values) - set(fields)):
                raise LookupError(f"the modal has no {', '.join(unknown)}: {', '.join(fields)}")
            state = {name: dict(entries) for name, entries in view.state.items()}
            for action_id, value in values.items():
                block, element = fields[action_id]
                state[block["block_id"]][action_id] = entered(element, value)
            view = replace(view, state=state, errors={}, trouble="")
            self._store.put_view(view)
            return view

    def _show_trouble(self, view: View) -> None:
        with self._store.lock:
            # The app may have shown another form in it meanwhile.
            current = self._store.find_view(view.id)
            if current:
                self._store.put_view(replace(current, trouble=TROUBLE))

    def _after_submission(self, view: View, answer: Json) -> None:
        match answer.get("response_action"):
            case None:
                self._remove(view)
            case "clear":
                self._remove(view, everything=True)
            case "errors":
                self._store.put_view(replace(view, errors=_known_errors(view, answer.get("errors"))))
            case "update":
                update_to(self._context, view, checked(answer.get("view"), "modal"))
            case "push":
                push_for(self._context, view.user, checked(answer.get("view"), "modal"))
            case other:
                raise ApiError("invalid_arguments", f"unknown response_action: {other}")

    def _remove(self, view: View, *, everything: bool = False) -> None:
        with self._store.lock:
            stack = self._store.modals[view.user]
            stack[:] = [] if everything else [other for other in stack if other.id != view.id]
            self._store.touch()


def _pick(blocks: list[Json], action_id: str, value: Entry | None) -> tuple[Json, Json]:
    """The block and its element with that id; among twins the one that carries the value."""
    found = [(block, element) for block in blocks for element in elements_of(block)]
    for block, element in found:
        if element.get("action_id") == action_id and _carries(element, value):
            return block, element
    have = [element.get("action_id") for _, element in found]
    raise LookupError(f"no {action_id!r} with value {value!r} here, only {have}")


def _carries(element: Json, value: Entry | None) -> bool:
    if element["type"] == "button":
        return value is None or element.get("value", value) == value
    known = {option["value"] for option in options_of(element)}
    return not known or not value or known.issuperset(listed(value))


def _chosen(element: Json, value: Entry | None) -> Json:
    if element["type"] == "button":
        return {}
    return {name: part for name, part in entered(element, value or "").items() if name != "type"}


def _stateful(element: Json, change: Json) -> dict[str, Json]:
    if element["type"] in {"button", "overflow"}:
        return {}
    return {element["action_id"]: {"type": element["type"], **change}}


def _usable(body: Json | str) -> Json:
    """The answer to a submission. Raises if it is neither empty nor JSON."""
    if isinstance(body, str) and body:
        raise ApiError("invalid_arguments", "the answer to a submission must be empty or JSON")
    return body if isinstance(body, dict) else {}


def _known_errors(view: View, errors: object) -> dict[str, str]:
    """The errors by block id. Raises if there are none, or for blocks that the view lacks or nobody fills in."""
    if not isinstance(errors, dict) or not errors:
        raise ApiError("invalid_arguments", "missing required field: errors")
    if unknown := sorted(set(errors) - {one["block_id"] for one in view.blocks if one["type"] == "input"}):
        raise ApiError("invalid_arguments", f"errors for unknown blocks: {', '.join(unknown)}")
    return {str(name): str(text) for name, text in errors.items()}


def _unusable(delivery: Delivery, refusal: ApiError) -> Delivery:
    details = "; ".join(refusal.details)
    return replace(delivery, error="invalid_response", body=f"{refusal.error}: {details}")
