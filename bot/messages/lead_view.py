"""A lead with everything known about it: what `/followup lead` and the View button show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from bot.db.models import Activity, ActivityKind, Lead, Note, Rep, Stage
from bot.messages.blocks import Block, Part, actions, bold, button, divider, lines, moment, person, rich
from bot.messages.card import about
from bot.messages.facts import what_is_known
from bot.messages.leads import STATUSES
from bot.messages.mrkdwn import one_line
from bot.messages.timeline import timeline

STAGES = {
    Stage.OPT_IN: "opt-in",
    Stage.CONVERSATION: "conversation",
    Stage.CALL_ASK: "call-ask",
    Stage.POST_CALL: "post-call",
}


@dataclass(frozen=True)
class LeadView:
    """A lead, its history, and what the reader may do about it."""

    lead: Lead
    zone: ZoneInfo
    owner: Rep | None
    activities: Sequence[Activity]
    notes: Sequence[Note] = ()
    people: Mapping[int | str, Rep] = field(default_factory=dict)
    task_to_log: int | None = None
    """The open task whose outcome the reader may log."""
    may_claim: bool = False
    may_assign: bool = False
    undoable: Activity | None = None
    """The outcome or promise the reader may still take back."""
    promises: Sequence[str] = ()
    """What either side still owes, in words."""


def lead_view(view: LeadView) -> list[Block]:
    """Blocks for a private answer or a modal."""
    blocks = [*about(view.lead, view.zone, 1500), rich(lines(*_standing(view)))]
    if known := what_is_known(view.lead):
        blocks.append(rich(lines([bold("What we know")], *known)))
    if view.promises:
        owed: list[list[Part]] = [[one_line(each, 320)] for each in view.promises]
        blocks.append(rich(lines([bold("Promised")], *owed)))
    if history := timeline(view.activities, view.people, view.zone):
        blocks += [divider(), rich(lines([bold("What happened")]), history)]
    if view.notes:
        rows: list[list[Part]] = [
            [moment(note.at, view.zone), f"  {one_line(note.text, 300)}"] for note in view.notes[-8:]
        ]
        blocks.append(rich(lines([bold("Notes")], *rows)))
    buttons = _buttons(view)
    return [*blocks, actions(*buttons)] if buttons else blocks


def _standing(view: LeadView) -> list[list[Part]]:
    lead = view.lead
    rows: list[list[Part]] = [
        ["Owner: ", person(view.owner) if view.owner else bold("nobody yet")],
        [f"Status: {STATUSES[lead.status]}  ·  Stage: {STAGES[lead.stage]}"],
    ]
    if lead.next_action and lead.next_action_at:
        due = moment(lead.next_action_at, view.zone)
        rows.append([f"Next: {one_line(lead.next_action, 200)} (", due, ")"])
    if lead.last_touch_at:
        rows.append([f"Last touch: number {lead.last_touch_number}, ", moment(lead.last_touch_at, view.zone)])
    return rows


def _buttons(view: LeadView) -> list[Block]:
    found = [
        button("Claim", "claim", view.lead.id, "primary") if view.may_claim else None,
        button("Log an outcome", "open_task", view.task_to_log, "primary") if view.task_to_log else None,
        button("Reassign", "reassign", view.lead.id) if view.may_assign else None,
        button(_undo(view.undoable), "undo", view.undoable.id) if view.undoable else None,
    ]
    return [each for each in found if each]


def _undo(last: Activity) -> str:
    return "Undo the promise" if last.kind is ActivityKind.PROMISED else "Undo the last outcome"
