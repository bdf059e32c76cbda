"""A good document passes without a word; each mistake in it is found, with its place, rule and mend."""

import copy
from typing import Any

import pytest
import yaml

from bot.cadence.lint import Severity, banned_wording, lint, refuse_errors
from bot.team.document import Team, load_team
from bot.team.errors import TeamDocumentError
from tests.cadence.conftest import TEAM

Document = dict[str, Any]
SIGNED = {"author": "Ana", "approver": "Mia", "approved_on": "2026-11-01"}
MAIL = (
    "{{ greeting }},\n\nYou {{ action }}, and I have prepared the answer. It fits on one page.\n\n"
    "Pick the time that suits you: {{ booking_link }}\n\n{{ rep }}"
)
CALL = "{{ greeting }}, this is {{ rep }}. You {{ action }}. Does {{ day }} suit you?"
VOICEMAIL = "{{ greeting }}, this is {{ rep }}. You {{ action }}. Call me back on this number."
NOTE = "{{ greeting }}, you {{ action }}. Reply “yes”, and I send you the page."

GOOD: Document = {
    "plans": {
        "quiet": {
            "counts_from": "silence",
            "stage": "call-ask",
            "ends_as": "ghosted",
            "successor": "nurture",
            "minimum_gap": "1d",
            "touches": [
                {"channel": channel, "after": f"{2 * day}d", "angle": f"angle {day}", "goal": "a slot"}
                | {"templates": {channel: template}}
                for day, (channel, template) in enumerate(
                    [("email", "mail"), ("phone", "ring"), ("email", "mail"), ("email", "mail")]
                )
            ],
        }
    },
    "templates": {
        "mail": {"channels": ["email"], "angle": "a page", "subject": "Your page", "body": MAIL} | SIGNED,
        "ring": {"channels": ["phone"], "angle": "a call", "body": CALL, "voicemail": VOICEMAIL} | SIGNED,
        "note": {"channels": ["linkedin"], "angle": "a note", "body": NOTE} | SIGNED,
    },
}
GOOD["plans"]["quiet"]["touches"][3]["break_up"] = True


def team(document: Document) -> Team:
    return load_team(TEAM + yaml.safe_dump(document, allow_unicode=True))


def plan_with(**changes: Any) -> Document:
    document = copy.deepcopy(GOOD)
    document["plans"]["quiet"] |= changes
    return document


def touch_with(number: int, **changes: Any) -> Document:
    document = copy.deepcopy(GOOD)
    document["plans"]["quiet"]["touches"][number - 1] |= changes
    return document


def script_with(name: str, **changes: Any) -> Document:
    document = copy.deepcopy(GOOD)
    document["templates"][name] |= changes
    return document


def touches(count: int) -> Document:
    document = copy.deepcopy(GOOD)
    *body, last = document["plans"]["quiet"]["touches"]
    spare = [{**body[number % 2], "angle": f"spare {number}", "after": "5d"} for number in range(count)]
    document["plans"]["quiet"]["touches"] = [*(body + spare)[: count - 1], last]
    return document


E, W = Severity.ERROR, Severity.WARNING
LONG = "and so on " * 30


