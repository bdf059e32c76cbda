"""Bodies that vendors publish, through the generic source; what only a source of its own can know is not asked."""

import pytest

from bot.db.models import InboxState, Lead
from tests.intake.site import Site
from tests.intake.vector import DATA


def sent(site: Site, name: str) -> Lead:
    site.send((DATA / name).read_bytes())
    site.decide()
    (lead,) = site.leads()
    return lead


def test_a_crm_contact_with_the_history_of_every_field_is_read_by_its_current_values(site: Site) -> None:
    lead = sent(site, "hubspot_workflow_contact_v1.body.json")
    assert (lead.name, lead.email, lead.phone) == (
        "Clint Eastwood",
        "testingapis@hubspot.com",
        "555-555-5432",
    )
    assert (lead.company, lead.message, lead.handle) == (None, None, None)
    assert lead.facts == {"external_id": "82325"}


def test_a_booking_is_about_who_booked_and_not_about_our_own_organiser(site: Site) -> None:
    lead = sent(site, "calcom_booking_created.body.json")
    assert (lead.name, lead.email, lead.message) == ("John Doe", "john.doe@example.com", None)


@pytest.mark.parametrize(
    ("name", "identity"),
    [
        ("hubspot_webhooks_contact_creation.body.json", "123"),
        ("meta_leadgen_page_webhook.body.json", "233370042045345"),
    ],
)
def test_a_notice_that_carries_only_an_id_is_kept_and_says_so(site: Site, name: str, identity: str) -> None:
    site.send((DATA / name).read_bytes())
    site.decide()
    (entry,) = site.entries()
    assert (entry.state, site.leads()) == (InboxState.FAILED, [])
    assert entry.error is not None
    assert entry.error.startswith(f"It carries only an id ({identity})")


def test_a_body_that_only_looks_like_json_is_kept_and_says_so(site: Site) -> None:
    site.send((DATA / "hubspot_signature_v3_vector.body.txt").read_bytes())
    site.decide()
    assert (site.entries()[0].error or "").startswith("The body is not valid JSON")
