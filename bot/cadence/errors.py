"""What may go wrong when somebody logs or undoes something; each error is the sentence that person reads."""

from bot.db.models import Status
from bot.errors import FollowupError


class UnknownPlanError(FollowupError):
    """The team document names a plan that does not exist."""


class LeadClosedError(FollowupError):
    """The lead's story has ended, so there is nothing to claim, pass or log. `status` says how."""

    def __init__(self, ref: str, status: Status) -> None:
        super().__init__(
            f"{ref} is closed: {status.value.replace('-', ' ')}. There is nothing left to do for it."
        )
        self.status = status


class SettledTaskError(FollowupError):
    """An outcome for a task that somebody, or another outcome, settled first."""


class RepeatedReportError(FollowupError):
    """Slack delivered the same report again."""

    def __str__(self) -> str:
        return "That is logged already. Nothing was changed."


class NotYourLeadError(FollowupError):
    """Only the owner, or a manager of the pool, logs outcomes."""


class UnusableDateError(FollowupError):
    """A date that has passed, or lies years away."""


class NextStepMissingError(FollowupError):
    """A conversation logged without its next step (R45). `field` is the form's field that lacks it."""

    def __init__(self, sentence: str, field: str = "step") -> None:
        super().__init__(sentence)
        self.field = field


class FactKnownError(FollowupError):
    """Somebody has asked this already (R25)."""


class UnknownOutcomeError(FollowupError):
    """A word that means none of the outcomes."""


class UndoError(FollowupError):
    """This outcome cannot be undone any more, or not by this person (D11)."""
