"""A lead of what was read, scored and sent on its way (R34, R35, R37)."""

from datetime import datetime

from bot import businesstime
from bot.db.models import Lead, Status, Tier
from bot.intake.domains import company_domain
from bot.intake.reading import ReadLead
from bot.intake.scoring import Verdict, judge
from bot.team.document import Team
from bot.team.sources import Source


def new_lead(source_name: str, received_at: datetime, source: Source, read: ReadLead) -> Lead:
    """The lead as it came in; where it goes is still to be decided by `place`."""
    return Lead(
        name=read.name,
        first_name=read.first_name,
        last_name=read.last_name,
        email=read.email,
        phone=read.phone,
        handle=read.handle,
        profile_url=read.profile_url,
        company=read.company,
        company_domain=company_domain(read.email),
        title=read.title,
        country=read.country,
        zone=read.zone,
        source=source_name,
        action=read.action,
        resource=read.resource,
        message=read.message,
        page=read.page,
        product=read.product,
        campaign=read.campaign,
        facts=read.facts,
        status=Status.ACTIVE,
        signs=[],
        consent_at=(read.consented_at or received_at) if read.consents else None,
        consent_where=(read.page or source.consent or source_name) if read.consents else None,
        received_at=received_at,
        clock_started_at=received_at,
    )


def place(lead: Lead, team: Team, *, customer: bool = False) -> Verdict:
    """Give a lead its score, its tier and its pool by this document; its clocks start when that pool opens (D3)."""
    verdict = judge(team, lead, customer=customer)
    lead.score, lead.tier = verdict.score.points, Tier(verdict.score.tier)
    lead.reasons = [list(reason) for reason in verdict.score.reasons]
    lead.pool, lead.rule = verdict.route.pool, verdict.route.rule
    if verdict.route.members is not None:
        lead.members = list(verdict.route.members)
    lead.clock_started_at = businesstime.next_opening(lead.received_at, team.pool(lead.pool).calendar)
    return verdict
