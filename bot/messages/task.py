"""A task in its owner's DM: who, why, what to say, and a button for everything that can come of it."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.cadence import OVERDUE_AFTER, Script
from bot.db.models import Activity, Channel, Lead, Outcome, Rep, Task, TaskKind, TaskState
from bot.messages.blocks import (
    Block,
    Part,
    actions,
    bold,
    button,
    context,
    faint,
    header,
    lines,
    moment,
    paragraph,
    person,
    quote,
    rich,
    script,
    since,
)
from bot.messages.leads import TIERS, came_from, mail_link, reach, title, what_they_did
from bot.messages.mrkdwn import literal, one_line
from bot.messages.outcomes import OUTCOMES, label, outcome_buttons
from bot.outbox.rendering import SlackMessage

SCRIPTS_SHOWN = 3500
"""Characters of all parts together: far more than any script has, and Slack refuses messages of about 13,000."""

_VERBS = {
    Channel.PHONE: "📞 Call",
    Channel.EMAIL: "✉️ E-mail",
    Channel.LINKEDIN: "🔗 Connect with",
    Channel.MESSAGE: "💬 Message",
    Channel.SMS: "💬 Text",
}
_KINDS = {
    TaskKind.CALLBACK: "↩️ Get back to",
    TaskKind.ANSWER_NOW: "⚡ Answer",
    TaskKind.CALL_CHECK: "📅 How did the call go with",
    TaskKind.PROMISE: "🤝 A promise is due:",
}


@dataclass(frozen=True)
class TaskView:
    """What a task's message shows. `logged` is its outcome, if it has one that was not undone."""

    task: Task
    lead: Lead
    now: datetime
    zone: ZoneInfo
    script: Script | None = None
    reason: str | None = None
    """What there is to do outside a plan: "Answer their reply"."""
    touches: int | None = None
    """How many the plan has."""
    target_missed: bool = False
    """Nobody contacted the lead in time (D1), and nobody has since."""
    logged: Activity | None = None
    logged_by: Rep | None = None
    undoable: bool = False

    @property
    def is_overdue(self) -> bool:
        """Due for a while, and not a first contact: that has a clock of its own."""
        waited = self.now - self.task.due_at
        return self.task.state is TaskState.DUE and waited >= OVERDUE_AFTER and not self.target_missed


def task_message(view: TaskView) -> SlackMessage:
    """The message as it stands: due with its script and buttons, or what became of it."""
    text = f"{what_to_do(view.task)} {literal(title(view.lead, 80), 150)}"
    if view.task.state is TaskState.CANCELLED:
        closed = lines([bold("No longer needed."), " Nothing to do here."])
        return SlackMessage(f"No longer needed: {text}", [_header(view), rich(closed), _aside(view)])
    if view.task.state in {TaskState.DONE, TaskState.SKIPPED}:
        return SlackMessage(f"Done: {text}", [_header(view), rich(lines(*_result(view))), _aside(view)])
    if view.task.state is TaskState.WAITING:
        moved = lines(*_result(view), ["💤 Back ", moment(view.task.due_at, view.zone)])
        return SlackMessage(f"Later: {text}", [_header(view), rich(moved), *task_buttons(view)])
    return SlackMessage(_with_reason(view, text), [_header(view), *task_body(view), *task_buttons(view)])


def task_elsewhere(view: TaskView, owner: Rep) -> SlackMessage:
    """For whoever had it before: somebody else looks after it now."""
    text = f"{what_to_do(view.task)} {literal(title(view.lead, 80), 150)}"
    with_them = lines([person(owner), " looks after this one now. Nothing to do here."])
    buttons = actions(button("View", "view_lead", view.lead.id))
    return SlackMessage(f"With {literal(owner.name)}: {text}", [_header(view), rich(with_them), buttons])


def due_again(view: TaskView) -> SlackMessage:
    """A snoozed task has come back; its own message may be far up by now."""
    who = f"{what_to_do(view.task)} {title(view.lead, 80)}"
    blocks = [
        paragraph(f"⏰ Due again: {who}"),
        actions(button("Open", "open_task", view.task.id, "primary")),
    ]
    return SlackMessage(f"Due again: {literal(who)}", blocks)


def what_to_do(task: Task) -> str:
    """The verb, with the space for a name after it: "📞 Call"."""
    if task.kind is TaskKind.TOUCH and task.channel:
        return _VERBS[task.channel]
    return _KINDS.get(task.kind, "👉 Follow up with")


