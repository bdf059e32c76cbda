from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intake.reading.actions import known_action
from bot.intake.reading.batches import split_leads
from bot.intake.reading.bodies import Tree, UnreadableError
from bot.intake.reading.lead import ReadLead, read_lead
from bot.team.sources import Source

PLAIN = Source()
EMAIL = "dana@brightfields.example"


def read(tree: Any, *, source: Source = PLAIN, country: str | None = "US") -> ReadLead:
    (lead,) = split_leads(tree)
    return read_lead(lead, source, country)


def found(tree: Any, *names: str) -> dict[str, Any]:
    lead = asdict(read(tree))
    return {name: lead[name] for name in names or ("name", "email", "phone") if lead[name]}


SHAPES: dict[str, tuple[Tree, Mapping[str, Any]]] = {
    "flat": (
        {
            "first_name": "Dana",
            "last_name": "Lee",
            "email": EMAIL,
            "phone": "(212) 555-0147",
            "company": "Brightfields",
        },
        {"name": "Dana Lee", "email": EMAIL, "phone": "+12125550147", "company": "Brightfields"},
    ),
    "camel case": (
        {"firstName": "Dana", "lastName": "Lee", "workEmail": EMAIL, "mobilePhone": "+44 20 7946 0958"},
        {"name": "Dana Lee", "email": EMAIL, "phone": "+442079460958"},
    ),
    "words": (
        {"First Name": "Dana", "Surname": "Lee", "E-Mail Address": EMAIL, "Job Title": "COO"},
        {"name": "Dana Lee", "email": EMAIL, "title": "COO"},
    ),
    "your-": (
        {"your-name": "Dana Lee", "your-email": EMAIL, "your-message": "Hello", "your-tel": "2125550147"},
        {"name": "Dana Lee", "email": EMAIL, "message": "Hello", "phone": "+12125550147"},
    ),
    "nested": (
        {
            "event": {"name": "form.submitted"},
            "data": {
                "contact": {
                    "name": {"first": "Dana", "last": "Lee"},
                    "emails": [{"type": "work", "value": EMAIL}],
                    "organization": {"name": "Brightfields"},
                }
            },
        },
        {"name": "Dana Lee", "email": EMAIL, "company": "Brightfields"},
    ),
    "form's own name": (
        {"payload": {"name": "Contact form", "data": {"Name": "Dana Lee", "Email": EMAIL}}},
        {"name": "Dana Lee", "email": EMAIL},
    ),
    "form's own name, nobody's": (
        {"payload": {"name": "Demo request", "data": {"Email": EMAIL}}},
        {"email": EMAIL, "action": "demo"},
    ),
    "labels": (
        {
            "data": {
                "formName": "Pricing",
                "fields": [
                    {"key": "question_1", "label": "Your name", "type": "INPUT_TEXT", "value": "Dana Lee"},
                    {
                        "key": "question_2",
                        "label": "Where can we reach you?",
                        "type": "INPUT_EMAIL",
                        "value": EMAIL,
                    },
                    {
                        "key": "question_3",
                        "label": "Team size",
                        "type": "MULTIPLE_CHOICE",
                        "value": ["11-50"],
                    },
                ],
            }
        },
        {"name": "Dana Lee", "email": EMAIL, "action": "pricing"},
    ),
    "names and values": (
        {
            "field_data": [
                {"name": "full_name", "values": ["Dana Lee"]},
                {"name": "email", "values": [EMAIL]},
                {"name": "phone_number", "values": ["+12125550147"]},
            ]
        },
        {"name": "Dana Lee", "email": EMAIL, "phone": "+12125550147"},
    ),
    "columns": (
        {
            "lead_id": "1",
            "user_column_data": [
                {"column_id": "FULL_NAME", "string_value": "Dana Lee", "column_name": "Full Name"},
                {"column_id": "EMAIL", "string_value": EMAIL, "column_name": "User Email"},
            ],
        },
        {"name": "Dana Lee", "email": EMAIL},
    ),
    "typed answers": (
        {
            "event_id": "1",
            "form_response": {
                "form_id": "x",
                "definition": {
                    "title": "Quote",
                    "fields": [
                        {"id": "a1", "title": "What is your full name?", "type": "short_text"},
                        {"id": "b2", "title": "E-mail?", "type": "email"},
                        {"id": "c3", "title": "Message", "type": "long_text"},
                    ],
                },
                "answers": [
                    {"type": "text", "text": "Dana Lee", "field": {"id": "a1", "type": "short_text"}},
                    {"type": "email", "email": EMAIL, "field": {"id": "b2", "type": "email"}},
                    {
                        "type": "choice",
                        "choice": {"label": "Hello there"},
                        "field": {"id": "c3", "type": "long_text"},
                    },
                ],
            },
        },
        {"name": "Dana Lee", "email": EMAIL, "message": "Hello there"},
    ),
    "questions": (
        {
            "answers": [
                {"question": "What's your e-mail?", "answer": EMAIL},
                {"question": "Company", "answer": "Brightfields"},
            ]
        },
        {"email": EMAIL, "company": "Brightfields"},
    ),
    "form fields": (
        {
            "fields": {
                "name": {
                    "id": "name",
                    "type": "text",
                    "title": "Name",
                    "value": "Dana Lee",
                    "raw_value": "Dana Lee",
                    "required": "1",
                },
                "field_1": {
                    "id": "field_1",
                    "type": "email",
                    "title": "Email",
                    "value": EMAIL,
                    "raw_value": EMAIL,
                    "required": "1",
                },
            },
            "meta": {"page_url": {"title": "Page URL", "value": "https://brightfields.example/contact"}},
        },
        {"name": "Dana Lee", "email": EMAIL, "page": "https://brightfields.example/contact"},
    ),
    "somebody else's address": (
        {
            "owner": {"email": "rep@acme.example", "name": "Rep"},
            "owner_email": "rep@acme.example",
            "to": "sales@acme.example",
            "lead": {"mail": EMAIL},
        },
        {"email": EMAIL},
    ),
    "an address under any name": ({"q7": EMAIL, "q8": "no"}, {"email": EMAIL}),
    "what they did": (
        {
            "email": EMAIL,
            "form_name": "Download our buyer's guide",
            "resource": "Buyer's guide",
            "url": "/guide",
            "product": "CRM",
            "utm_source": "google",
            "utm": {"medium": "cpc"},
            "campaign": {"name": "Spring"},
            "referrer": "https://x.example",
        },
        {
            "email": EMAIL,
            "action": "download",
            "resource": "Buyer's guide",
            "page": "/guide",
            "product": "CRM",
            "campaign": {
                "utm_source": "google",
                "utm_medium": "cpc",
                "campaign": "Spring",
                "referrer": "https://x.example",
            },
        },
    ),
    "where they are": (
        {"email": EMAIL, "country": "Germany", "timezone": "Europe/Berlin", "phone": "030 901820"},
        {"email": EMAIL, "country": "DE", "zone": "Europe/Berlin", "phone": "+4930901820"},
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_lead_is_read_from_the_usual_shapes(shape: str) -> None:
    tree, expected = SHAPES[shape]
    assert found(tree, *expected) == expected


def test_only_one_way_to_reach_is_needed() -> None:
    assert found({"email": EMAIL}) == {"email": EMAIL}
    assert found({"tel": "+12125550147"}) == {"phone": "+12125550147"}
    assert found({"linkedin": "dana-lee"}, "handle") == {"handle": "linkedin:dana-lee"}


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("Dana.Lee@Brightfields.EXAMPLE ", "dana.lee@brightfields.example"),
        ("mailto:dana@brightfields.example", EMAIL),
        ("Dana Lee <dana@brightfields.example>", EMAIL),
        ("dana+news@brightfields.example", "dana+news@brightfields.example"),
        ("jürgen@müller.example", "jürgen@müller.example"),
        ("o'neil@brightfields.example", "o'neil@brightfields.example"),
    ],
)
def test_an_address_may_be_unusual(written: str, address: str) -> None:
    assert read({"email": written}).email == address


