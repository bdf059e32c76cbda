import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cadence import UnknownOutcomeError, parse_outcome, split_outcome
from bot.db.models import Outcome


@pytest.mark.parametrize(
    ("word", "outcome"),
    [
        ("done", Outcome.DONE),
        ("no answer", Outcome.NO_ANSWER),
        ("NoAnswer", Outcome.NO_ANSWER),
        ("no-answer.", Outcome.NO_ANSWER),
        ("N/A", Outcome.NO_ANSWER),
        ("vm", Outcome.VOICEMAIL),
        ("left a voicemail", Outcome.VOICEMAIL),
        ("not now", Outcome.NOT_NOW),
        ("Not_Interested", Outcome.NOT_INTERESTED),
        ("wrong fit!", Outcome.WRONG_FIT),
        ("  booked ", Outcome.BOOKED),
    ],
)
def test_outcomes_are_understood_as_people_type_them(word: str, outcome: Outcome) -> None:
    assert parse_outcome(word) is outcome


@given(
    st.sampled_from(list(Outcome)),
    st.sampled_from([str.upper, str.title, lambda word: word.replace("-", " ")]),
)
def test_every_outcome_s_own_name_means_it(outcome: Outcome, form: object) -> None:
    assert callable(form)
    assert parse_outcome(form(outcome.value)) is outcome


def test_a_typing_mistake_is_answered_with_what_may_be_meant() -> None:
    with pytest.raises(UnknownOutcomeError, match="Did you mean voicemail"):
        parse_outcome("voicmail")
    with pytest.raises(UnknownOutcomeError, match="There is: done, voicemail, no-answer"):
        parse_outcome("zzzz")
    with pytest.raises(UnknownOutcomeError, match="What came of it"):
        split_outcome("")


@pytest.mark.parametrize(
    ("text", "outcome", "note"),
    [
        ("no answer, try her at 5", Outcome.NO_ANSWER, "try her at 5"),
        ("vm", Outcome.VOICEMAIL, None),
        ("left a message with Jo", Outcome.VOICEMAIL, "with Jo"),
        ("objection: too dear", Outcome.OBJECTION, "too dear"),
        ("done - sent the outline", Outcome.DONE, "sent the outline"),
        ("not now 2026-09-01", Outcome.NOT_NOW, "2026-09-01"),
        ("snooze 2d", Outcome.SNOOZE, "2d"),
        ("done 東京で会う", Outcome.DONE, "東京で会う"),
        ("done 🎉", Outcome.DONE, "🎉"),
    ],
)
def test_what_follows_the_outcome_is_the_note(text: str, outcome: Outcome, note: str | None) -> None:
    assert split_outcome(text) == (outcome, note)


@given(st.text(max_size=60))
def test_any_text_is_an_outcome_or_a_helpful_answer(text: str) -> None:
    assert any(outcome.value in understood(text) for outcome in Outcome)


def understood(text: str) -> str:
    """The outcome, or the sentence that its writer reads."""
    try:
        return split_outcome(text)[0].value
    except UnknownOutcomeError as error:
        return str(error)
