"""The kinds of value a team document holds, each refusing what it cannot be, with a mend."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from email_validator import EmailNotValidError, validate_email
from phonenumbers import SUPPORTED_REGIONS
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo


class Entry(BaseModel):
    """A block of the document: frozen, and nothing in it that is not a setting."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True)
class Known:
    """What the whole document names, so that each value can be checked where it stands."""

    reps: tuple[str, ...]
    pools: tuple[str, ...]
    plans: Collection[str] | None
    zone: str
    country: str | None
    people: Mapping[str, tuple[str, ...]]
    """The keys of the reps behind each e-mail address and Slack id, in lower case."""

    @classmethod
    def from_document(cls, raw: Mapping[Any, Any], plans: Collection[str] | None) -> "Known":
        """Read from the unchecked document, so that one mistake hides no other."""
        zone, country = raw.get("zone"), raw.get("country")
        return cls(
            reps=tuple(_block(raw, "reps")),
            pools=tuple(_block(raw, "pools")),
            plans=None if plans is None else {*plans, *_block(raw, "plans")},
            zone=zone if isinstance(zone, str) and zone in _zones() else "UTC",
            country=country if isinstance(country, str) and country in SUPPORTED_REGIONS else None,
            people=_people(_block(raw, "reps")),
        )


def known(info: ValidationInfo) -> Known:
    """The document around the value being checked."""
    assert isinstance(info.context, Known)
    return info.context


def _block(raw: Mapping[Any, Any], name: str) -> dict[str, Any]:
    block = raw.get(name)
    return {str(key): value for key, value in block.items()} if isinstance(block, dict) else {}


def _people(reps: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    keys: defaultdict[str, list[str]] = defaultdict(list)
    for key, rep in reps.items():
        ways = (rep.get("email"), rep.get("slack")) if isinstance(rep, dict) else (rep,)
        for way in ways:
            if isinstance(way, str):
                keys[way.lower()].append(key)
    return {way: tuple(owners) for way, owners in keys.items()}


def listed(words: Iterable[str]) -> str:
    """`ana, ben and cleo`."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """A question naming the nearest choice, or all of a few, or nothing."""
    choices = sorted(choices)
    by_lower = {choice.lower(): choice for choice in choices}
    if near := get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6):
        return f" Did you mean {by_lower[near[0]]!r}?"
    return f" There is {listed(choices)}." if 0 < len(choices) <= 12 else ""


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _one_line(value: str) -> str:
    if not value.isprintable():
        raise ValueError("must be one line of plain text.")
    return value


def _zone(value: str) -> str:
    if value not in _zones():
        raise ValueError(
            f"there is no time zone {value!r}; write it like America/New_York.{did_you_mean(value, _zones())}"
        )
    return value


def _country(value: str) -> str:
    if value not in SUPPORTED_REGIONS:
        raise ValueError(f"there is no country {value!r}; write its two-letter code, such as US or GB.")
    return value


def _link(value: str) -> str:
    try:
        parts = urlsplit(value)
        whole = parts.scheme in {"http", "https"} and bool(parts.hostname) and not re.search(r"\s", value)
    except ValueError:
        whole = False
    if not whole:
        raise ValueError(f"{value!r} is not a link; write it whole, like https://cal.example/acme.")
    return value


def _email(value: str) -> str:
    try:
        return validate_email(value, check_deliverability=False).normalized
    except EmailNotValidError as refusal:
        raise ValueError(f"{value!r} is not an e-mail address: {refusal}") from refusal


def _slack_user(value: str) -> str:
    if not re.fullmatch(r"[UW][A-Z0-9]{2,}", value):
        raise ValueError(
            f"{value!r} is not a Slack id; copy it from the person's profile, it looks like U012ABCDEF."
        )
    return value


def _channel(value: str) -> str:
    if not re.fullmatch(r"#[^\s#A-Z]{1,80}|[CG][A-Z0-9]{2,}", value):
        raise ValueError(
            f'{value!r} is not a channel; write "#its-name" in lower case and quotes, or its id: C012ABCDEF.'
        )
    return value


def _alone(value: str, info: ValidationInfo) -> str:
    owners = known(info).people.get(value.lower(), ())
    if len(owners) > 1:
        raise ValueError(f"{value!r} belongs to {listed(owners)}; one person is one rep.")
    return value


def _key(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]*", value):
        raise ValueError(
            f"{value!r} is no name to refer to; use lower-case letters, digits, dots and hyphens."
        )
    return value


def _source_name(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9-]+", value):
        raise ValueError(
            f"{value!r} is part of a web address; use lower-case letters, digits and hyphens only."
        )
    return value


def rep_key(value: str, info: ValidationInfo) -> str:
    """The key, if a rep of the document has it. Raises ValueError."""
    if value not in known(info).reps:
        raise ValueError(f"there is no rep {value!r} under reps.{did_you_mean(value, known(info).reps)}")
    return value


def pool_key(value: str, info: ValidationInfo) -> str:
    """The key, if a pool of the document has it. Raises ValueError."""
    if value not in known(info).pools:
        raise ValueError(f"there is no pool {value!r} under pools.{did_you_mean(value, known(info).pools)}")
    return value


def _plan_key(value: str, info: ValidationInfo) -> str:
    plans = known(info).plans
    if plans is not None and value not in plans:
        raise ValueError(f"there is no plan {value!r}.{did_you_mean(value, plans)}")
    return value


def _each_once(values: tuple[str, ...]) -> tuple[str, ...]:
    if repeated := sorted({value for value in values if values.count(value) > 1}):
        raise ValueError(f"{listed(repeated)} stands here more than once.")
    return values


Text = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_one_line)]
Zone = Annotated[str, AfterValidator(_zone)]
Country = Annotated[str, AfterValidator(_country)]
Link = Annotated[str, Field(max_length=1000), AfterValidator(_link)]
Email = Annotated[str, AfterValidator(_email)]
RepEmail = Annotated[str, AfterValidator(_email), AfterValidator(_alone)]
SlackUser = Annotated[str, AfterValidator(_slack_user), AfterValidator(_alone)]
Channel = Annotated[str, AfterValidator(_channel)]
Key = Annotated[str, Field(max_length=60), AfterValidator(_key)]
SourceName = Annotated[str, Field(max_length=60), AfterValidator(_source_name)]
RepKey = Annotated[str, AfterValidator(rep_key)]
PoolKey = Annotated[str, AfterValidator(pool_key)]
PlanKey = Annotated[str, AfterValidator(_plan_key)]
People = Annotated[tuple[RepKey, ...], Field(min_length=1), AfterValidator(_each_once)]
