"""The family of expected failures: each carries the sentence its user reads."""


class FollowupError(Exception):
    """An expected failure. `str(error)` is the sentence shown to the person who caused it."""
