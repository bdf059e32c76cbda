"""`/followup promise <lead> [they] <what> by <when>` (R45)."""

from bot.cadence import NextStep, Step, record_promise
from bot.errors import FollowupError
from bot.handlers.answers import said
from bot.handlers.command.asked import Asked
from bot.handlers.lookup import lead_and_rest
from bot.handlers.nextstep import typed_next_step
from bot.handlers.reading import reader_for
from bot.handlers.when import said_back
from bot.messages.blocks import actions, button
from bot.messages.leads import title
from bot.outbox.rendering import SlackMessage
from bot.team.live import live_team

_BEGINNINGS = ("they ", "their ", "theirs ", "we ", "our ", "i ")


class NothingPromisedError(FollowupError):
    """A promise without what was promised."""

    def __str__(self) -> str:
        return (
            "What was promised, and by when? For example: “send the quote by fri”, or “they send the contract "
            "by 3 dec” for what the lead promised. Nothing was changed."
        )


def note_promise(asked: Asked) -> SlackMessage:
    """Raises NoSuchLeadError, SeveralLeadsError, NothingPromisedError, UnclearDateError, and what recording raises."""
    now = asked.edge.business_now()
    with asked.edge.database.write() as session:
        rep = asked.rep(session)
        lead, rest = lead_and_rest(session, asked.words, "promise")
        if not rest:
            raise NothingPromisedError
        reader = reader_for(session, lead, rep, now)
        words = rest if rest.lower().startswith(_BEGINNINGS) else f"we {rest}"
        step, until, _ = typed_next_step(words, reader)
        if not step.promised or until is None:
            raise NothingPromisedError
        promised = record_promise(
            session,
            lead,
            step.promised,
            until,
            rep,
            live_team(session),
            now,
            theirs=step.step is Step.THEIRS,
            request=asked.request,
        )
        noted = said(f"Noted for {title(lead)}: {_whose(step)} by {said_back(until, reader.zone)}.")
        return SlackMessage(noted.text, [*noted.blocks, actions(button("Undo", "undo", promised.id))])


def _whose(step: NextStep) -> str:
    return f"{'they' if step.step is Step.THEIRS else 'we'} promised “{step.promised}”"
