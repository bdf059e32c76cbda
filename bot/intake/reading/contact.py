"""The ways to reach a lead, normalised by libraries and never refused for being unusual."""

import re
from email.utils import parseaddr
from typing import Literal, NamedTuple
from urllib.parse import unquote, urlsplit

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from nameparser import HumanName

from bot.intake.reading.bodies import clean
from bot.intake.reading.leaves import Leaf, plain
from bot.intake.reading.names import NETWORKS

MAX_NAME = 200
MAX_HANDLE = 255
MAX_WRITTEN_ADDRESS = 600
"""With the name of whose it is; what is longer is no address, and parsers get lost in it."""

_PROFILE_AT = {
    "linkedin": "https://www.linkedin.com/in/",
    "x": "https://x.com/",
    "instagram": "https://www.instagram.com/",
}
_PERSONS_PATH = {"linkedin": "in", "bluesky": "profile", "xing": "profile"}
_KINDS_OF_PAGE = frozenset(
    (
        "company",
        "school",
        "showcase",
        "people",
        "pub",
        "pages",
        "groups",
        "channel",
        "c",
        "user",
        "profile.php",
    )
)
_USER = re.compile(r"\w[\w.-]*")
_ORDINARY_NAME = re.compile(r"[\w\s.,'’-]+")
_ONE_NETWORK = {"twitter": "x"}
_NETWORK_OF_HOST = {host: network for network, host in NETWORKS.items()}


class Handle(NamedTuple):
    """A profile one can write to: "linkedin:dana-lee", or "@dana" where the network is not known."""

    handle: str
    profile_url: str | None


class Name(NamedTuple):
    first: str | None
    last: str | None
    full: str | None


def email_address(written: str) -> str | None:
    """The address in lower case, or None. Its domain is not asked for over the network."""
    if len(written) > MAX_WRITTEN_ADDRESS:
        return None
    address = written.removeprefix("mailto:")
    if "<" in address:
        address = parseaddr(address)[1]
    try:
        return validate_email(address.strip(" \"'<>,;."), check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        return None


def phone_number(written: str, country: str | None) -> str | None:
    """E.164, or None for a number that does not exist. `country` is for numbers without their prefix."""
    international = re.sub(r"^\s*(\(?00|\+\s*00)", "+", written)
    attempts = (international, written, "+" + written)
    return next((number for attempt in attempts if (number := _e164(attempt, country))), None)


def handle_of(leaf: Leaf) -> Handle | None:
    """The profile in a value: "https://linkedin.com/in/dana", "@dana", or "dana" under the name "LinkedIn"."""
    value = leaf.value.strip()
    if not value or len(value) > MAX_HANDLE or re.search(r"\s", value):
        return None
    if "/" in value or value.lower().startswith("www."):
        return _handle_in_url(value)
    network = next((network for name in leaf.names if (network := _network_named(name))), None)
    user = value.removeprefix("@")
    if not _USER.fullmatch(user):
        return None
    if network is None:
        return Handle(f"@{user.lower()}", None)
    profile = _PROFILE_AT.get(network)
    return Handle(f"{network}:{user.lower()}", f"{profile}{user}" if profile else None)


def person_name(first: str | None, last: str | None, full: str | None) -> Name:
    """First, last and full name; a full name alone is taken apart. Names all in one case are put right."""
    if first or last:
        first, last = _well_cased("first", first), _well_cased("last", last)
        return Name(first, last, " ".join(filter(None, (first, last))))
    if not full:
        return Name(None, None, None)
    written = full[:MAX_NAME]
    parsed = HumanName(written)
    if not _ORDINARY_NAME.fullmatch(written):
        return Name(parsed.first or None, parsed.last or None, written)
    parsed.capitalize()
    return Name(parsed.first or None, parsed.last or None, str(parsed) or written)


def _e164(written: str, country: str | None) -> str | None:
    try:
        number = phonenumbers.parse(written, country)
    except phonenumbers.NumberParseException:
        return None
    # Any few digits parse; only an existing range is a number one can call.
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _handle_in_url(url: str) -> Handle | None:
    whole = url if "://" in url else f"https://{url}"
    try:
        parts = urlsplit(whole)
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    network = next(
        (name for known, name in _NETWORK_OF_HOST.items() if host == known or host.endswith(f".{known}")),
        None,
    )
    steps = [
        step
        for step in clean(unquote(parts.path)).lower().split("/")
        if step and step != _PERSONS_PATH.get(network or "")
    ]
    if network is None or not steps or parts.scheme not in {"http", "https"}:
        return None
    # Elsewhere the first step is the person's name; these are kinds of page, and the rest tells them apart.
    user = "/".join(steps) + parts.query if steps[0] in _KINDS_OF_PAGE else steps[0].removeprefix("@")
    return Handle(f"{_ONE_NETWORK.get(network, network)}:{user}"[:MAX_HANDLE], whole)


def _network_named(name: str) -> str | None:
    called = plain(name)
    if called == "x":
        return "x"
    network = next((network for network in NETWORKS if network != "x" and network in called), None)
    return _ONE_NETWORK.get(network, network) if network else None


def _well_cased(part: Literal["first", "last"], written: str | None) -> str | None:
    if not written:
        return None
    written = written[:MAX_NAME]
    if not _ORDINARY_NAME.fullmatch(written):
        return written
    parsed = HumanName(first=written) if part == "first" else HumanName(last=written)
    # Changes only what is all upper or all lower case.
    parsed.capitalize()
    return str(getattr(parsed, part)) or written
