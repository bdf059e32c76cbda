"""Which of a sender's values is which of our fields, guessed from what the sender calls them.

A source's map (team document) always wins; these tables are for the many forms that need none.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.intake.reading.leaves import Leaf, plain
from bot.intake.reading.names import FIELD_OF, OTHERS, OTHERS_FIELD, PREFIXES, SOUNDS_LIKE, THINGS, WRAPPERS

MAX_ADDRESS = 320
_AMBIGUOUS = frozenset({"name", "title"})
_ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+")


@dataclass(frozen=True)
class Found:
    """A value that looks like one of our fields; the lower the rank, the surer."""

    rank: int
    leaf: Leaf


def guess(values: Iterable[Leaf]) -> dict[str, list[Leaf]]:
    """By our field, the values that look like it: the surest first, then the least nested, then as they came."""
    found: dict[str, list[Found]] = {}
    for leaf in values:
        if match := _match(leaf):
            field, rank = match
            found.setdefault(field, []).append(Found(rank, leaf))
    ranked = {
        field: [each.leaf for each in sorted(group, key=lambda each: (each.rank, len(each.leaf.container)))]
        for field, group in found.items()
    }
    return _without_names_of_things(ranked)


def unrecognised(values: Iterable[Leaf]) -> Iterator[Leaf]:
    """Values that look like none of our fields: answers to a form's own questions, and technicalities."""
    return (leaf for leaf in values if leaf.names and _match(leaf) is None)


def _match(leaf: Leaf) -> tuple[str, int] | None:
    """Our field and how unsure: 0 is called so, 1 sounds so, 2 only looks so."""
    if _is_about_somebody_else(leaf):
        return None
    parent = plain(leaf.container[-1]) if leaf.container else ""
    for name in map(plain, leaf.names):
        if name != "id" and (field := FIELD_OF.get(parent + name)):
            return field, 0
        if parent in THINGS:
            continue
        if field := FIELD_OF.get(name) or FIELD_OF.get(PREFIXES.sub("", name)):
            return field, 0
    if (field := _sounds_like(leaf)) is not None:
        return field, 1
    return ("email", 2) if len(leaf.value) <= MAX_ADDRESS and _ADDRESS.fullmatch(leaf.value) else None


def _is_about_somebody_else(leaf: Leaf) -> bool:
    if any(plain(step) in OTHERS for step in leaf.container):
        return True
    return bool(OTHERS_FIELD.search(_words(leaf.names[:1])))


def _sounds_like(leaf: Leaf) -> str | None:
    words = _words(leaf.names)
    return next(
        (
            field
            for field, pattern, value in SOUNDS_LIKE
            if pattern.search(words) and value.search(leaf.value)
        ),
        None,
    )


@lru_cache(maxsize=4096)
def _words(names: tuple[str, ...]) -> str:
    """`("workEmail", "your-mail")` as "work email your mail"."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", " ".join(names))
    return re.sub(r"[\W_]+", " ", spaced).casefold().strip()


def _without_names_of_things(found: dict[str, list[Leaf]]) -> dict[str, list[Leaf]]:
    """A bare name or title outside the lead's own group is a thing's: {"name": "Our form", "data": {"email": ...}}."""
    reach = next((found[field][0] for field in ("email", "phone", "handle") if field in found), None)
    if reach is None:
        return found
    for field in _AMBIGUOUS & found.keys():
        mine = [leaf for leaf in found[field] if _belongs(leaf, reach)]
        if field == "name" and not mine and "action" not in found:
            found["action"] = found[field][:1]
        found[field] = sorted(mine, key=lambda leaf: leaf.container != reach.container)
    return found


def _belongs(leaf: Leaf, reach: Leaf) -> bool:
    if plain(leaf.names[-1]) not in _AMBIGUOUS or leaf.container == reach.container:
        return True
    between = reach.container[len(leaf.container) :]
    if reach.container[: len(leaf.container)] != leaf.container:
        # Inside another group than the lead's: fine one level down ({"email": ..., "person": {"name": ...}}).
        return leaf.container[: len(reach.container)] == reach.container
    return not any(plain(step) in WRAPPERS for step in between)
