"""What a lead is worth before any rep sees it (R34, R35)."""

from typing import Any

import pytest

from bot.db.models import Lead, Tier
from bot.intake.scoring import judge, traits_of
from bot.team.document import load_team
from tests.intake.site import TEAM

TEAM_OF_ACME = load_team(TEAM)


def lead(**known: Any) -> Lead:
    return Lead(**({"source": "website", "email": "dana@brightfields.com", "facts": {}, "signs": []} | known))


@pytest.mark.parametrize(
    ("known", "tier", "strongest"),
    [
        ({"action": "demo"}, Tier.HOT, (70, "asked for a demo")),
        ({"action": "demo", "email": "dana@gmail.com"}, Tier.HOT, (70, "asked for a demo")),
        ({"action": "contact"}, Tier.WARM, (35, "asked a question")),
        ({"action": "contact", "page": "https://acme.example/pricing"}, Tier.HOT, (35, "asked a question")),
        ({"action": "partner programme"}, Tier.WARM, (35, "asked for something")),
        ({}, Tier.WARM, (35, "asked for something")),
        (
            {"action": "download", "phone": "+12125550142", "company": "B"},
            Tier.COOL,
            (10, "downloaded something"),
        ),
        ({"action": "newsletter"}, Tier.COOL, (5, "reads the newsletter")),
        ({"action": "download", "signs": [{"action": "visit"}]}, Tier.WARM, (25, "came back")),
        ({"action": "download", "signs": [{"action": "demo"}]}, Tier.HOT, (70, "asked for a demo")),
    ],
)
def test_without_points_of_its_own_a_team_gets_sensible_ones(
    known: dict[str, Any], tier: Tier, strongest: tuple[int, str]
) -> None:
    score = judge(TEAM_OF_ACME, lead(**known)).score
    assert (score.tier, score.reasons[0]) == (tier, strongest)
    assert score.points == sum(points for points, _ in score.reasons)


def test_what_conditions_look_at_in_a_lead() -> None:
    traits = traits_of(
        lead(
            phone="+4930123456",
            campaign={"utm_source": "Google", "gclid": "x"},
            facts={"language": "de_AT", "size": 51, "region": "Wien"},
            signs=[{"source": "form", "product": "Heating"}],
        ),
        customer=True,
    )
    assert (traits.country, traits.size, traits.times, traits.customer) == ("DE", 51, 2, True)
    assert traits.words["language"] == {"de-at", "de"}
    assert traits.words["campaign"] == {"google"}
    assert traits.words["source"] == {"website", "form"}
    assert traits.words["product"] == {"heating"}
    assert not traits.free_mail
    assert traits.has == {"email", "phone"}