@pytest.mark.parametrize(
    ("document", "severity", "rule", "words"),
    [
        (touch_with(3, angle="Angle  0"), E, "R47", "was that of touch 1 already"),
        (touch_with(2, channel="email", templates={"email": "mail"}), W, "R47", "third time running"),
        ({**GOOD, "plan_for": {"opt-in": {"hot": "first-steps"}}}, W, "R32", "email before a call"),
        (plan_with(minimum_gap="10m"), E, "R47", "less than a day"),
        (touch_with(2, after="0m", minimum_gap="0m"), E, "R9", "at the same time on two channels"),
        (touch_with(2, minimum_gap="23h"), E, "R47", "less than a day after"),
        (touches(3), E, "R42", "3 touches for somebody who fell silent"),
        (touches(7), E, "R42", "7 touches for somebody who fell silent"),
        (touch_with(4, break_up=False), E, "R8", "ends without a graceful exit"),
        (touch_with(2, break_up=True), E, "D2", "touches come after the exit of touch 2"),
        (plan_with(successor="nurtur"), E, "D2", "its successor “nurtur” is no plan"),
        (plan_with(successor="first-steps"), E, "D2", "go on pressing after the exit"),
        (plan_with(successor="quiet", status="nurture"), E, "R42", "leads back to itself"),
        (touch_with(1, templates={"email": "letter"}), E, "R10", "there is no script letter"),
        (touch_with(1, templates={"email": "ring"}), E, "R10", "is not meant for email"),
        (script_with("mail", approver=None), E, "R10", "is not approved and will not be served"),
        (script_with("mail", subject="Just CHECKING-in!"), E, "R7", "“checking in” gives nobody a reason"),
        (script_with("ring", voicemail=VOICEMAIL + " Any\nupdate…"), E, "R7", "“any update”"),
        (script_with("mail", body=MAIL + "{{ nmae }}"), E, "R48", "unknown field nmae"),
        (script_with("ring", voicemail=LONG + VOICEMAIL), E, "R3", "the voicemail has 10"),
        (script_with("mail", body="You {{ action }}. Pick a time: {{ booking_link }}"), W, "R8", "2 sentences"),
        (script_with("mail", body=MAIL.replace("You", "So. So. So. So. You")), W, "R8", "has 7 sentences"),
        (script_with("note", body=LONG + NOTE), E, "R6", "too long and would be cut"),
        (script_with("ring", linkedin_note=LONG + NOTE), E, "R6", "too long and would be cut"),
        (script_with("ring", body="You {{ action }}. Good day."), W, "R15", "asks for nothing in “If they"),
        (script_with("note", body=NOTE + " Shall I call?"), W, "R15", "it asks for 2 things"),
        (script_with("mail", body=MAIL.replace("{{ booking_link }}", "a day.")), E, "R48", "no booking link"),
        (script_with("mail", body=MAIL.replace("You {{ action }}", "Hi")), E, "R14", "nothing is tied to"),
        (
            script_with("mail", body=MAIL.replace("You {{ action }}", "{% if goal %}{{ action }}{% endif %}")),
            E,
            "R14",
            "nothing is tied to",
        ),
    ],
)  # fmt: skip
def test_each_mistake_is_found_with_its_rule_and_a_mend(
    document: Document, severity: Severity, rule: str, words: str
) -> None:
    found = [each for each in lint(team(document)) if words in each.what]
    assert found, lint(team(document))
    assert {(each.severity, each.rule) for each in found} == {(severity, rule)}
    assert all(each.mend.endswith((".", "..")) for each in found)
    assert all(rule in str(each) and each.mend in str(each) for each in found)


def test_a_good_document_passes_without_a_word() -> None:
    assert lint(team(GOOD)) == ()


def test_every_plan_and_script_that_ships_passes_without_a_warning() -> None:
    assert lint(load_team(TEAM), shipped=True) == ()


def test_an_error_stops_a_document_with_plan_touch_and_script_and_a_warning_does_not() -> None:
    with pytest.raises(TeamDocumentError) as refused:
        refuse_errors(team(script_with("mail", subject="Just following up")))
    assert (
        str(refused.value)
        .splitlines()[1]
        .startswith("- plans.quiet, touch 1, templates.mail: “following up”")
    )
    (warning,) = refuse_errors(team(script_with("note", body=NOTE + " Shall I call?")))
    assert warning.place == "templates.note"


@pytest.mark.parametrize(
    "wording",
    [
        "Just checking in", "I wanted to check in", "just following up", "Following up again", "a quick follow-up",
        "circling back", "let me circle back", "Touching base", "to touch  base", "Any update?", "any updates",
        "FOLLOWING\nUP", "checking…in", "follow_up",
    ],
)  # fmt: skip
def test_wordings_that_say_nothing_are_found_in_any_form(wording: str) -> None:
    assert banned_wording(f"Hi, {wording} here") is not None


@pytest.mark.parametrize("wording", ["the check is in the mail", "any updated price", "the follower is up"])
def test_wordings_that_say_something_are_left_alone(wording: str) -> None:
    assert banned_wording(wording) is None


@pytest.mark.parametrize(
    ("document", "path", "words"),
    [
        (touch_with(3, after="1d"), "plans.quiet", "touch 3 lies before the one above it: after 1d"),
        (touch_with(3, after="soon"), "plans.quiet.touches[2].after", "90m, 2h or 3d"),
        (touch_with(3, after="9999d"), "plans.quiet.touches[2].after", "three years at most"),
        (touch_with(3, chanel="x"), "plans.quiet.touches[2].chanel", "is no setting here. Did you mean 'channel'?"),
        (touch_with(3, same_business_day="16:00"), "plans.quiet.touches[2]", "give one of after"),
        (plan_with(touches=[]), "plans.quiet.touches", "is empty"),
        ({"plan_for": {"opt-in": {"hot": "inbound"}}}, "plan_for.opt-in.hot", "there is no plan 'inbound'"),
        ({"plan_for": {"call-aks": "nurture"}}, "plan_for.call-aks", "Did you mean 'call-ask'?"),
        (script_with("mail", body="Hi {{ name"), "templates.mail.body", "cannot be read as a script"),
    ],
)  # fmt: skip
def test_what_is_no_plan_or_script_at_all_is_refused_with_its_place(
    document: Document, path: str, words: str
) -> None:
    with pytest.raises(TeamDocumentError) as refused:
        load_team(TEAM + yaml.safe_dump(document, allow_unicode=True), known_plans=["inbound-48h", "nurture"])
    (mistake,) = refused.value.mistakes
    assert mistake.path == path
    assert words in mistake.message
