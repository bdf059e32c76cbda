from datetime import timedelta

import pytest
from sqlalchemy import select, text

from bot.db.models import Escalation, Intent, Lead, Pause, PauseScope, Rep
from bot.intake import decide_inbox
from bot.outbox.late import count_extra
from bot.routing import claim
from bot.stats import fold_marked
from tests.intake.site import Site

LEAD = {"email": "dana@brightfields.example", "action": "demo"}


def figures(site: Site) -> dict[str, float]:
    """Every sample of /metrics by its name with labels."""
    answer = site.call("/metrics")
    assert answer.status == 200
    lines = [line.rpartition(" ") for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}


def test_a_running_process_is_alive_and_ready(site: Site) -> None:
    assert site.call("/healthz").json == {"status": "ok"}
    ready = site.call("/readyz")
    assert ready.status == 200
    counts = {"unreadable": 0, "undelivered": 0, "failing": {}, "dead": 0, "late": {}}
    assert ready.json == {"status": "ok", **counts, "pauses": []}


def test_trouble_with_slack_is_degraded_but_ready_and_says_how_to_mend_it(site: Site) -> None:
    with site.database.write() as session:
        now = site.machine()
        session.add(
            Pause(destination="*", scope=PauseScope.WORKSPACE, error="token_revoked", since=now, probe_at=now)
        )
    ready = site.call("/readyz")
    assert (ready.status, ready.json["status"]) == (200, "degraded")
    (pause,) = ready.json["pauses"]
    assert pause["error"] == "token_revoked"
    assert "token" in pause["mend"]
    assert figures(site)['followup_outbox_pauses{error="token_revoked",scope="workspace"}'] == 1


def test_a_database_of_another_version_is_not_ready(site: Site) -> None:
    with site.database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'older'"))
    ready = site.call("/readyz")
    assert (ready.status, ready.json["status"]) == (503, "unavailable")
    assert ready.json["why"] == "The database does not have this version's schema."


def test_a_database_that_only_reads_is_not_ready(site: Site) -> None:
    if site.database.is_sqlite:
        with site.database.engine.begin() as connection:
            connection.execute(text("ALTER TABLE inbox RENAME TO gone"))
    else:
        name = site.database.url.database
        with site.database.engine.begin() as connection:
            connection.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = on"))
        site.database.dispose()
    ready = site.call("/readyz")
    assert (ready.status, ready.json["status"]) == (503, "unavailable")


def test_the_figures_follow_a_lead_from_arrival_to_claim(site: Site) -> None:
    assert figures(site)["followup_inbox_waiting"] == 0
    site.send(LEAD)
    site.send(b"nothing a lead could be")
    site.business.advance(seconds=30)
    waiting = figures(site)
    assert (waiting["followup_inbox_waiting"], waiting["followup_inbox_oldest_seconds"]) == (2, 30)

    site.decide()
    decided = figures(site)
    assert (decided["followup_inbox_waiting"], decided["followup_inbox_failed"]) == (0, 1)
    assert decided['followup_leads_received_total{pool="inbound",tier="hot"}'] == 1
    assert decided['followup_leads_claimed_total{pool="inbound",tier="hot"}'] == 0
    with site.database.read() as session:
        assert decided["followup_outbox_depth"] == len(session.scalars(select(Intent)).all()) > 0

    with site.database.write() as session:
        ana = session.scalars(select(Rep).where(Rep.key == "ana")).one()
        claim(session, session.scalars(select(Lead.id)).one(), ana, site.business())
    assert figures(site)['followup_leads_claimed_total{pool="inbound",tier="hot"}'] == 1


def test_a_step_that_is_due_and_did_not_happen_shows_as_late(site: Site) -> None:
    site.send(LEAD)
    site.decide()
    with site.database.read() as session:
        due = min(step for step in session.scalars(select(Escalation.next_step_at)) if step)
    site.business.now = due - timedelta(seconds=1)
    assert figures(site)['followup_due_late{kind="escalation"}'] == 0
    site.business.now = due + timedelta(seconds=90)
    late = figures(site)
    assert late['followup_due_late{kind="escalation"}'] == 1
    assert late['followup_due_late_seconds{kind="escalation"}'] == pytest.approx(90)


def test_a_message_taken_back_because_it_stood_twice_is_counted(site: Site) -> None:
    site.send(LEAD)
    site.decide()
    assert figures(site)["followup_extra_messages_deleted_total"] == 0
    with site.database.write() as session:
        count_extra(session, session.scalars(select(Intent.id)).first() or 0)
    assert figures(site)["followup_extra_messages_deleted_total"] == 1


def test_a_scrape_gives_the_same_before_and_after_the_sums_are_kept(site: Site) -> None:
    site.send(LEAD)
    site.decide()
    with site.database.write() as session:
        ana = session.scalars(select(Rep).where(Rep.key == "ana")).one()
        claim(session, session.scalars(select(Lead.id)).one(), ana, site.business() + timedelta(minutes=3))
    before = figures(site)
    assert before.pop("followup_figures_marks") > 0
    with site.database.write() as session:
        fold_marked(session)
    after = figures(site)
    assert after.pop("followup_figures_marks") == 0
    assert before == after
    assert after['followup_claim_seconds_count{tier="hot"}'] == 1


def test_asking_for_figures_decides_and_changes_nothing(site: Site) -> None:
    site.send(LEAD)
    figures(site)
    with site.database.write() as session:
        assert decide_inbox(session, site.business()) == 1