def test_a_malformed_address_with_a_good_phone_is_a_lead_and_keeps_what_was_written() -> None:
    lead = read({"email": "dana(at)brightfields", "phone": "212 555 0147"})
    assert (lead.email, lead.phone) == (None, "+12125550147")
    assert lead.facts == {"email_as_given": "dana(at)brightfields"}


def test_of_several_addresses_the_first_good_one_counts_and_the_others_are_kept() -> None:
    lead = read(
        {
            "email": "n/a",
            "work_email": EMAIL,
            "personal_email": "dana@home.example",
            "mobile": "x",
            "phone": "+12125550147",
        }
    )
    assert (lead.email, lead.facts["other_emails"], lead.phone) == (
        EMAIL,
        ["dana@home.example"],
        "+12125550147",
    )


@pytest.mark.parametrize(
    ("written", "country", "phone"),
    [
        ("(212) 555-0147", "US", "+12125550147"),
        ("020 7946 0958", "GB", "+442079460958"),
        ("+44 (0)20 7946 0958", "US", "+442079460958"),
        ("0044 20 7946 0958", "US", "+442079460958"),
        ("442079460958", "US", "+442079460958"),
        ("+1-212-736-5000 ext. 4", None, "+12127365000"),
        ("12345", "US", "12345"),
        ("555-555-5432", "US", "555-555-5432"),
        ("call me!", None, "call me!"),
    ],
)
def test_a_phone_is_written_internationally_if_it_exists_and_else_left_alone(
    written: str, country: str | None, phone: str
) -> None:
    assert read({"email": EMAIL, "phone": written}, country=country).phone == phone


