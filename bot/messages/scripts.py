"""Scripts on demand."""

from collections.abc import Sequence

from bot.cadence.search import Found
from bot.messages.blocks import Block, bold, context, faint, lines, rich, script, section
from bot.messages.mrkdwn import cut, literal, one_line
from bot.outbox.rendering import SlackMessage

Subjects = tuple[Sequence[str], Sequence[str]]


def scripts_found(words: str, found: Sequence[Found]) -> SlackMessage:
    """The scripts, each ready to copy."""
    blocks = [block for each in found for block in _script(each)]
    blocks.append(context("Add a lead, such as L-1042, and it is written for them."))
    return SlackMessage(f"Scripts for “{literal(words)}”", blocks)


def scripts_overview(subjects: Subjects) -> SlackMessage:
    """What there is to ask for."""
    return SlackMessage("Which script?", [section("*Which script?* " + _ask_for(subjects))])


def no_script(words: str, subjects: Subjects) -> SlackMessage:
    text = f"No script fits “{literal(cut(words, 100))}”. {_ask_for(subjects)}"
    return SlackMessage(f"No script fits “{literal(words)}”", [section(text)])


def _ask_for(subjects: Subjects) -> str:
    plans, objections = subjects
    return (
        "Say what it is about, such as “/followup scripts price”, “scripts voicemail first-steps” or “scripts "
        f"call-ask L-1042”.\nPlans: {literal(', '.join(plans), 900)}.\n"
        f"Objections: {literal(', '.join(objections), 900)}."
    )


def _script(found: Found) -> list[Block]:
    written, template = found.script, found.template
    blocks = [
        rich(
            lines(
                [bold(one_line(template.angle, 150))],
                [faint(one_line(f"{template.id}{f' · {found.used_in}' if found.used_in else ''}", 150))],
                [f"Subject: {one_line(written.subject, 200)}"] if written.subject else None,
            )
        )
    ]
    for part in written.parts:
        heading = lines([faint(one_line(part.label, 80))]) if part.label else None
        blocks.append(rich(heading, script(part.text, 1200)))
    return blocks
