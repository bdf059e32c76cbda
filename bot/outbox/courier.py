"""One leased intent on its way: render it, show it in Slack, write down what came of it."""

import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.db import Database
from bot.db.models import Intent
from bot.outbox import settling
from bot.outbox.addresses import Address, ChannelAddress, address_of
from bot.outbox.budgets import Limits
from bot.outbox.enqueue import IntentKind
from bot.outbox.failures import accept_failure, is_about_the_message
from bot.outbox.late import SEARCHED, count_extra, count_unsearched
from bot.outbox.leases import Leased
from bot.outbox.pauses import EVERYWHERE, reopen_probe, resume
from bot.outbox.people import resolve_person
from bot.outbox.rendering import Renderer, SlackMessage
from bot.outbox.slack import Posted, SlackTransport
from bot.outbox.slack_errors import Scope, SlackFailure

log = structlog.get_logger()


@dataclass(frozen=True)
class _Wish:
    """An intent as it stood when it was rendered."""

    wanted: int
    message: SlackMessage | None
    address: Address | None
    """Only of what is not posted yet: the rest stays where it is."""


class Courier:
    """Delivers leased intents, any number at a time in as many threads."""

    def __init__(
        self,
        database: Database,
        slack: SlackTransport,
        renderers: Mapping[IntentKind, Renderer],
        limits: Limits,
        *,
        business_now: Clock,
        machine_now: Clock,
    ) -> None:
        self._database = database
        self._slack = slack
        self._renderers = renderers
        self._limits = limits
        self._business_now = business_now
        self._machine_now = machine_now

    def deliver(self, leased: Leased, deadline: float) -> bool:
        """Whether Slack shows it now. No post begins after `deadline`, on the monotonic clock.

        Raises only what the database raises.
        """
        try:
            return self._show(leased, deadline)
        except SlackFailure as failure:
            self._accept(leased, failure)
            return False

    def _show(self, leased: Leased, deadline: float) -> bool:
        wish = self._look(leased)
        if wish.message is None:
            self._say_nothing(leased, wish)
            return False
        if leased.ts and leased.channel:
            looked = self._remove_doubles(leased, Posted(leased.channel, leased.ts))
            self._update(leased, leased.channel, leased.ts, wish.message)
            with self._database.write() as session:
                self._settle(session, leased, wish, looked=looked)
        elif wish.address:
            self._post(leased, wish, wish.message, wish.address, deadline)
        return True

    def _look(self, leased: Leased) -> _Wish:
        with self._database.read() as session:
            # Read before rendering: a change meanwhile raises it, and then it is due again.
            wanted = session.scalars(select(Intent.wanted).where(Intent.id == leased.id)).one()
            try:
                message = self._render(session, leased)
                return _Wish(wanted, message, self._address(session, leased, message))
            except SlackFailure:
                raise
            except Exception as error:
                # One renderer's mistake must not stop everybody's messages.
                raise _mistake(leased, error) from error

    def _render(self, session: Session, leased: Leased) -> SlackMessage | None:
        render = self._renderers[IntentKind(leased.kind)]
        return render(session, leased.subject, leased.destination, self._business_now())

    def _address(self, session: Session, leased: Leased, message: SlackMessage | None) -> Address | None:
        # Nothing is left to say, but it may have been said: then it is looked for all the same.
        if leased.ts is not None or (message is None and leased.unsure_since is None):
            return None
        try:
            return address_of(session, leased.destination)
        except SlackFailure:
            if message is not None:
                raise
            return None

    def _update(self, leased: Leased, channel: str, ts: str, message: SlackMessage) -> None:
        try:
            self._slack.update(channel, ts, message)
        except SlackFailure as failure:
            self._slack.update(channel, ts, _plain(leased, message, failure))
        log.info("message updated", intent=leased.id, kind=leased.kind, subject=leased.subject)

    def _post(
        self, leased: Leased, wish: _Wish, message: SlackMessage, address: Address, deadline: float
    ) -> None:
        channel = self._channel(address)
        if lost := self._find_lost(leased, _searched(address, channel)):
            self._adopt(leased, lost)
            return
        if time.monotonic() > deadline:
            # Somebody else may hold the lease before Slack answers, and would not find what is not there yet.
            raise SlackFailure(Scope.RETRYABLE, "lease_too_short")
        self._record(leased, wish, self._send(leased, channel, message))

    def _send(self, leased: Leased, channel: str, message: SlackMessage) -> Posted:
        try:
            posted = self._slack.post(channel, message, leased.id)
        except SlackFailure as failure:
            posted = self._slack.post(channel, _plain(leased, message, failure), leased.id)
        log.info("message posted", intent=leased.id, kind=leased.kind, subject=leased.subject)
        return posted

    def _channel(self, address: Address) -> str:
        if isinstance(address, ChannelAddress):
            return address.name
        user = address.user or resolve_person(self._database, self._slack, address.rep_id, address.email)
        return self._slack.dm_with(user)

    def _find_lost(self, leased: Leased, channel: str | None) -> list[Posted] | None:
        """The messages of earlier tries whose answers were never heard, if Slack has them; newest first.

        None: nobody can look, be it that Slack does not let us or that the channel's id is not known yet.
        """
        if leased.unsure_since is None:
            return []
        if channel is None:
            return None
        try:
            return self._slack.find_posted(channel, leased.id, leased.unsure_since - SEARCHED)
        except SlackFailure as failure:
            if failure.scope is Scope.RETRYABLE:
                raise
            # Twice is better than never; whether the channel takes messages, posting will tell.
            log.warning("cannot look for a lost message", intent=leased.id, error=failure.error)
            return None

    def _record(self, leased: Leased, wish: _Wish, posted: Posted) -> None:
        with self._database.write() as session:
            kept = settling.record_post(session, leased, posted.channel, posted.ts, self._business_now())
            if not kept:
                settling.release(session, leased)
            elif leased.unsure_since is None:
                self._settle(session, leased, wish)
        if not kept:
            self._remove_extras(leased, [posted])
        elif leased.unsure_since is not None:
            # Under the lease: if this ends half-way, whoever leases it next looks again.
            looked = self._remove_doubles(leased, posted)
            with self._database.write() as session:
                self._settle(session, leased, wish, looked=looked)

    def _remove_doubles(self, leased: Leased, kept: Posted) -> bool:
        """Take back the messages of earlier tries that arrived late, or that nobody could look for until now.

        False when Slack still does not let us look.
        """
        lost = self._find_lost(leased, kept.channel)
        self._remove_extras(leased, [each for each in lost or [] if each != kept])
        return lost is not None

    def _adopt(self, leased: Leased, lost: list[Posted]) -> None:
        oldest, extras = lost[-1], lost[:-1]
        with self._database.write() as session:
            kept = settling.record_post(session, leased, oldest.channel, oldest.ts, self._business_now())
        log.info("lost message found", intent=leased.id, kind=leased.kind, subject=leased.subject)
        self._remove_extras(leased, extras if kept else [])
        with self._database.write() as session:
            settling.adopt(session, leased, oldest.channel, oldest.ts, self._business_now())
            self._lift_probed(session, leased)

    def _settle(self, session: Session, leased: Leased, wish: _Wish, *, looked: bool = True) -> None:
        if settling.settle(session, leased, wish.wanted, self._business_now()) and not looked:
            # Here a doubt ends without an answer.
            count_unsearched(session, leased.id)
        self._lift_probed(session, leased)

    def _lift_probed(self, session: Session, leased: Leased) -> None:
        if leased.probes:
            # What got through here got through the workspace, too.
            resume(session, EVERYWHERE, leased.destination)

    def _say_nothing(self, leased: Leased, wish: _Wish) -> None:
        lost = self._find_unneeded(leased, wish.address) if leased.ts is None else []
        if lost:
            self._adopt(leased, lost)
            return
        with self._database.write() as session:
            if settling.settle(session, leased, wish.wanted, self._business_now()) and lost is None:
                count_unsearched(session, leased.id)
            if leased.probes:
                reopen_probe(session, leased.probes, self._machine_now())

    def _find_unneeded(self, leased: Leased, address: Address | None) -> list[Posted] | None:
        """What was said unheard although nothing is left to say; None when nobody can look."""
        if leased.unsure_since is None:
            return []
        try:
            return self._find_lost(leased, _searched(address, self._channel(address))) if address else None
        except SlackFailure as failure:
            if failure.scope is not Scope.DESTINATION:
                raise
            # Whoever cannot be reached is not waited for with nothing to tell them.
            return None

    def _remove_extras(self, leased: Leased, extras: list[Posted]) -> None:
        """Take these messages back. Raises SlackFailure when that may succeed later."""
        for extra in extras:
            try:
                self._slack.delete(extra)
                log.warning("extra message deleted", intent=leased.id, kind=leased.kind)
                with self._database.write() as session:
                    count_extra(session, leased.id)
            except SlackFailure as failure:
                if failure.scope is Scope.RETRYABLE:
                    raise
                log.warning("extra message left", intent=leased.id, kind=leased.kind, error=failure.error)

    def _accept(self, leased: Leased, failure: SlackFailure) -> None:
        log.warning(
            "not delivered", intent=leased.id, kind=leased.kind, scope=failure.scope, error=failure.error
        )
        accept_failure(self._database, leased, failure, self._limits, self._machine_now())


def _plain(leased: Leased, message: SlackMessage, failure: SlackFailure) -> SlackMessage:
    """The message without its blocks. Raises the failure when that is not what Slack stumbled over."""
    if not is_about_the_message(failure, leased.attempts) or not message.blocks:
        raise failure
    log.warning("plain text instead", intent=leased.id, kind=leased.kind, error=failure.error)
    return SlackMessage(message.text, [])


def _mistake(leased: Leased, error: Exception) -> SlackFailure:
    # Never the error's text: it may quote a lead.
    place = traceback.extract_tb(error.__traceback__)[-1]
    name = type(error).__name__
    log.error(
        "mistake in delivery",
        intent=leased.id,
        kind=leased.kind,
        error=name,
        at=f"{place.filename}:{place.lineno}",
    )
    return SlackFailure(Scope.UNKNOWN, name)


def _searched(address: Address, channel: str) -> str | None:
    """The conversation to look through: none while only its name is known."""
    return address.id if isinstance(address, ChannelAddress) else channel
