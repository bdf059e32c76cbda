"""`/readyz` and `/metrics` while something is wrong: the facts, whichever process is asked."""

from typing import Any

import pytest
from sqlalchemy import text

from bot.intake import valid_secrets
from tests.company import Company
from tests.intake.site import Site
from tests.web.test_health import figures as figures_of_site

LEAD = {"name": "Dana Lee", "email": "dana@brightfields.example", "phone": "+12125550142", "action": "demo"}


def ready(office: Company) -> tuple[int, dict[str, Any]]:
    answer = office.bot.web.test_client().get("/readyz")
    facts: dict[str, Any] = answer.get_json()
    return answer.status_code, facts


def figures(office: Company) -> dict[str, float]:
    """Every sample of /metrics by its name with labels."""
    answer = office.bot.web.test_client().get("/metrics")
    assert answer.status_code == 200
    lines = [line.rpartition(" ") for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}


def test_what_nobody_could_read_is_counted_until_it_is_mended(site: Site) -> None:
    site.send(b"no lead at all")
    site.decide()
    answer = site.call("/readyz")
    assert (answer.status, answer.json["status"], answer.json["unreadable"]) == (200, "ok", 1)
    assert figures_of_site(site)["followup_inbox_failed"] == 1


def test_without_its_database_it_is_alive_but_not_ready_and_gives_no_figures(office: Company) -> None:
    with office.bot.database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE inbox RENAME TO gone"))
    assert ready(office)[0] == 503
    web = office.bot.web.test_client()
    assert web.get("/metrics").status_code == 503
    assert web.get("/healthz").status_code == 200


def refuse(office: Company, fault: str) -> None:
    """From now on Slack refuses: the token, or the channel that the bot was thrown out of."""
    if fault == "invalid_auth":
        office.bot.client.token = "xoxb-revoked"
    else:
        office.workspace.add_channel("sales-inbound", bot_is_member=False)


@pytest.mark.parametrize("fault", ["invalid_auth", "not_in_channel"])
def test_what_slack_refuses_is_named_while_it_lasts_and_leads_still_come_in(
    office: Company, fault: str
) -> None:
    office.submit_form(**LEAD)
    refuse(office, fault)
    with office.bot.database.read() as session:
        key = valid_secrets(session, "website", office.clock())[0]
    sent = office.bot.web.test_client().post(
        "/leads/website",
        json={"email": "ida@brightfields.example"},
        headers={"Authorization": f"Bearer {key}"},
    )
    assert sent.status_code == 200
    office.bot.worker.decide()
    # Once: until it is mended there is always one more probe to wait for.
    office.bot.worker.deliver()
    status, facts = ready(office)
    assert (status, facts["status"]) == (200, "degraded")
    assert facts["undelivered"] > 0
    assert [pause["error"] for pause in facts["pauses"]] == [fault]
    assert facts["pauses"][0]["mend"]
    now = figures(office)
    scope = "destination" if fault == "not_in_channel" else "workspace"
    assert now[f'followup_outbox_pauses{{error="{fault}",scope="{scope}"}}'] == 1
    assert now["followup_outbox_depth"] == facts["undelivered"]
    assert now[f'followup_outbox_refused{{error="{fault}",state="waiting"}}'] >= 1


def test_what_came_in_waits_with_its_age_until_somebody_decides_it(site: Site) -> None:
    site.send(LEAD)
    site.business.advance(seconds=45)
    waiting = figures_of_site(site)
    assert (waiting["followup_inbox_waiting"], waiting["followup_inbox_oldest_seconds"]) == (1, 45)


def test_claims_and_first_responses_are_counted_by_how_long_they_took(office: Company) -> None:
    assert not [name for name in figures(office) if name.startswith("followup_claim_seconds")]
    quick = office.submit_form(**LEAD)
    slow = office.submit_form(**LEAD | {"email": "ida@brightfields.example", "phone": "+12125550143"})
    office.wait(minutes=3)
    office.click("ana", office.card(quick), "claim")
    office.click("ana", office.touch("ana"), "outcome:voicemail")
    office.wait(minutes=9)
    office.click("ben", office.card(slow), "claim")
    now = figures(office)
    assert in_buckets(now, "followup_claim_seconds") == {
        "120.0": 0,
        "240.0": 1,
        "600.0": 1,
        "900.0": 2,
        "+Inf": 2,
    }
    assert now['followup_claim_seconds_sum{tier="hot"}'] == pytest.approx(180 + 720, abs=0.01)
    assert now['followup_claim_seconds_count{tier="hot"}'] == 2
    answered = {"120.0": 0, "240.0": 1, "600.0": 1, "900.0": 1, "+Inf": 1}
    assert in_buckets(now, "followup_first_response_seconds") == answered
    assert now['followup_first_response_seconds_sum{tier="hot"}'] == 180


def in_buckets(now: dict[str, float], name: str) -> dict[str, float]:
    """How many leads took at most that many seconds, at some of the bounds."""
    bounds = ("120.0", "240.0", "600.0", "900.0", "+Inf")
    return {bound: now[f'{name}_bucket{{le="{bound}",tier="hot"}}'] for bound in bounds}
