"""What `/followup` can do."""

from bot.messages.blocks import Block, context, section
from bot.messages.mrkdwn import escape
from bot.outbox.rendering import SlackMessage

COMMANDS = (
    ("next", "the best thing to do now, with its script and buttons"),
    ("lead <L-1042 | e-mail | name>", "a lead with everything that happened"),
    ("claim <lead>", "make it yours"),
    ("assign <lead> @rep", "give it to somebody else (its owner or a manager)"),
    ("why <lead>", "who was considered for it, who was asked and why, and what comes next"),
    ("fairness [pool]", "how the turns are shared, and who is owed one"),
    ("log <lead> <outcome> [when] [note]", "say what came of a touch"),
    ("notnow <lead> <when>", "come back to them then: “in two weeks”, “3 dec”, “end of month”"),
    ("promise <lead> [they] <what> by <when>", "what we promised, or they did; it comes due like a touch"),
    ("today", "what is due and overdue, hottest first"),
    ("queue", "the silent threads of the reps you assist"),
    ("scripts [words] [lead]", "what to say: by plan, angle or objection, such as “scripts price L-1042”"),
    (
        "stats [today | 7d | 30d] [@rep]",
        "how fast and how faithfully leads are followed up: yours, or your team's",
    ),
    (
        "away until <when> [cover @rep | transfer to @rep]",
        "leave: no new leads; touches covered, leads given away, or touches waiting; alone it opens a form",
    ),
    ("back", "end your leave early, or call it off"),
    ("help", "this list"),
)
OUTCOME_WORDS = (
    "done, voicemail, no-answer, replied, agreed, booked, held (with the next step: “held call thu 3pm”, “held promise "
    "send the quote by fri”, “held nurture”), not-now, objection, not-interested, wrong-fit, won, lost, unsubscribed, "
    "do-not-contact, snooze, skip"
)


def help_message() -> SlackMessage:
    rows = "\n".join(f"`{escape(f'/followup {command}')}`\n{what}" for command, what in COMMANDS)
    blocks: list[Block] = [section("*Followup makes sure no lead goes cold.*"), section(rows)]
    blocks.append(context(f"Outcomes: {OUTCOME_WORDS}. Each can be undone for 10 minutes."))
    return SlackMessage("What /followup can do", blocks)
