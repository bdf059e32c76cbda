"""Reading whatever comes: a lead that fits its columns, or a sentence why it is none."""

import json
import re

from bot.db.models import Lead
from bot.intake.inbox import _digest
from bot.intake.reading import ReadLead, UnreadableError, read_body, read_lead, split_leads
from bot.team.sources import Source
from tests.hostile.bodies import Body, bodies

COUNT = 1500
SOURCES = (
    Source(),
    Source(map={"email": "contact.email", "message": "answers.0.value"}, defaults={"action": "demo"}),
)
UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def read_all(body: Body, source: Source) -> list[ReadLead | str]:
    """What each lead of a body is read as: a lead, or why it is none."""
    try:
        trees = split_leads(read_body(body.content_type, body.content))
    except UnreadableError as why:
        return [str(why)]
    found: list[ReadLead | str] = []
    for tree in trees:
        try:
            found.append(read_lead(tree, source, "US"))
        except UnreadableError as why:
            found.append(str(why))
    return found


def test_hostile_bodies_are_each_a_storable_lead_or_a_sentence() -> None:
    leads = sentences = 0
    for number, body in enumerate(bodies(COUNT)):
        _digest(body.content_type, body.content)
        for each in read_all(body, SOURCES[number % len(SOURCES)]):
            if isinstance(each, str):
                sentences += 1
                assert each.endswith("."), (number, body)
                assert len(each) < 1000, (number, body)
            else:
                leads += 1
                check(each, body)
    # A generator that only makes rubbish, or none, would prove little.
    assert leads > COUNT / 4
    assert sentences > COUNT / 10


def check(lead: ReadLead, body: Body) -> None:
    """It can be reached, and every database can hold it."""
    assert lead.email or lead.phone or lead.handle, body
    for name, value in vars(lead).items():
        if isinstance(value, str):
            most = getattr(Lead.__table__.c[name].type, "length", None) or 20_000
            assert len(value) <= most, (name, body)
    whole = json.dumps(lead.as_facts(), ensure_ascii=False)
    assert not UNSTORABLE.search(whole), body
    assert "\\u0000" not in whole
    assert len(whole) < 100_000, body


def test_values_on_which_patterns_and_parsers_lose_themselves_are_read_at_once() -> None:
    # Each of these once took minutes, or all the stack there is.
    for value in ("a@" + "." * 100_000 + "@", "a<" + "(" * 100_000):
        body = Body(
            "application/json", json.dumps({"x": value, "email": value, "phone": "+12125550142"}).encode()
        )
        (lead,) = read_all(body, Source())
        assert isinstance(lead, ReadLead)
        assert (lead.email, lead.phone) == (None, "+12125550142")


def test_what_stands_around_thousands_of_leads_is_not_copied_to_each_of_them_without_end() -> None:
    around = {f"x{number}": "1" for number in range(8000)} | {"utm_source": "fair"}
    whole = {"utm_campaign": "spring", **around, "data": [{"email": f"a{n}@b.example"} for n in range(3000)]}
    trees = split_leads(read_body("application/json", json.dumps(whole).encode()))
    assert len(trees) == 3000
    for tree in trees:
        assert isinstance(tree, dict)
        assert tree["utm_campaign"] == "spring"
        assert len(tree) <= 101