@pytest.mark.parametrize(
    ("tree", "handle", "url"),
    [
        (
            {"linkedin_url": "https://www.linkedin.com/in/Dana-Lee/?x=1"},
            "linkedin:dana-lee",
            "https://www.linkedin.com/in/Dana-Lee/?x=1",
        ),
        (
            {"profile": "uk.linkedin.com/in/dana-lee"},
            "linkedin:dana-lee",
            "https://uk.linkedin.com/in/dana-lee",
        ),
        ({"LinkedIn": "dana-lee"}, "linkedin:dana-lee", "https://www.linkedin.com/in/dana-lee"),
        (
            {"linkedin": "linkedin.com/company/acme"},
            "linkedin:company/acme",
            "https://linkedin.com/company/acme",
        ),
        ({"twitter": "@Dana"}, "x:dana", "https://x.com/Dana"),
        ({"x": "https://twitter.com/dana"}, "x:dana", "https://twitter.com/dana"),
        ({"Instagram handle": "@dana.lee"}, "instagram:dana.lee", "https://www.instagram.com/dana.lee"),
        ({"handle": "@Dana"}, "@dana", None),
    ],
)
def test_a_profile_is_a_way_to_reach_somebody(tree: dict[str, Tree], handle: str, url: str | None) -> None:
    lead = read(tree)
    assert (lead.handle, lead.profile_url) == (handle, url)


@pytest.mark.parametrize(
    "value",
    [
        "https://evil.example/in/dana",
        "javascript:alert(1)",
        "//linkedin.com/in/x",
        "ftp://linkedin.com/in/dana",
        "https://linkedin.com/",
        "http://[",
        "not a handle",
        "@",
    ],
)
def test_an_address_of_something_else_is_no_profile(value: str) -> None:
    with pytest.raises(UnreadableError):
        read({"handle": value})


