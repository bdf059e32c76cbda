"""Running the rules over a team's plans and scripts, the shipped ones included."""

from collections.abc import Iterator, Mapping

from bot.cadence.lint.findings import Finding, PlanToCheck, ScriptToCheck, Severity
from bot.cadence.lint.planrules import PLAN_RULES
from bot.cadence.lint.samples import BARE, FULL
from bot.cadence.lint.scriptrules import SCRIPT_RULES
from bot.cadence.plans import plans_of
from bot.cadence.scripts import render_script
from bot.cadence.templates import shipped_templates, templates_of
from bot.db.models import Channel
from bot.team.cadences import Plan, Touch
from bot.team.document import Team
from bot.team.errors import Mistake, TeamDocumentError
from bot.team.templates import Template


def lint(team: Team, *, shipped: bool = False) -> tuple[Finding, ...]:
    """Everything wrong with the plans and scripts that this team's leads may meet; errors first.

    Scripts as they ship are read again only with `shipped`.
    """
    plans, templates = plans_of(team), templates_of(team)
    hot = {team.plan_for.opt_in.hot, *(pool.plan for pool in team.pools.values())}
    found = [
        finding
        for name, plan in plans.items()
        for finding in _plan(PlanToCheck(plan, plans, name in hot), templates, team, shipped)
    ]
    used = {key for plan in plans.values() for touch in plan.touches for key in touch.templates.values()}
    for key, template in (templates if shipped else team.templates).items():
        if key not in used:
            found += _script(template, template.channels[0], None, None)
    return tuple(dict.fromkeys(sorted(found, key=lambda each: each.severity is Severity.WARNING)))


def refuse_errors(team: Team) -> tuple[Finding, ...]:
    """The warnings. Raises TeamDocumentError, with every error, when there is one."""
    findings = lint(team)
    errors = tuple(Mistake(each.place, each.said) for each in findings if each.severity is Severity.ERROR)
    if errors:
        raise TeamDocumentError(errors)
    return findings


def _plan(it: PlanToCheck, templates: Mapping[str, Template], team: Team, shipped: bool) -> Iterator[Finding]:
    for rule in PLAN_RULES:
        yield from rule(it)
    for touch in it.plan.touches:
        for channel, key in touch.templates.items():
            template = templates.get(key)
            if template is None or channel not in template.channels:
                yield _not_served(it, touch, channel, key, team)
            elif shipped or it.plan.name in team.plans or key in team.templates:
                yield from _script(template, channel, it.plan, touch)


def _not_served(it: PlanToCheck, touch: Touch, channel: Channel, key: str, team: Team) -> Finding:
    """R10: nobody drafts from nothing."""
    template = team.templates.get(key) or shipped_templates().get(key)
    if template is None:
        what, mend = f"there is no script {key}", "Write it under templates, or name one that exists."
    elif not template.is_approved:
        what = f"the script {key} is not approved and will not be served"
        mend = "Have somebody read it, then add approver and approved_on."
    else:
        what = f"the script {key} is not meant for {channel.value}"
        mend = f"Add {channel.value} to its channels, or name another script."
    return it.finding(Severity.ERROR, "R10", what, mend, touch)


def _script(
    template: Template, channel: Channel, plan: Plan | None, touch: Touch | None
) -> Iterator[Finding]:
    full, bare = (render_script(template, channel, fields) for fields in (FULL, BARE))
    for rule in SCRIPT_RULES:
        yield from rule(ScriptToCheck(template, plan, touch, full, bare))
