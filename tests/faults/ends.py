"""What must hold once a fault is over, whatever it was (R2, R22)."""

from tests.company import CHANNEL, Company
from tests.ends import assert_nothing_lost_and_nothing_twice, left_behind


def assert_all_is_well(larkspur: Company) -> None:
    """Nothing lost, nothing twice, nothing out of order, nothing left behind."""
    with larkspur.bot.database.read() as session:
        assert left_behind(session, larkspur.clock()) == {}
    places = (CHANNEL, *larkspur.users.values())
    assert_nothing_lost_and_nothing_twice(
        larkspur.bot.database, larkspur.workspace, places, larkspur.acknowledged, one_by_one=True
    )
    _slack_is_well(larkspur)


def _slack_is_well(larkspur: Company) -> None:
    well = {"status": "ok", "undelivered": 0, "failing": {}, "dead": 0, "pauses": []}
    assert larkspur.readiness().items() >= well.items()
    figures = larkspur.figures()
    names = ("depth", "oldest_seconds", "dead")
    assert [figures[f"followup_outbox_{name}"] for name in names] == [0, 0, 0]
    assert [name for name in figures if name.startswith("followup_outbox_pauses{")] == []