@pytest.mark.parametrize(
    ("tree", "first", "last", "name"),
    [
        ({"name": "Dr. Dana Lee"}, "Dana", "Lee", "Dr. Dana Lee"),
        ({"name": "LEE, DANA"}, "Dana", "Lee", "Dana Lee"),
        ({"full_name": "dana van der berg"}, "Dana", "van der Berg", "Dana van der Berg"),
        ({"name": "Madonna"}, "Madonna", None, "Madonna"),
        ({"first_name": "DANA", "last_name": "mcdonald"}, "Dana", "McDonald", "Dana McDonald"),
        (
            {"first_name": "José María", "last_name": "O'Neil-Ruiz"},
            "José María",
            "O'Neil-Ruiz",
            "José María O'Neil-Ruiz",
        ),
        ({"last_name": "Lee"}, None, "Lee", "Lee"),
        ({"name": "李小龍"}, None, "李小龍", "李小龍"),
        ({"name": "<!channel> *x*"}, "<!channel>", "*x*", "<!channel> *x*"),
        ({}, None, None, None),
    ],
)
def test_names_are_taken_apart_and_put_right(
    tree: dict[str, Tree], first: str | None, last: str | None, name: str | None
) -> None:
    lead = read({"email": EMAIL, **tree})
    assert (lead.first_name, lead.last_name, lead.name) == (first, last, name)


def test_a_sources_map_wins_over_every_guess_and_its_defaults_fill_the_rest() -> None:
    source = Source(
        map={
            "email": "contact.work_email",
            "company": "answers.1.value",
            "message": "What do you need?",
            "handle": "contact.x",
        },
        defaults={"action": "demo", "country": "DE", "company": "unused"},
    )
    tree: Tree = {
        "email": "wrong@brightfields.example",
        "contact": {"work_email": EMAIL, "x": "dana"},
        "answers": [{"name": "a", "value": "no"}, {"name": "b", "value": "Brightfields"}],
        "What do you need?": "Help",
        "phone": "030 901820",
    }
    lead = read(tree, source=source)
    assert (lead.email, lead.company, lead.message, lead.handle) == (EMAIL, "Brightfields", "Help", "x:dana")
    assert (lead.action, lead.country, lead.phone) == ("demo", "DE", "+4930901820")


def test_a_map_that_points_nowhere_leaves_the_guess() -> None:
    assert read({"email": EMAIL}, source=Source(map={"email": "contact.9.mail"})).email == EMAIL


@pytest.mark.parametrize(
    ("sent", "consents"),
    [
        ({}, True),
        ({"consent": True}, True),
        ({"consent": "I agree to be contacted"}, True),
        ({"consent": False}, False),
        ({"opt-in": "No"}, False),
        ({"gdpr_consent": "0"}, False),
        ({"opt_out": "yes"}, False),
        ({"unsubscribed": "false"}, True),
    ],
)
def test_sending_a_form_is_consent_unless_it_says_no(sent: dict[str, Any], consents: bool) -> None:
    tree = {name: str(value).lower() if isinstance(value, bool) else value for name, value in sent.items()}
    assert read({"email": EMAIL, **tree}).consents is consents


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-03-01T10:00:00+01:00", datetime(2026, 3, 1, 9, tzinfo=UTC)),
        ("2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
        ("1772355600", datetime(2026, 3, 1, 9, tzinfo=UTC)),
        ("1772355600000", datetime(2026, 3, 1, 9, tzinfo=UTC)),
        ("last week", None),
        ("0001-01-01T00:00:00+14:00", None),
    ],
)
def test_the_moment_of_consent_may_be_mapped(written: str, moment: datetime | None) -> None:
    source = Source(map={"consent_at": "when"})
    assert read({"email": EMAIL, "when": written}, source=source).consented_at == moment


def test_answers_to_a_forms_own_questions_stay_with_the_lead_and_technicalities_do_not() -> None:
    tree: Tree = {
        "email": EMAIL,
        "Team size": "11-50",
        "timeline": "this quarter",
        "form_id": "7",
        "_token": "s3",
        "x": "",
    }
    lead = read({"request_id": "1", "data": tree})
    assert lead.facts == {"answers": {"Team size": "11-50", "timeline": "this quarter"}}


def test_all_that_was_written_is_the_message() -> None:
    assert (
        read({"email": EMAIL, "message": "First.", "comments": "Second.", "notes": "First."}).message
        == "First.\n\nSecond."
    )


