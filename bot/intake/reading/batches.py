"""Several leads in one body: an array of them, bare or under a name, with or without what they share."""

from bot.intake.reading.bodies import Tree
from bot.intake.reading.lead import is_reachable
from bot.intake.reading.leaves import is_about_one_value, plain
from bot.intake.reading.names import BATCHES

MAX_DEPTH = 8
MAX_SHARED = 100
"""As many values around an array are copied to each of its leads; a body can hold thousands of both."""


def split_leads(tree: Tree, depth: int = 0) -> list[Tree]:
    """One tree for each lead. What stands around an array belongs to each of its leads, unless it says otherwise."""
    if depth == MAX_DEPTH:
        return [tree]
    if isinstance(tree, list):
        return [lead for element in tree for lead in split_leads(element, depth + 1)]
    if isinstance(tree, dict):
        for name, inner in tree.items():
            if plain(name) in BATCHES and (several := _several(inner, depth)):
                around = {key: value for key, value in tree.items() if key != name}
                # A body about one lead may well list other things: what it ordered, who else was invited.
                if not is_reachable(around):
                    shared = _small(around)
                    return [{**shared, **lead} if isinstance(lead, dict) else lead for lead in several]
    return [tree]


def _small(around: dict[str, Tree]) -> dict[str, Tree]:
    kept: dict[str, Tree] = {}
    room = MAX_SHARED
    for key, value in around.items():
        if (size := _size(value)) <= room:
            kept[key] = value
            room -= size
    return kept


def _size(node: Tree) -> int:
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return 1 + sum(map(_size, inner))


def _several(inner: Tree, depth: int) -> list[Tree]:
    """The leads in an array, or in a wrapper around one; none where it is a form's fields or other things."""
    if isinstance(inner, list) and not any(is_about_one_value(element) for element in inner):
        return split_leads(inner, depth + 1) if any(map(is_reachable, inner)) else []
    if isinstance(inner, dict):
        leads = split_leads(inner, depth + 1)
        return leads if len(leads) > 1 else []
    return []
