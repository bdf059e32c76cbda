"""A team larger than one burst of lookups, and people in it whom Slack does not know."""

from datetime import timedelta

import yaml
from sqlalchemy import select

from bot.db.models import Rep
from bot.team.live import apply_team
from tests.company import TEAM, Company, company, new_york

FORMER = [f"former{number}" for number in range(6)]
PRESENT = [f"rep{number}" for number in range(12)]


def hire(floor: Company) -> None:
    for key in PRESENT:
        floor.workspace.add_user(name=key, real_name=key.title(), email=f"{key}@larkspur.example")
    document = yaml.safe_load(TEAM)
    document["reps"] |= {key: {"email": f"{key}@larkspur.example"} for key in FORMER + PRESENT}
    with floor.bot.database.write() as session:
        apply_team(session, yaml.safe_dump(document, sort_keys=False), author="the test", now=floor.clock())


def test_everybody_is_found_though_slack_does_not_know_the_first_of_them(database_url: str) -> None:
    with company(database_url, new_york(2026, 3, 2, 10)) as floor:
        hire(floor)
        while floor.bot.worker.find_people():
            # Room for one more lookup at the most.
            floor.machine.advance(timedelta(seconds=1.3))
        with floor.bot.database.read() as session:
            unknown = session.scalars(select(Rep.key).where(Rep.slack_user_id.is_(None))).all()
        assert set(unknown) == set(FORMER)
