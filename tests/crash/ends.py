"""When a site is quiet, and what must hold then."""

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from bot.clock import machine_clock
from bot.db.models import Activity, ActivityKind, Lead
from tests import ends
from tests.crash.site import Site, until


def wait_until_quiet(site: Site) -> None:
    """Everything that came is decided, everything due is fired, everything wanted is shown."""
    until(lambda: not _pending(site), "everything is decided, fired and delivered")


def assert_nothing_lost_and_nothing_twice(site: Site) -> None:
    """The ends that the README promises, read from the database and from what people see in Slack."""
    emails = [f"lead-{number}@prospect-{number}.com" for number in site.acknowledged]
    places = [*site.channels, *site.reps, site.boss]
    ends.assert_nothing_lost_and_nothing_twice(site.database, site.workspace, places, emails)


def assert_people_worked(site: Site, owned: int) -> None:
    """So many leads at least have owners, and touches were logged: of no work at all most ends would hold."""
    with site.database.read() as session:
        assert (session.scalar(select(func.count(Lead.owner_id))) or 0) >= owned
        assert session.scalar(select(func.count()).where(Activity.kind == ActivityKind.OUTCOME))


def _pending(site: Site) -> dict[str, int]:
    try:
        with site.database.read() as session:
            return ends.left_behind(session, machine_clock())
    except DBAPIError:
        return {"database": 1}
