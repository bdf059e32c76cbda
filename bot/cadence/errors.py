"""What may go wrong when somebody logs or undoes something; each error is the sentence that person reads."""

from bot.errors import FollowupError


class UnknownPlanError(FollowupError):
    """The team document names a plan that does not exist."""


class ClosedLeadError(FollowupError):
    """An outcome for a lead that is closed already."""


class SettledTaskError(FollowupError):
    """An outcome for a task that somebody, or another outcome, settled first."""


class NotYourLeadError(FollowupError):
    """Only the owner, or a manager of the pool, logs outcomes."""


class UnusableDateError(FollowupError):
    """A date that has passed, or lies years away."""


class UnknownOutcomeError(FollowupError):
    """A word that means none of the outcomes."""


class UndoError(FollowupError):
    """This outcome cannot be undone any more, or not by this person (D11)."""
