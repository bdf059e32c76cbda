import pytest


@pytest.fixture(params=[False, True], ids=["one-run", "restarted-at-every-step"])
def restarts(request: pytest.FixtureRequest) -> bool:
    """Whether the bot is torn down and rebuilt from its database before every step of the story."""
    return bool(request.param)
