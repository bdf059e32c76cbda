"""The next step of a conversation: no call is logged as held without one (R21, R45)."""

from dataclasses import dataclass
from enum import StrEnum

from bot.cadence.errors import NextStepMissingError


class Step(StrEnum):
    CALL = "call"
    """A dated next call."""
    OURS = "ours"
    """We promised something, by a date."""
    THEIRS = "theirs"
    """They promised something, by a date."""
    NURTURE = "nurture"


@dataclass(frozen=True)
class NextStep:
    """What comes next; its date is the report's `until`. `promised`: what one side said it would do."""

    step: Step
    promised: str | None = None

    def check(self, *, dated: bool) -> None:
        """Raises NextStepMissingError for a next step without its date, or a promise of nothing."""
        if self.step is Step.NURTURE:
            return
        if self.step is not Step.CALL and not (self.promised or "").strip():
            raise NextStepMissingError("What was promised? One line is enough.", "promised")
        if not dated:
            raise NextStepMissingError("When? A next step has a date.", "when")
