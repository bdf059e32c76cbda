"""Why a click came too late or from the wrong person."""

from datetime import datetime

from bot.errors import FollowupError


class AlreadyClaimedError(FollowupError):
    """Somebody owns the lead. `when` is aware, in the pool's zone."""

    def __init__(self, owner: str, when: datetime) -> None:
        super().__init__(f"{owner} has had this lead since {when:%a %d %b, %H:%M %Z}.")
        self.owner = owner
        self.when = when


class NotInPoolError(FollowupError):
    """The clicker is not one of the pool's people."""

    def __init__(self, pool: str) -> None:
        super().__init__(f"Leads of the pool “{pool}” go to its members. Ask one of its managers to add you.")
        self.pool = pool


class NotYourOfferError(FollowupError):
    """Only whoever is asked can pass. `assignee` is their name, or None when nobody is asked."""

    def __init__(self, assignee: str | None) -> None:
        turn = f"It is {assignee}'s turn" if assignee else "It is nobody's turn"
        super().__init__(f"{turn} on this lead, so there is nothing for you to pass. You may still claim it.")
        self.assignee = assignee


class NotYoursToGiveError(FollowupError):
    """Only the owner or a manager of the pool gives a lead to somebody else."""

    def __init__(self, ref: str) -> None:
        super().__init__(f"Only the owner of {ref} or a manager of its pool can give it to somebody else.")


class NotOnTheTeamAnyMoreError(FollowupError):
    """Whoever should get the lead has left the team."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is not on the team any more. Choose somebody who is.")


class AlreadyTheirsError(FollowupError):
    """Whoever should get the lead has it."""

    def __init__(self, ref: str, name: str) -> None:
        super().__init__(f"{ref} is {name}'s already. Nothing was changed.")
