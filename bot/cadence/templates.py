"""The approved scripts (R10): each knows its author, approver and date; none is served without approval."""

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from bot.cadence.texts import check_text
from bot.db.models import Channel

_SHIPPED = Path(__file__).parent / "templates"
_MAX_SOURCE = 4000

FIELDS: Mapping[str, str] = {
    "first_name": "first name",
    "name": "name",
    "company": "company",
    "resource": "resource",
    "action": "what they did",
    "request": "their question",
    "message": "their question",
    "problem": "their problem",
    "goal": "their goal",
    "rep": "your name",
    "team": "our company",
    "booking_link": "booking link",
    "day": "day",
    "answer": "your answer",
}
"""Every field that a script may use (R48), with the words of the blank that stands for an unknown one."""

_BANNED = re.compile(
    r"\bcheck(?:ing|ed)?[\s-]+in\b|\bfollow(?:ing|ed)?[\s-]*up\b|\bcircl(?:e|ing|ed)[\s-]+back\b"
    r"|\btouch(?:ing|ed)?[\s-]+base\b|\bany[\s-]+(?:news|updates?)\b",
    re.IGNORECASE,
)


def banned_wording(text: str) -> str | None:
    """The first wording in `text` that says nothing (R7), in whatever form."""
    found = _BANNED.search(text)
    return found.group() if found else None


def _sound(text: str) -> str:
    check_text(text, FIELDS)
    if banned := banned_wording(text):
        raise ValueError(f"“{banned}” gives nobody a reason to answer")
    return text


Text = Annotated[str, Field(min_length=1, max_length=_MAX_SOURCE), AfterValidator(_sound)]


class Template(BaseModel):
    """One script. `voicemail` and `linkedin_note` accompany a call (R3, R6)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9-]+$", max_length=64)
    channels: tuple[Channel, ...] = Field(min_length=1)
    angle: str = Field(min_length=1)
    subject: Text | None = None
    body: Text
    voicemail: Text | None = None
    linkedin_note: Text | None = None
    author: str = Field(min_length=1)
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


def load_templates(folder: Path) -> dict[str, Template]:
    """Every script in a folder, by id. Raises ValueError for a mistake or an id used twice."""
    templates: dict[str, Template] = {}
    for path in sorted(folder.glob("*.yml")):
        for template in TypeAdapter(list[Template]).validate_python(yaml.safe_load(path.read_text("utf-8"))):
            if template.id in templates:
                raise ValueError(f"{path.name}: there are two templates called {template.id}")
            templates[template.id] = template
    return templates


@lru_cache(maxsize=1)
def shipped_templates() -> Mapping[str, Template]:
    """The scripts that ship."""
    return load_templates(_SHIPPED)


def served(template_id: str | None, templates: Mapping[str, Template]) -> Template | None:
    """The script of this id, if there is one and it is approved (R10)."""
    template = templates.get(template_id or "")
    return template if template and template.is_approved else None
