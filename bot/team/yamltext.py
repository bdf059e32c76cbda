"""YAML as people mean it: NO is Norway, ON Ontario, 12:30 stays as written, a repeated key a mistake."""

import re
from collections.abc import Iterator
from typing import Any

import yaml

from bot.team.errors import Mistake, TeamDocumentError


class _Loader(yaml.SafeLoader):
    """The safe loader with YAML 1.2's few implicit types instead of YAML 1.1's many."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's own name


for _type, _pattern, _starts in (
    ("bool", r"true|True|false|False", "tTfF"),
    ("int", r"-?(0|[1-9][0-9]*)", "-0123456789"),
    ("float", r"-?(0|[1-9][0-9]*)\.[0-9]+", "-0123456789"),
    ("null", r"~|null|Null|", ["~", "n", "N", ""]),
    ("merge", r"<<", "<"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_type}", re.compile(f"(?:{_pattern})$"), list(_starts))


# What PyYAML lets through for a value that is not what its !!tag says, or for brackets without end.
_UNREADABLE = (ValueError, LookupError, AttributeError, TypeError, RecursionError)


# Reading everything that ships is part of every start; the C loader takes a tenth of the time where PyYAML has it.
_OwnLoader: type[yaml.SafeLoader | yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_own_yaml(text: str) -> Any:
    """What a document says that we wrote ourselves. Raises yaml.YAMLError."""
    return yaml.load(text, _OwnLoader)  # noqa: S506  it is a safe one


def read_yaml(text: str) -> tuple[object, tuple[Mistake, ...]]:
    """What the text says, and the keys it says twice.

    Raises TeamDocumentError, with the line, where it is not YAML.
    """
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        if node is None:
            return None, ()
        return loader.construct_document(node), tuple(_repeated(node, "", set()))
    except (yaml.YAMLError, *_UNREADABLE) as error:
        raise TeamDocumentError((_syntax_mistake(error, text),)) from error


def _syntax_mistake(error: Exception, text: str) -> Mistake:
    if isinstance(error, yaml.reader.ReaderError):
        line = text.count("\n", 0, error.position) + 1
        return Mistake(f"line {line}", "a character there cannot be read: delete it and type it anew.")
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or "a value cannot be read"
    where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
    return Mistake(
        where, f"this is not valid YAML: {problem}. Look at the indentation, colons and quotes there."
    )


def _repeated(node: yaml.Node, path: str, seen: set[int]) -> Iterator[Mistake]:
    if id(node) in seen:  # an alias: read where it was first written
        return
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _repeated(item, f"{path}[{index}]", seen)
    if isinstance(node, yaml.MappingNode):
        yield from _repeated_keys(node, path, seen)


def _repeated_keys(node: yaml.MappingNode, path: str, seen: set[int]) -> Iterator[Mistake]:
    first_line: dict[Any, int] = {}
    for key, value in node.value:
        inner = f"{path}.{key.value}" if path else str(key.value)
        line = key.start_mark.line + 1
        if isinstance(key, yaml.ScalarNode) and first_line.setdefault(key.value, line) != line:
            yield Mistake(
                inner, f"stands in line {first_line[key.value]} and again in line {line}: keep one."
            )
        yield from _repeated(value, inner, seen)
