"""A body's tree as a flat list of named values, whichever of the usual wrappings the sender chose."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from bot.intake.reading.bodies import MAX_NAME, Tree

MAX_LEAVES = 2000
"""More values than any form has; what stands behind them is not looked at."""

_NAME_KEYS = ("label", "title", "question", "columnname", "name", "key", "columnid", "ref", "field", "type")
_VALUE_KEYS = ("value", "values", "answer", "answers", "stringvalue", "response")
_ABOUT_A_VALUE = frozenset(
    {
        *_NAME_KEYS,
        *_VALUE_KEYS,
        "id",
        "versions",
        "required",
        "rawvalue",
        "displayvalue",
        "timestamp",
        "kind",
        "options",
    }
)


@dataclass(frozen=True)
class Leaf:
    """A value, what the sender calls it (most telling name first) and the names of what it stands in."""

    container: tuple[str, ...]
    names: tuple[str, ...]
    value: str


@lru_cache(maxsize=4096)
def plain(name: str) -> str:
    """A name without case, spaces and punctuation: `First_Name`, `first-name` and `firstName` are one."""
    return re.sub(r"[\W_]+", "", name.casefold())


def leaves(tree: Tree) -> list[Leaf]:
    """Every value that is not empty, in the sender's order."""
    return list(islice(_walk(tree, (), (), _titles(tree)), MAX_LEAVES))


def value_at(tree: Tree, path: str) -> str:
    """The text at a dotted path, list positions included (`answers.0.email`); "" where there is none.

    Names are compared like all others here, and may contain dots themselves. Several values are joined.
    """
    return next((text for node in _nodes_at(tree, path.split(".")) if (text := _text_of(node))), "")


def is_about_one_value(node: Tree) -> bool:
    """Whether a dict describes one field, such as {"label": "E-mail", "value": "a@b.c"}, and not a lead."""
    if not isinstance(node, dict):
        return False
    keys = {plain(key) for key in node}
    return (not keys.isdisjoint(_VALUE_KEYS) and keys <= _ABOUT_A_VALUE) or _typed_answer(node) is not None


def _walk(
    node: Tree, container: tuple[str, ...], names: tuple[str, ...], titles: dict[str, str]
) -> Iterator[Leaf]:
    if isinstance(node, str):
        if node:
            yield Leaf(container, names, node)
    elif isinstance(node, list):
        for element in node:
            yield from _walk(element, container, names, titles)
    elif is_about_one_value(node):
        yield from _walk(_value_of(node), container, _names_of(node, names, titles), titles)
    else:
        inside = (*container, *names[:1])
        for key, value in node.items():
            yield from _walk(value, inside, (key,), titles)


def _names_of(node: dict[str, Tree], names: tuple[str, ...], titles: dict[str, str]) -> tuple[str, ...]:
    """The field's own names before that of the list it stands in."""
    found: list[str] = []
    for key in _NAME_KEYS:
        for written, value in node.items():
            if plain(written) != key:
                continue
            if isinstance(value, dict):
                identity = value.get("id")
                found += [
                    titles.get(identity, "") if isinstance(identity, str) else "",
                    _text_of(value.get("ref", "")),
                ]
            else:
                found.append(_text_of(value))
    return (*(name[:MAX_NAME] for name in found if name), *names)


def _value_of(node: dict[str, Tree]) -> Tree:
    by_key = {plain(key): value for key, value in node.items()}
    for key in _VALUE_KEYS:
        if by_key.get(key):
            return by_key[key]
    return _typed_answer(node) or ""


def _typed_answer(node: dict[str, Tree]) -> Tree | None:
    """{"type": "email", "email": "a@b.c", "field": {...}}: the value is called like its type."""
    kind = node.get("type")
    if not isinstance(kind, str) or "field" not in node or kind not in node:
        return None
    value = node[kind]
    # A choice is {"label": ...}, several are {"labels": [...]}.
    return (value.get("label") or value.get("labels") or value) if isinstance(value, dict) else value


def _titles(tree: Tree) -> dict[str, str]:
    """The questions of a form by their id, where the body brings its form's definition along."""
    found: dict[str, str] = {}
    if isinstance(tree, list):
        for element in tree[:MAX_LEAVES]:
            found |= _titles(element)
    if isinstance(tree, dict):
        identity, title = tree.get("id"), tree.get("title")
        if isinstance(identity, str) and isinstance(title, str):
            found[identity] = title
        for value in tree.values():
            found |= _titles(value)
    return found


def _nodes_at(node: Tree, path: list[str]) -> Iterator[Tree]:
    if not path:
        yield node
    elif isinstance(node, list):
        if path[0].isdecimal() and int(path[0]) < len(node):
            yield from _nodes_at(node[int(path[0])], path[1:])
    elif isinstance(node, dict):
        for length in range(1, len(path) + 1):
            wanted = plain(".".join(path[:length]))
            for key, value in node.items():
                if plain(key) == wanted:
                    yield from _nodes_at(value, path[length:])


def _text_of(node: Tree) -> str:
    if isinstance(node, str):
        return node
    return ", ".join(leaf.value for leaf in leaves(node))
