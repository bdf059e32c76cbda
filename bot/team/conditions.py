"""When a rule applies: conditions on a lead, as data, shared by points and routing rules (R34, R35, R37).

Every line of a condition must hold; of several values in one line, any will do.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import translate
from functools import cached_property, lru_cache
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, PlainValidator

from bot.team.fields import Country, Entry, Text

WORDS = (
    "action",
    "source",
    "product",
    "campaign",
    "page",
    "resource",
    "title",
    "company",
    "region",
    "language",
)
"""What a condition compares as words, a * standing for any letters."""

Filled = Literal["email", "phone", "handle", "company", "title", "message", "country", "product", "resource"]
TierName = Literal["hot", "warm", "cool"]


@dataclass(frozen=True)
class Traits:
    """What conditions look at in a lead, over everything it did so far; words in lower case."""

    words: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By the names of `WORDS`."""
    country: str | None = None
    size: int | None = None
    """People in its company."""
    times: int = 1
    """How often it came in."""
    customer: bool = False
    free_mail: bool = False
    has: frozenset[str] = frozenset()
    tier: str | None = None


Test = Callable[[Traits], bool]


class Span(NamedTuple):
    """Whole numbers from `least` to `most`, both included."""

    least: int
    most: float

    def __str__(self) -> str:
        return f"{self.least}+" if self.most == float("inf") else f"{self.least}-{self.most}"


def span(written: object) -> Span:
    """ "50-199", "200+" or a single number. Raises ValueError."""
    found = re.fullmatch(r"(\d{1,9})\s*(?:(\+)|[-–]\s*(\d{1,9}))?", str(written).strip(), re.ASCII)
    if found is None or isinstance(written, bool):
        raise ValueError(f'{written!r} is no range of numbers; write it like "50-199" or "200+".')
    least = int(found[1])
    most = float("inf") if found[2] else int(found[3] or least)
    if most < least:
        raise ValueError(f"{written!r} runs backwards.")
    return Span(least, most)


def _listed(written: Any) -> Any:
    return written if written is None or isinstance(written, list | tuple) else [written]


def _some(values: tuple[Any, ...]) -> tuple[Any, ...]:
    if not values:
        raise ValueError("is empty: name at least 1, or leave it out.")
    return values


def _lower(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(value.casefold() for value in values)


Words = Annotated[tuple[Text, ...], BeforeValidator(_listed), AfterValidator(_some), AfterValidator(_lower)]
Countries = Annotated[tuple[Country, ...], BeforeValidator(_listed), AfterValidator(_some)]
Fields = Annotated[tuple[Filled, ...], BeforeValidator(_listed), AfterValidator(_some)]
Tiers = Annotated[tuple[TierName, ...], BeforeValidator(_listed), AfterValidator(_some)]
Numbers = Annotated[Span, PlainValidator(span), PlainSerializer(str)]
Truth = Annotated[bool, Field(strict=True)]


class Condition(Entry):
    """What must be true of a lead. An empty one is true of every lead."""

    action: Words | None = None
    source: Words | None = None
    product: Words | None = None
    campaign: Words | None = None
    page: Words | None = None
    resource: Words | None = None
    title: Words | None = None
    company: Words | None = None
    region: Words | None = None
    language: Words | None = None
    country: Countries | None = None
    size: Numbers | None = None
    times: Numbers | None = None
    customer: Truth | None = None
    free_mail: Truth | None = None
    has: Fields | None = None

    @cached_property
    def tests(self) -> tuple[Test, ...]:
        """What has to be true, each as a function: built once, as a decision looks at hundreds of conditions."""
        wanted = ((name, getattr(self, name)) for name in type(self).model_fields)
        return tuple(_test(name, value) for name, value in wanted if value is not None)

    def holds(self, lead: Traits) -> bool:
        """Whether all of it is true of this lead. What is not known of a lead is not true of it."""
        return all(test(lead) for test in self.tests)

    def covers(self, other: Self) -> bool:
        """Whether this is certainly true wherever `other` is. False also where it cannot be told."""
        return all(
            _COVERS.get(name, _words_cover)(mine, theirs)
            for name in type(self).model_fields
            if (mine := getattr(self, name)) is not None
            for theirs in (getattr(other, name),)
        )


class RuleCondition(Condition):
    """A condition on a lead that has its tier."""

    tier: Tiers | None = None


@lru_cache(maxsize=4096)
def _pattern(word: str) -> re.Pattern[str]:
    """Only the * means more than itself: ? and [ are common in addresses of pages."""
    return re.compile(translate(word.replace("[", "[[]").replace("?", "[?]")))


def _test(name: str, wanted: Any) -> Test:
    if name in WORDS:
        return _speaks(name, wanted)
    if isinstance(wanted, Span):
        return lambda lead: (
            (number := getattr(lead, name)) is not None and wanted.least <= number <= wanted.most
        )
    if name == "has":
        return lambda lead: lead.has.issuperset(wanted)
    return lambda lead: getattr(lead, name) in (wanted if isinstance(wanted, tuple) else (wanted,))


def _speaks(name: str, wanted: tuple[str, ...]) -> Test:
    words = frozenset(wanted)
    likes = tuple(_pattern(word).match for word in wanted if "*" in word)

    def test(lead: Traits) -> bool:
        said = lead.words.get(name) or ()
        return not words.isdisjoint(said) or any(like(word) for like in likes for word in said)

    return test


def _words_cover(mine: tuple[str, ...], theirs: tuple[str, ...] | None) -> bool:
    return theirs is not None and all(any(_word_covers(one, each) for one in mine) for each in theirs)


def _word_covers(mine: str, theirs: str) -> bool:
    return mine in (theirs, "*") or ("*" not in theirs and _pattern(mine).match(theirs) is not None)


def _span_covers(mine: Span, theirs: Span | None) -> bool:
    return theirs is not None and mine.least <= theirs.least and theirs.most <= mine.most


_COVERS: Mapping[str, Any] = {
    "country": lambda mine, theirs: theirs is not None and set(theirs) <= set(mine),
    "tier": lambda mine, theirs: theirs is not None and set(theirs) <= set(mine),
    "has": lambda mine, theirs: theirs is not None and set(mine) <= set(theirs),
    "size": _span_covers,
    "times": _span_covers,
    "customer": lambda mine, theirs: mine is theirs,
    "free_mail": lambda mine, theirs: mine is theirs,
}
