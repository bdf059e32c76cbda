"""Points and rules in the team document: what they mean, and what is wrong with them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.team.conditions import Condition, RuleCondition, Traits
from bot.team.document import load_team
from bot.team.errors import TeamDocumentError
from bot.team.rules import Route

GOOD = (Path(__file__).parent / "data" / "team.yml").read_text()
RULES = """
rules:
  - {name: nordic, when: {country: [SE, "NO"], tier: [hot, warm]}, pool: nordics, members: [noor]}
  - {when: {campaign: "fjord*", size: 200+}, pool: nordics}
"""


def mistakes(text: str) -> dict[str, str]:
    with pytest.raises(TeamDocumentError) as refused:
        load_team(GOOD + text, known_plans=["inbound-48h"])
    return {mistake.path: mistake.message for mistake in refused.value.mistakes}


def test_the_first_rule_that_holds_decides_and_without_one_the_source_does() -> None:
    team = load_team(GOOD + RULES, known_plans=["inbound-48h"])
    fjord = Traits({"campaign": frozenset({"fjord-spring"})}, size=200)
    assert team.route("website", Traits(country="NO", tier="hot")) == Route("nordics", "nordic", ("noor",))
    assert team.route("website", fjord) == Route("nordics", "rule 2")
    assert team.route("website", Traits(country="NO", tier="cool")) == Route("inbound")
    assert team.route("fjord-form", Traits()) == Route("nordics")


def test_what_is_wrong_with_rules_is_said_with_its_place() -> None:
    found = mistakes(
        """
scoring:
  hot: 50
  warm: 60
  rules: [{points: x, words: hey, when: {acton: demo}}, {points: 3, words: y, when: {size: 9-5}}]
rules:
  - {when: {country: USA}, pool: nordics}
  - {when: {customer: "yes", source: []}, pool: nordic, members: [noor, zoe]}
"""
    )
    assert found == {
        "scoring.warm": "60 must be less than hot, which is 50.",
        "scoring.rules[0].points": "must be a whole number, without quotes.",
        "scoring.rules[0].when.acton": "is no setting here. Did you mean 'action'?",
        "scoring.rules[1].when.size": "'9-5' runs backwards.",
        "rules[0].when.country": "there is no country 'USA'; write its two-letter code, such as US or GB.",
        "rules[1].when.customer": "must be true or false, without quotes.",
        "rules[1].when.source": "is empty: name at least 1, or leave it out.",
        "rules[1].pool": "there is no pool 'nordic' under pools. Did you mean 'nordics'?",
        "rules[1].members[1]": "there is no rep 'zoe' under reps. There is ana, ben.okafor, cleo, mia and noor.",
    }


def test_a_rule_that_nothing_reaches_and_people_of_other_pools_are_reported() -> None:
    found = mistakes(
        RULES
        + """
  - {when: {country: "NO", tier: hot, product: heating}, pool: inbound}
  - {when: {source: webside}, pool: inbound, members: [noor]}
  - {when: {}, pool: inbound}
  - {when: {tier: cool}, pool: nordics}
"""
    )
    assert found == {
        "rules[2]": "nothing ever gets this far: 'nordic' above takes every such lead. Move it up.",
        "rules[3].when.source": "there is no source 'webside' under sources. Did you mean 'website'?",
        "rules[3].members[0]": "'noor' is no member of the pool 'inbound'. There is ana, ben.okafor and cleo.",
        "rules[5]": "nothing ever gets this far: 'rule 5' above takes every such lead. Move it up.",
    }


words = st.sampled_from(["demo", "demo*", "d*", "*", "trial"])
numbers = st.sampled_from(["1", "1-3", "2+", "2-3"])
conditions = st.builds(
    lambda written: RuleCondition.model_validate({name: value for name, value in written.items() if value}),
    st.fixed_dictionaries(
        {
            "action": st.none() | st.lists(words, min_size=1, max_size=2),
            "times": st.none() | numbers,
            "country": st.none() | st.sampled_from(["US", "DE"]),
            "customer": st.none() | st.just(True),
            "has": st.none() | st.lists(st.sampled_from(["email", "phone"]), min_size=1),
            "tier": st.none() | st.lists(st.sampled_from(["hot", "warm"]), min_size=1),
        }
    ),
)
leads = st.builds(
    lambda action, **traits: Traits({"action": frozenset({action})}, **traits),
    st.sampled_from(["demo", "demon", "trial", "x"]),
    times=st.integers(1, 4),
    country=st.sampled_from([None, "US", "DE"]),
    customer=st.booleans(),
    has=st.sampled_from([frozenset[str](), frozenset({"email"}), frozenset({"email", "phone"})]),
    tier=st.sampled_from(["hot", "warm", "cool"]),
)


@given(conditions, conditions, leads)
def test_where_a_rule_is_covered_the_earlier_one_takes_every_lead(
    earlier: RuleCondition, later: RuleCondition, lead: Traits
) -> None:
    if earlier.covers(later) and later.holds(lead):
        assert earlier.holds(lead)


@given(conditions)
def test_a_rule_covers_itself_and_is_covered_by_none(condition: RuleCondition) -> None:
    assert condition.covers(condition)
    assert RuleCondition().covers(condition)


def test_only_the_star_means_more_than_itself() -> None:
    page = Condition(page=("*/pricing?plan=[a]*",))
    assert page.holds(Traits({"page": frozenset({"https://acme.example/pricing?plan=[a]&x"})}))
    assert not page.holds(Traits({"page": frozenset({"https://acme.example/pricing1plan=a"})}))
