"""What the linter says: where, which rule, and how to mend it."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from bot.cadence.scripts import Script
from bot.team.cadences import Plan, Touch
from bot.team.templates import Template


class Severity(enum.StrEnum):
    ERROR = "error"
    """Stops the document from being applied."""
    WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: in which plan, touch and script, against which rule, and its mend."""

    severity: Severity
    rule: str
    plan: str | None
    touch: int | None
    template: str | None
    what: str
    mend: str

    @property
    def place(self) -> str:
        """Where it is, as the writer of the document finds it."""
        parts = (
            f"plans.{self.plan}" if self.plan else None,
            f"touch {self.touch}" if self.touch else None,
            f"templates.{self.template}" if self.template else None,
        )
        return ", ".join(part for part in parts if part)

    @property
    def said(self) -> str:
        return f"{self.what} ({self.rule}). {self.mend}"

    def __str__(self) -> str:
        return f"{self.place}: {self.said}"


@dataclass(frozen=True)
class PlanToCheck:
    """A plan among all the others of its team."""

    plan: Plan
    plans: Mapping[str, Plan]
    hot: bool
    """Whether fresh hot leads start on it."""

    def finding(
        self, severity: Severity, rule: str, what: str, mend: str, touch: Touch | None = None
    ) -> Finding:
        number = touch.number if touch else None
        return Finding(severity, rule, self.plan.name, number, None, what, mend)


@dataclass(frozen=True)
class ScriptToCheck:
    """A script, where it is used, and how it reads: for a lead we know much and one we know little of."""

    template: Template
    plan: Plan | None
    touch: Touch | None
    full: Script
    bare: Script

    def finding(self, severity: Severity, rule: str, what: str, mend: str) -> Finding:
        number = self.touch.number if self.touch else None
        name = self.plan.name if self.plan else None
        return Finding(severity, rule, name, number, self.template.id, what, mend)
