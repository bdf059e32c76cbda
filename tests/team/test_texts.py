import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.team.texts import MAX_TEXT, Blank, check_text, cut, names_in, render_text


@pytest.mark.parametrize(
    "text",
    [
        "{{ 'a' * 10**9 }}",
        "{{ name.__class__ }}",
        "{{ name.format }}",
        "{{ name[0] }}",
        "{{ name() }}",
        "{{ name ~ name }}",
        "{{ name|center(999999999) }}",
        "{{ name|upper('x') }}",
        "{{ [name] }}",
        "{{ name < goal }}",
        "{% for x in name %}{{ x }}{% endfor %}",
        "{% set name = 'x' %}",
        "{% include 'x' %}",
        "{% macro name() %}{% endmacro %}",
        "{% if name %}",
        "{{ " + "not " * 5000 + "name }}",
    ],
)
def test_a_script_that_tries_more_than_fields_and_ifs_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="script"):
        check_text(text)


def test_fields_ifs_comparisons_and_plain_filters_are_fine() -> None:
    text = "{% if name == 'Dana' and not goal %}Hi {{ name|upper }}{% elif goal %}-{% else %}Hello{% endif %}"
    check_text(text)
    assert render_text(text, {"name": "Dana", "goal": ""}) == "Hi DANA"
    assert names_in(text) == {"name", "goal"}


def test_nothing_a_lead_writes_is_run_or_escaped() -> None:
    assert render_text("{{ name }}", {"name": "{{ goal }} <b> & 'x'"}) == "{{ goal }} <b> & 'x'"


def test_a_missing_field_leaves_its_sentence_out_or_a_blank_that_can_be_seen() -> None:
    goal = Blank("their goal")
    assert render_text("A.{% if goal %} For {{ goal }}.{% endif %} B.", {"goal": goal}) == "A. B."
    assert not goal.written
    assert render_text("For {{ goal|trim }}.", {"goal": goal}) == "For [their goal]."
    assert goal.written


@given(st.text(max_size=300), st.integers(min_value=1, max_value=200))
def test_a_cut_text_is_never_longer_than_asked(text: str, most: int) -> None:
    shorter = cut(text, most)
    assert len(shorter) <= most
    assert len(text) > most or shorter == text


@given(st.text(max_size=2000))
def test_a_script_stays_bounded_whatever_its_fields_hold(name: str) -> None:
    assert len(render_text("{{ name }} " * 50, {"name": name})) <= MAX_TEXT
