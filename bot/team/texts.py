"""Rendering of script texts that a team may write itself: a small, harmless part of Jinja2.

The sandbox alone would not stop `{{ "a" * 10**9 }}`; so only plain strings go in, and of the language only
names, `if`, comparisons for equality and a few filters. Nothing is escaped: scripts are plain text.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from jinja2 import Template, TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment

MAX_TEXT = 4000
_FILTERS = frozenset({"capitalize", "lower", "title", "trim", "upper"})
_COMPARISONS = frozenset({"eq", "ne"})
_NODES = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Filter,
    nodes.If, nodes.Compare, nodes.Operand, nodes.Not, nodes.And, nodes.Or,
)  # fmt: skip
_ENVIRONMENT = SandboxedEnvironment(autoescape=False)


class Blank:
    """A field we do not know: false in `{% if %}`; where it is written anyway, a blank that can be seen."""

    def __init__(self, label: str) -> None:
        self._label = f"[{label}]"
        self.written = False

    def __bool__(self) -> bool:
        return False

    def __str__(self) -> str:
        self.written = True
        return self._label


def check_text(text: str) -> None:
    """Raises ValueError, in words, for a syntax error or more of Jinja2 than scripts may use."""
    try:
        tree = _ENVIRONMENT.parse(text)
        for node in (tree, *tree.find_all(nodes.Node)):
            _check_node(node)
    except (TemplateSyntaxError, RecursionError) as error:
        raise ValueError(f"cannot be read as a script: {error}") from error


@lru_cache(maxsize=1024)
def names_in(text: str) -> frozenset[str]:
    """The fields that a sound text uses."""
    return frozenset(node.name for node in _ENVIRONMENT.parse(text).find_all(nodes.Name))


def render_text(text: str, values: Mapping[str, str | Blank]) -> str:
    """The text with its fields filled in, without the gaps that sentences left out would leave."""
    rendered = _compiled(text).render(values)
    rendered = re.sub(r"[ \t]+", " ", rendered)
    rendered = re.sub(r" ?\n ?", "\n", rendered)
    return cut(re.sub(r"\n{3,}", "\n\n", rendered).strip(), MAX_TEXT)


def cut(text: str, most: int) -> str:
    """The text, cut at a word where it is longer than `most` characters."""
    if len(text) <= most:
        return text
    head = text[: most - 1]
    return (head.rsplit(maxsplit=1)[0] if re.search(r"\S\s", head) else head).rstrip() + "…"


def _check_node(node: nodes.Node) -> None:
    if not isinstance(node, _NODES):
        raise ValueError(f"line {node.lineno}: scripts have no {type(node).__name__.lower()}")
    if isinstance(node, nodes.Filter) and (node.name not in _FILTERS or node.args or node.kwargs):
        raise ValueError(f"line {node.lineno}: scripts have no filter {node.name}")
    if isinstance(node, nodes.Operand) and node.op not in _COMPARISONS:
        raise ValueError(f"line {node.lineno}: scripts compare with == and != only")


@lru_cache(maxsize=512)
def _compiled(text: str) -> Template:
    return _ENVIRONMENT.from_string(text)
