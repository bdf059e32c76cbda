"""Two hundred people click Claim at the same moment; one of them owns the lead."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from sqlalchemy import func, select

from bot.db.models import Activity, ActivityKind, Lead, Offer, OfferState
from tests.company import Company, company, new_york

ROUNDS = 20
CLICKS = 200


@pytest.mark.parametrize("rounds", [ROUNDS])
def test_200_clicks_on_claim_at_once_yield_one_owner_every_time(database_url: str, rounds: int) -> None:
    with company(database_url, new_york(2026, 3, 2, 10)) as larkspur, ThreadPoolExecutor(CLICKS) as people:
        for number in range(rounds):
            ref = larkspur.submit_form(name=f"Lead {number}", email=f"lead@company{number}.example")
            card = larkspur.card(ref)
            clickers = [
                larkspur.users[key] for key in ("ana", "ben", "cleo", "mia") for _ in range(CLICKS // 4)
            ]
            click = partial(larkspur.workspace.click, channel=card.channel, ts=card.ts, action_id="claim")
            answers = list(people.map(click, clickers))
            assert len(answers) == CLICKS
            assert owners_and_claims(larkspur, ref) == (1, 1)


def owners_and_claims(larkspur: Company, ref: str) -> tuple[int, int]:
    """(claimed offers, claim activities) of the lead: both 1 when exactly one claim counted."""
    lead = larkspur.lead(ref)
    assert lead.owner_id is not None
    with larkspur.bot.database.read() as session:
        offers = session.scalar(
            select(func.count())
            .where(
                Offer.lead_id == lead.id,
                Offer.state == OfferState.CLAIMED,
                Offer.claimed_by_id == Lead.owner_id,
            )
            .where(Lead.id == lead.id)
        )
        claims = session.scalar(
            select(func.count()).where(Activity.lead_id == lead.id, Activity.kind == ActivityKind.CLAIMED)
        )
    return offers or 0, claims or 0
