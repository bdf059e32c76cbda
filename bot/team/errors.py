"""What goes wrong with a team document, in words for the person who writes it."""

from dataclasses import dataclass

from bot.errors import FollowupError


@dataclass(frozen=True)
class Mistake:
    """One mistake: where in the file (`pools.inbound.members[2]`) and how to mend it."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class TeamDocumentError(FollowupError):
    """A team document that cannot be used, with every mistake in it."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__(mistakes)
        self.mistakes = mistakes

    def __str__(self) -> str:
        count = "1 mistake" if len(self.mistakes) == 1 else f"{len(self.mistakes)} mistakes"
        return "\n".join([f"The team document has {count}:", *(f"- {mistake}" for mistake in self.mistakes)])


class NotInTeamError(FollowupError):
    """Somebody or something that the team document does not name (any more)."""

    def __init__(self, kind: str, key: str) -> None:
        super().__init__(f"The team document has no {kind} {key!r}.")
