"""One lead of a body as our own fields: the source's map first, then guesses, then its defaults."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from holidays.registry import COUNTRIES
from phonenumbers import SUPPORTED_REGIONS

from bot.intake.reading.actions import known_action
from bot.intake.reading.bodies import Tree, UnreadableError
from bot.intake.reading.contact import Handle, email_address, handle_of, person_name, phone_number
from bot.intake.reading.fields import guess, unrecognised
from bot.intake.reading.leaves import Leaf, leaves, plain, value_at
from bot.intake.reading.names import NO, TECHNICAL, YES
from bot.team.sources import Source

MAX_LENGTHS = {
    "email": 320,
    "phone": 32,
    "action": 64,
    "product": 64,
    "message": 10_000,
    "page": 2000,
    "resource": 500,
}
MAX_LENGTH = 255
MAX_ANSWERS = 20
MAX_ANSWER = 500

_REACH = ("email", "phone", "handle", "profile_url")
_ADS = (
    "campaign",
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "utm_term",
    "utm_content",
    "gclid",
    "fbclid",
    "msclkid",
)


@dataclass(frozen=True)
class ReadLead:
    """A lead as read, bounded to what its columns hold. At least one of email, phone and handle is there."""

    name: str | None
    first_name: str | None
    last_name: str | None
    email: str | None
    phone: str | None
    """E.164 where the number exists, else as it was given."""
    handle: str | None
    profile_url: str | None
    company: str | None
    title: str | None
    country: str | None
    zone: str | None
    action: str | None
    resource: str | None
    message: str | None
    page: str | None
    product: str | None
    campaign: dict[str, str]
    facts: dict[str, Any]
    """What has no column: `answers` to the form's own questions, `external_id`, values as they were given."""
    consents: bool
    """Sending a form is consent (R50), unless the body says no."""
    consented_at: datetime | None
    """When, if the body says so; else the arrival counts."""
    is_test: bool

    def as_facts(self) -> dict[str, Any]:
        """What was read, as JSON for the inbox: only what is there."""
        written = {name: value for name, value in asdict(self).items() if value}
        return written | ({"consented_at": self.consented_at.isoformat()} if self.consented_at else {})


class _Values:
    """The candidates for each of our fields, best first."""

    def __init__(self, tree: Tree, source: Source) -> None:
        self.sent = leaves(tree)
        self.of = guess(self.sent)
        for name, text in source.defaults.items():
            if not self.of.get(name):
                self.of[name] = [Leaf((), (name,), text)]
        for name, path in source.map.items():
            if text := value_at(tree, path):
                self.of[name] = [Leaf((), (name, path.split(".")[-1]), text)]

    def all(self, *names: str) -> list[Leaf]:
        return [leaf for name in names for leaf in self.of.get(name, [])]

    def first(self, name: str) -> str | None:
        found = self.of.get(name)
        return found[0].value[: MAX_LENGTHS.get(name, MAX_LENGTH)] if found else None


def read_lead(tree: Tree, source: Source, country: str | None) -> ReadLead:
    """The lead in one element of a body. `country` is for phones written without their prefix.

    Raises UnreadableError when there is no way to reach it: no e-mail address, phone number or profile.
    """
    values = _Values(tree, source)
    own_country = _country(values.first("country"))
    emails = _usable(email_address(leaf.value) for leaf in values.all("email"))
    phones = _usable(phone_number(leaf.value, own_country or country) for leaf in values.all("phone"))
    profile = _profile(values)
    if not (emails or phones or profile):
        raise UnreadableError(_why_unreachable(values))
    name = person_name(values.first("first_name"), values.first("last_name"), values.first("name"))
    action = _action(values)
    return ReadLead(
        name=name.full,
        first_name=name.first,
        last_name=name.last,
        email=emails[0] if emails else None,
        phone=phones[0] if phones else values.first("phone"),
        handle=profile.handle if profile else None,
        profile_url=profile.profile_url if profile else None,
        company=values.first("company"),
        title=values.first("title"),
        country=own_country,
        zone=_zone(values.first("zone")),
        action=action,
        resource=values.first("resource"),
        message=_message(values),
        page=values.first("page"),
        product=values.first("product"),
        campaign={name: text for name in (*_ADS, "referrer") if (text := values.first(name))},
        facts=_facts(values, emails, phones, action),
        consents=_consents(values),
        consented_at=_instant(values.first("consent_at")),
        is_test=_is_yes(values.first("test")),
    )