def test_everything_fits_its_column() -> None:
    names = (
        "name",
        "company",
        "job_title",
        "message",
        "page",
        "product",
        "action",
        "resource",
        "phone",
        "country",
        "utm_source",
        "q1",
        "id",
    )
    lead = read({"email": EMAIL, **dict.fromkeys(names, "x" * 50000)})
    assert (len(lead.action or ""), len(lead.product or ""), len(lead.phone or "")) == (64, 64, 32)
    assert len(lead.message or "") == 10_000
    assert len(str(asdict(lead))) < 20_000


@pytest.mark.parametrize(
    ("tree", "why"),
    [
        ({"leadgen_id": "233370042045345", "form_id": "1"}, "It carries only an id (233370042045345)"),
        (
            {"name": "Dana Lee", "id": "7"},
            "There is no e-mail address, phone number or profile to reach anybody with.",
        ),
        ({"email": "dana(at)x"}, '"dana(at)x" is no e-mail address that exists, and there is no other way'),
        ({"phone": "12345"}, '"12345" is no phone number that exists'),
        ({}, "There is no e-mail address"),
        ("text", "There is no e-mail address"),
    ],
)
def test_somebody_who_cannot_be_reached_is_no_lead_and_it_says_why(tree: Tree, why: str) -> None:
    with pytest.raises(UnreadableError) as raised:
        read_lead(tree, PLAIN, "US")
    assert str(raised.value).startswith(why)


@pytest.mark.parametrize(
    ("tree", "emails"),
    [
        ([{"email": "a@b.example"}, {"email": "c@d.example"}], ["a@b.example", "c@d.example"]),
        ([[{"email": "a@b.example"}], [{"email": "c@d.example"}]], ["a@b.example", "c@d.example"]),
        ({"leads": [{"email": "a@b.example"}, {"email": "c@d.example"}]}, ["a@b.example", "c@d.example"]),
        (
            {"data": {"contacts": [{"email": "a@b.example"}, {"email": "c@d.example"}]}},
            ["a@b.example", "c@d.example"],
        ),
        ({"email": "a@b.example", "items": [{"email": "gift@d.example"}]}, ["a@b.example"]),
        (
            {"data": [{"name": "email", "value": "a@b.example"}, {"name": "x", "value": "c@d.example"}]},
            ["a@b.example"],
        ),
    ],
)
def test_an_array_is_several_leads_only_when_it_is_one_of_leads(tree: Tree, emails: list[str]) -> None:
    assert [read_lead(lead, PLAIN, None).email for lead in split_leads(tree)] == emails


def test_what_stands_around_several_leads_belongs_to_each() -> None:
    tree: Tree = {
        "form_name": "Demo",
        "leads": [{"email": "a@b.example"}, {"email": "c@d.example", "form_name": "Newsletter"}],
    }
    assert [read_lead(lead, PLAIN, None).action for lead in split_leads(tree)] == ["demo", "newsletter"]


@pytest.mark.parametrize(
    ("words", "action"),
    [
        ("Request a Demo", "demo"),
        ("pricing-page", "pricing"),
        ("Get a quote", "pricing"),
        ("Contact sales", "sales"),
        ("Contact us", "contact"),
        ("free_ebook", "download"),
        ("Newsletter signup", "newsletter"),
        ("Page view", "visit"),
        ("democracy", None),
        ("", None),
    ],
)
def test_what_they_did_is_one_word(words: str, action: str | None) -> None:
    assert known_action(words) == action


trees = st.recursive(
    st.text() | st.sampled_from([EMAIL, "+12125550147", "@dana", "https://linkedin.com/in/dana", "false"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["email", "Phone", "name", "value", "label", "fields", "leads", "type", "field", "id"]
            )
            | st.text(max_size=8),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(trees)
def test_any_body_gives_reachable_leads_or_reasons(tree: Tree) -> None:
    for lead in split_leads(tree):
        try:
            read_this = read_lead(lead, PLAIN, "US")
        except UnreadableError as error:
            assert str(error)  # noqa: PT017
        else:
            assert read_this.email or read_this.phone or read_this.handle
