"""The scripts (R10, R48): each knows its author, approver and date; none is served without approval."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from bot.db.models import Channel
from bot.team.fields import Entry
from bot.team.texts import check_text

_MAX_SOURCE = 4000

FIELDS: Mapping[str, str] = {
    "greeting": "greeting",
    "first_name": "first name",
    "name": "name",
    "company": "company",
    "resource": "resource",
    "action": "what they did",
    "request": "their question",
    "message": "their question",
    "matter": "what it is about",
    "problem": "their problem",
    "goal": "their goal",
    "rep": "your name",
    "team": "our company",
    "booking_link": "booking link",
    "day": "day",
    "answer": "your answer",
}
"""Every field that a script may use (R48), with the words of the blank that stands for an unknown one."""


def _sound(text: str) -> str:
    check_text(text)
    return text


Text = Annotated[str, Field(min_length=1, max_length=_MAX_SOURCE), AfterValidator(_sound)]


class Template(Entry):
    """One script. `voicemail` and `linkedin_note` accompany a call (R3, R6)."""

    id: str = Field(pattern=r"^[a-z0-9-]+$", max_length=64)
    channels: tuple[Channel, ...] = Field(min_length=1)
    angle: str = Field(min_length=1, max_length=200)
    subject: Text | None = None
    body: Text
    voicemail: Text | None = None
    linkedin_note: Text | None = None
    author: str = Field(min_length=1, max_length=200)
    approver: str | None = None
    approved_on: date | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if Channel.EMAIL in self.channels and self.subject is None:
            raise ValueError("an e-mail needs a subject")
        return self

    @property
    def is_approved(self) -> bool:
        return bool(self.approver and self.approved_on)

    @property
    def texts(self) -> Mapping[str, str]:
        """Every text in it, by the name of its field."""
        written = {
            "subject": self.subject,
            "body": self.body,
            "voicemail": self.voicemail,
            "linkedin_note": self.linkedin_note,
        }
        return {name: text for name, text in written.items() if text}
