"""What a lead is worth and where it goes, before any rep sees it (R34, R35, R37). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import phonenumbers

from bot.db.models import Lead
from bot.intake.domains import company_domain
from bot.intake.reading import KNOWN_ACTIONS
from bot.team.conditions import Traits
from bot.team.document import Team
from bot.team.rules import Route
from bot.team.scoring import OTHER, Score

_CAMPAIGN = ("campaign", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
_FILLED = ("email", "phone", "handle", "company", "title", "message", "country", "product", "resource")


@dataclass(frozen=True)
class Verdict:
    """A lead's score, and the pool, rule and members that follow from it."""

    score: Score
    route: Route


def judge(team: Team, lead: Lead, *, customer: bool = False) -> Verdict:
    """What this document makes of a lead. `customer`: one of this person's or company's leads was won."""
    traits = traits_of(lead, customer=customer)
    score = team.scoring.score(traits)
    return Verdict(score, team.route(lead.source, replace(traits, tier=score.tier)))


def traits_of(lead: Lead, *, customer: bool = False) -> Traits:
    """What conditions look at, over all the times the lead came in."""
    signs = [{"source": lead.source, "action": lead.action, "campaign": lead.campaign}, *(lead.signs or ())]
    actions = {sign["action"].casefold() for sign in signs if sign.get("action")}
    if actions.isdisjoint(KNOWN_ACTIONS):
        actions.add(OTHER)
    facts = lead.facts or {}
    words = {
        "action": actions,
        "source": _said(sign.get("source") for sign in signs),
        "product": _said((lead.product, *(sign.get("product") for sign in signs))),
        "page": _said((lead.page, *(sign.get("page") for sign in signs))),
        "resource": _said((lead.resource, *(sign.get("resource") for sign in signs))),
        "campaign": _said((sign.get("campaign") or {}).get(name) for sign in signs for name in _CAMPAIGN),
        "title": _said((lead.title,)),
        "company": _said((lead.company,)),
        "region": _said((facts.get("region"),)),
        "language": _languages(facts.get("language")),
    }
    return Traits(
        words={name: frozenset(said) for name, said in words.items()},
        country=lead.country or _country_of_phone(lead.phone),
        size=facts.get("size"),
        times=len(signs),
        customer=customer or bool(facts.get("customer")),
        free_mail=lead.email is not None and company_domain(lead.email) is None,
        has=frozenset(name for name in _FILLED if getattr(lead, name)),
    )


def _said(values: Iterable[Any]) -> set[str]:
    return {str(value).casefold() for value in values if value}


def _languages(written: str | None) -> set[str]:
    """ "de-AT" is German too."""
    whole = (written or "").casefold().replace("_", "-")
    return {whole, whole.partition("-")[0]} if whole else set()


@lru_cache(maxsize=4096)
def _country_of_phone(phone: str | None) -> str | None:
    if phone is None or not phone.startswith("+"):
        return None
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(phone))
    except phonenumbers.NumberParseException:
        return None
