"""What a person is told in a DM because a clock ran on: ladders, hand-overs, trouble (D1, D8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.db.models import InboxEntry, Lead, Rep
from bot.messages.blocks import (
    Block,
    Part,
    actions,
    bold,
    button,
    context,
    header,
    lines,
    paragraph,
    person,
    quote,
    rich,
    since,
)
from bot.messages.leads import TIERS, came_from, reach, title, what_they_did
from bot.messages.mrkdwn import lasted, literal, one_line
from bot.outbox.rendering import SlackMessage


@dataclass(frozen=True)
class Nudge:
    """The lead a person is told about, and who is concerned with it."""

    lead: Lead
    now: datetime
    zone: ZoneInfo
    assignee: Rep | None = None
    owner: Rep | None = None

    @property
    def who(self) -> str:
        return literal(title(self.lead, 80), 150)

    @property
    def waiting(self) -> str:
        """How long the lead has waited, counted from where its clock started."""
        return lasted(max(0.0, (self.now - self.lead.clock_started_at).total_seconds()))


def your_turn(nudge: Nudge) -> SlackMessage:
    """To the next one asked, because the one before passed."""
    text = f"Your turn: {nudge.who}"
    return _message(nudge, text, "👋 Your turn", [["It was passed on to you."]], claim=True)


def free_again(nudge: Nudge) -> SlackMessage:
    """To the first one asked for a lead that had an owner before."""
    text = f"Your turn: {nudge.who} is free again"
    row: list[Part] = ["It had an owner, and is the pool's again. Claim it, or pass it on."]
    return _message(nudge, text, "👋 Your turn", [row], claim=True)


def asked_too(nudge: Nudge) -> SlackMessage:
    """To the next one asked besides others who have not answered."""
    text = f"You are asked, too: {nudge.who}"
    row: list[Part] = ["Nobody has answered yet. Whoever claims it first has it."]
    return _message(nudge, text, "👋 You are asked, too", [row], claim=True)


def group_alert(nudge: Nudge, group: str) -> SlackMessage:
    """To a Slack user group, in the pool's channel: nobody has claimed it."""
    text = f"<!subteam^{group}> Nobody has claimed {nudge.who} ({nudge.waiting})"
    row: list[Part] = [{"type": "usergroup", "usergroup_id": group}, ": nobody has claimed it. Anyone may."]
    return _message(nudge, text, "🚨 Nobody has claimed it", [row], claim=True, may_pass=False)


def claim_nudge(nudge: Nudge) -> SlackMessage:
    """To the assignee: still waiting for you."""
    text = f"{nudge.who} is waiting for you ({nudge.waiting})"
    return _message(
        nudge,
        text,
        "⏰ Waiting for you",
        [["Claim it, or pass it on so that somebody else can."]],
        claim=True,
    )


def claim_alert(nudge: Nudge, reason: str | None = None) -> SlackMessage:
    """To a manager: nobody has claimed it; `reason` when nobody could even be asked (D8)."""
    asked: list[Part] = ["Asked: ", person(nudge.assignee)] if nudge.assignee else ["Nobody is being asked"]
    if reason and not nudge.assignee:
        asked.append(f": {one_line(reason, 120)}")
    text = f"Nobody has claimed {nudge.who} ({nudge.waiting})"
    return _message(nudge, text, "🚨 Nobody has claimed it", [[*asked, "."]], claim=True, may_pass=False)


def contact_nudge(nudge: Nudge) -> SlackMessage:
    """To the owner: the target for the first contact has passed."""
    text = f"{nudge.who} has not heard from you yet ({nudge.waiting})"
    row: list[Part] = ["The target for the first contact has passed. Log what you did, or reach out now."]
    return _message(nudge, text, "⏰ First contact is late", [row])


def contact_alert(nudge: Nudge) -> SlackMessage:
    """To a manager: there is an owner, and still nobody has contacted the lead."""
    owner: list[Part] = ["Owner: ", person(nudge.owner), "."] if nudge.owner else []
    text = f"Nobody has contacted {nudge.who} yet ({nudge.waiting})"
    return _message(nudge, text, "🚨 No first contact yet", [owner])


def assigned(nudge: Nudge, reader_id: int) -> SlackMessage:
    """To the fallback person, whose lead it is now, and to the managers (D8)."""
    if nudge.owner and nudge.owner.id == reader_id:
        row: list[Part] = [
            "Nobody in the pool claimed it, so it is yours now. Its first touch is here, in your messages."
        ]
        return _message(nudge, f"{nudge.who} is yours now: nobody claimed it", "👉 Yours now", [row])
    owner = person(nudge.owner) if nudge.owner else "the fallback person"
    name = literal(nudge.owner.name) if nudge.owner else "the fallback person"
    text = f"{nudge.who} went to {name}: nobody claimed it"
    return _message(
        nudge, text, "👉 Given to the fallback person", [["Nobody claimed it. ", owner, " has it now."]]
    )


def wrote_again(nudge: Nudge, said: str, source: str, signed: Sequence[str] = ()) -> SlackMessage:
    """To the owner of a known lead (D6): here is what it did now; `signed`, under another name or address."""
    heading = f"🔁 {title(nudge.lead, 80)} wrote again"
    body = rich(
        lines(
            [bold(TIERS[nudge.lead.tier]), f"  ·  through {one_line(source, 64)}"],
            [f"This time as {one_line(', '.join(signed), 300)}"] if signed else None,
        ),
        quote(said, 600),
        lines(reach(nudge.lead)),
    )
    return SlackMessage(f"{nudge.who} wrote again", [header(heading), body, _buttons(nudge)])


def unreadable(entry: InboxEntry, zone: ZoneInfo) -> SlackMessage:
    """To a manager: something came in that could not be read; it is kept and can be replayed."""
    source = one_line(entry.source, 64)
    body = rich(
        lines(["Came in from ", bold(source), " ", since(entry.received_at, zone), "."]),
        quote(entry.body[:2000].decode("utf-8", "replace"), 500),
        lines(
            ["Nothing is lost. Once the field map of that source is mended, run:"],
            [f"python -m bot inbox replay {entry.public_id}"],
        ),
    )
    blocks = [
        header("📭 A lead could not be read"),
        paragraph(entry.error or "The reason is not known."),
        body,
    ]
    return SlackMessage(f"Something from “{literal(source)}” could not be read", blocks)


def _message(
    nudge: Nudge,
    text: str,
    heading: str,
    rows: list[list[Part]],
    *,
    claim: bool = False,
    may_pass: bool = True,
) -> SlackMessage:
    lead = nudge.lead
    body = rich(
        lines(
            [bold(TIERS[lead.tier]), f"  ·  {what_they_did(lead)}  ·  ", since(lead.received_at, nudge.zone)],
            *rows,
        ),
        lines(reach(lead)),
    )
    blocks = [
        header(f"{heading}: {title(lead, 80)}"),
        body,
        context(came_from(lead)),
        _buttons(nudge, claim=claim, may_pass=may_pass),
    ]
    return SlackMessage(text, blocks)


def _buttons(nudge: Nudge, *, claim: bool = False, may_pass: bool = False) -> Block:
    lead = nudge.lead
    may_claim = claim and lead.owner_id is None
    return actions(
        button("Claim", "claim", lead.id, "primary") if may_claim else None,
        button("Pass", "pass", lead.id) if may_claim and may_pass else None,
        button("View", "view_lead", lead.id),
    )
