"""What speaks against it for them: an outcome with a kind, counted and answered by the next script (R18, R45)."""

from collections.abc import Mapping

from bot.cadence.tasks import OBJECTION_SCRIPT
from bot.cadence.templates import served
from bot.db.models import Task
from bot.team.live import LiveTeam

OBJECTIONS: Mapping[str, str] = {
    "price": "Too expensive",
    "timing": "Not the right time",
    "need": "No need for it",
    "competitor": "They have another supplier",
    "authority": "Somebody else decides",
    "trust": "Not sure it works for them",
    "effort": "Too much work to change",
    "information": "Just send me something",
    "other": "Something else",
}
"""Every kind, in words."""
_MEANT = {
    "price": "price expensive budget cost costs money dear pricey",
    "timing": "timing time busy early later when",
    "need": "need needs useless unnecessary",
    "competitor": "competitor competition supplier vendor contract switch switching",
    "authority": "authority boss decides decision manager approval",
    "trust": "trust proof risk risky references sceptical skeptical",
    "effort": "effort work busywork migration complicated hassle",
    "information": "information info brochure email send",
    "other": "other",
}
_KINDS = {word: kind for kind, words in _MEANT.items() for word in words.split()}


def objection_kind(words: str | None) -> str:
    """The kind that the first telling word names: "price is too high" is price; "other" when none does."""
    found = (_KINDS.get(word.strip(",.:;!?")) for word in (words or "").lower().split())
    return next(filter(None, found), "other")


def script_of(kind: str) -> str:
    """The name of the script that answers this kind of objection."""
    return f"{OBJECTION_SCRIPT}{kind}"


def answer_in_touch(touches: list[Task], kind: str, live: LiveTeam) -> None:
    """Have the touch to come answer the objection, where there is a script that its channel takes."""
    script = served(script_of(kind), live.team)
    for touch in touches:
        if script and touch.channel in script.channels:
            touch.template = script.id