def is_reachable(tree: Tree) -> bool:
    """Whether this part of a body holds a lead of its own, as far as names tell."""
    return not guess(leaves(tree)).keys().isdisjoint(_REACH)


def _usable(found: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(each for each in found if each))


def _profile(values: _Values) -> Handle | None:
    return next((handle for leaf in values.all("profile_url", "handle") if (handle := handle_of(leaf))), None)


def _why_unreachable(values: _Values) -> str:
    for name, what in (("email", "e-mail address"), ("phone", "phone number")):
        if written := values.first(name):
            return f'"{written}" is no {what} that exists, and there is no other way to reach anybody.'
    identity = values.first("external_id")
    if identity and values.of.keys().isdisjoint({"name", "first_name", "last_name", "company", "message"}):
        return f"It carries only an id ({identity}): have the sender include an e-mail address or a phone."
    return "There is no e-mail address, phone number or profile to reach anybody with."


def _action(values: _Values) -> str | None:
    written = values.first("action")
    if written:
        return known_action(written) or written
    if values.first("resource"):
        return "download"
    return "contact" if values.first("message") else None


def _message(values: _Values) -> str | None:
    """Everything the lead wrote into the fields that stand beside each other."""
    found = values.all("message")
    texts = dict.fromkeys(leaf.value for leaf in found if leaf.container == found[0].container)
    return "\n\n".join(texts)[: MAX_LENGTHS["message"]] or None


def _facts(values: _Values, emails: list[str], phones: list[str], action: str | None) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "email_as_given": None if emails else values.first("email"),
        "other_emails": emails[1:],
        "other_phones": phones[1:],
        "action_as_given": None if values.first("action") == action else values.first("action"),
        "external_id": values.first("external_id"),
        "source_detail": values.first("source_detail"),
        "region": values.first("region"),
        "language": values.first("language"),
        "size": _number(values.first("size")),
        "customer": plain(values.first("customer") or "") in YES,
        "answers": _answers(values),
    }
    return {name: value for name, value in facts.items() if value}


def _answers(values: _Values) -> dict[str, str]:
    """What a form asked of its own accord (R25): short values that stand beside the way to reach the lead."""
    homes = {leaf.container for leaf in values.all(*_REACH)}
    used = {leaf.value for found in values.of.values() for leaf in found}
    answers: dict[str, str] = {}
    for leaf in unrecognised(values.sent):
        is_answer = (
            leaf.container in homes and leaf.value not in used and not TECHNICAL.search(plain(leaf.names[0]))
        )
        if is_answer and len(answers) < MAX_ANSWERS:
            answers.setdefault(leaf.names[0], leaf.value[:MAX_ANSWER])
    return answers


def _consents(values: _Values) -> bool:
    given, withdrawn = values.first("consent"), values.first("opt_out")
    return not (given is not None and plain(given) in NO) and not _is_yes(withdrawn)


def _is_yes(text: str | None) -> bool:
    return text is not None and plain(text) not in NO


def _number(text: str | None) -> int | None:
    """The first number in it: of "51-200" or "1,000+ people" the least."""
    found = re.search(r"\d[\d,.' ]{0,12}", text or "", re.ASCII)
    return int(re.sub(r"\D", "", found[0])) if found else None


def _instant(text: str | None) -> datetime | None:
    """An ISO date and time, UTC unless it says otherwise, or seconds or milliseconds since 1970."""
    if text is None:
        return None
    try:
        if re.fullmatch(r"\d{9,13}", text):
            return datetime.fromtimestamp(int(text) / (1000 if len(text) > 10 else 1), UTC)
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _zone(text: str | None) -> str | None:
    return text if text in _zones() else None


def _country(text: str | None) -> str | None:
    """The two-letter code of a country given by code or English name."""
    if text is None:
        return None
    if text.upper() in SUPPORTED_REGIONS:
        return text.upper()
    return _countries().get(plain(text))


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    by_name = {plain(name): codes[1] for name, codes in COUNTRIES.items()}
    by_long_code = {codes[2].casefold(): codes[1] for codes in COUNTRIES.values()}
    return (
        by_name
        | by_long_code
        | {"uk": "GB", "greatbritain": "GB", "england": "GB", "unitedstatesofamerica": "US"}
    )