def task_body(view: TaskView) -> list[Block]:
    """Why now, the lead's own request, how to reach them, and the script."""
    lead = view.lead
    why = lines(
        ["🔴 ", bold("The target for the first contact has passed."), " Now is still better than later."]
        if view.target_missed
        else None,
        ["🔴 ", bold("Overdue"), ": it was due ", moment(view.task.due_at, view.zone), "."]
        if view.is_overdue
        else None,
        [bold(one_line(view.reason, 300))] if view.reason else None,
        [bold(TIERS[lead.tier]), f"  ·  {what_they_did(lead)}  ·  ", since(lead.received_at, view.zone)],
    )
    blocks = [
        rich(why, quote(lead.message or "", 400), lines(reach(lead))),
        context(" · ".join(part for part in (_position(view), came_from(lead)) if part)),
    ]
    return blocks + (_script(view.script, lead) if view.script else [])


def task_buttons(view: TaskView) -> list[Block]:
    """One button for each outcome, the likeliest first."""
    undo = _undo(view)
    more = button("More…", "open_task", view.task.id)
    extra = [more, *([undo] if undo else []), button("View", "view_lead", view.lead.id)]
    rows = outcome_buttons(view.task)
    return [*(actions(*row) for row in rows[:-1]), actions(*rows[-1], *extra)]


def _header(view: TaskView) -> Block:
    ending = "?" if view.task.kind is TaskKind.CALL_CHECK else ""
    return header(f"{what_to_do(view.task)} {title(view.lead, 80)}{ending}")


def _position(view: TaskView) -> str:
    if view.task.number is None:
        return ""
    return f"Touch {view.task.number}" + (f" of {view.touches}" if view.touches else "")


def _script(written: Script, lead: Lead) -> list[Block]:
    """Each part apart, so that one of them can be copied."""
    heading = "What to say" if written.channel is Channel.PHONE else "What to send"
    blocks = [rich(lines([f"Subject: {one_line(written.subject, 200)}"]))] if written.subject else []
    most = SCRIPTS_SHOWN // max(1, len(written.parts))
    blocks += [
        rich(lines([bold(one_line(part.label or heading, 80))]), script(part.text, min(most, 2500)))
        for part in written.parts
    ]
    if written.missing:
        gaps = one_line(", ".join(written.missing), 200)
        blocks.append(rich(lines([faint(f"Fill in first: {gaps}.")])))
    if written.channel is Channel.EMAIL and lead.email:
        label = "Open in your mail program"
        letter = mail_link(lead.email, label, subject=written.subject or "", body=written.text)
        blocks.append(rich(lines(["✉️ ", letter])))
    return blocks


def _result(view: TaskView) -> list[list[Part]]:
    if view.logged is None or view.task.outcome is None:
        return []
    who = one_line(view.logged_by.name, 60) if view.logged_by else "Somebody"
    done = bold(became(view.task, view.task.outcome))
    return [["✅ ", done, *_dated(view), f", logged by {who} ", since(view.logged.at, view.zone)]]


def became(task: Task, outcome: Outcome) -> str:
    """What came of it, as the button said where "Done" would say less: "Sent", "Reached them"."""
    return label(outcome, task) if outcome in {Outcome.DONE, Outcome.HELD} else OUTCOMES[outcome].done


def _dated(view: TaskView) -> list[Part]:
    """When the booked call is, or when we come back to them."""
    until = (view.logged.facts or {}).get("until") if view.logged else None
    if not isinstance(until, str) or view.task.outcome not in _DATES:
        return []
    return [f", {_DATES[view.task.outcome]}", moment(datetime.fromisoformat(until), view.zone)]


_DATES = {Outcome.BOOKED: "", Outcome.NOT_NOW: "back ", Outcome.HELD: "next step "}


def _aside(view: TaskView) -> Block:
    return actions(_undo(view), button("View", "view_lead", view.lead.id))


def _undo(view: TaskView) -> Block | None:
    return button("Undo", "undo", view.logged.id) if view.logged and view.undoable else None


def _with_reason(view: TaskView, text: str) -> str:
    if view.task.kind is TaskKind.TOUCH:
        return f"{text}: {literal(what_they_did(view.lead))}"
    return text
