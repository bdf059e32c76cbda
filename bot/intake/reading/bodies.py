"""A body back into data: JSON, forms and multipart, whatever the sender called it.

What comes out is a tree of dicts, lists and text. Numbers stay as they were written, so that an id beyond 2^53
keeps its digits; text is freed of what no database or screen can hold.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from email.message import Message
from urllib.parse import parse_qsl

from bot.errors import FollowupError

Tree = dict[str, "Tree"] | list["Tree"] | str
"""The value of an absent, null or too deeply nested thing is ""."""

MAX_DEPTH = 32
MAX_NAME = 200

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_CHARSET = re.compile(
    r"(us-)?ascii|(utf|iso|latin|windows|cp|koi8|mac|big5|gb|shift|euc|tis)[\w-]*", re.IGNORECASE
)
"""Charsets that people's text is in. Python knows more codecs; some take minutes or run into anything at all."""
_BRACKETED = re.compile(r"[^\[\]]+(?:\[[^\[\]]*\])+")
_PART_NAME = re.compile(rb'[;\s]name="((?:[^"\\]|\\.)*)"|[;\s]name=([^;\s"]+)', re.IGNORECASE)
_PART_FILE = re.compile(rb"[;\s]filename\*?=", re.IGNORECASE)


class UnreadableError(FollowupError):
    """A body, or one lead in it, that cannot be read; the sentence says why and is kept with it."""


def read_body(content_type: str, body: bytes) -> Tree:
    """The data in a body. Raises UnreadableError."""
    kind = ContentType(content_type)
    if not body.strip():
        raise UnreadableError("The body is empty.")
    if kind.boundary:
        return _tree_of(_multipart(kind.boundary, body), kind.charset)
    text = _decoded(body, kind.charset).lstrip("\ufeff \t\r\n")
    if kind.is_json or text[:1] in {"{", "["}:
        return _json(text)
    if kind.is_form or re.match(r"[^\s=&]+=", text):
        return _tree_of(_urlencoded(body), kind.charset)
    raise UnreadableError(f"The body is neither JSON nor a form (its content type is {kind.name}).")


def clean(text: str) -> str:
    """Without control characters, NULs and halves of characters; outer space and Windows line ends gone."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


class ContentType:
    """What a Content-Type header says; a parameter that nobody can decode says nothing."""

    def __init__(self, content_type: str) -> None:
        message = Message()
        message["content-type"] = clean(content_type).encode("ascii", "replace").decode()
        self.name = message.get_content_type()
        charset = _parameter(message.get_content_charset)
        self.charset = charset if _CHARSET.fullmatch(charset) else "utf-8"
        boundary = _parameter(message.get_boundary) if self.name.startswith("multipart/") else ""
        self.boundary = boundary.encode("utf-8", "replace")
        self.is_json = self.name.endswith(("/json", "+json"))
        self.is_form = self.name == "application/x-www-form-urlencoded"


def _parameter(read: Callable[[], str | None]) -> str:
    try:
        return read() or ""
    except (ValueError, LookupError):
        # RFC 2231 lets the sender name the charset of each parameter, and anything can stand there.
        return ""


def _decoded(raw: bytes, charset: str) -> str:
    for candidate in ("utf-8", charset):
        try:
            return raw.decode(candidate)
        except (ValueError, LookupError):
            continue
    return raw.decode("latin-1")


def _json(text: str) -> Tree:
    try:
        return _cleaned(json.loads(text, parse_int=str, parse_float=str, parse_constant=str))
    except RecursionError:
        raise UnreadableError("The body is nested too deeply to be a lead.") from None
    except json.JSONDecodeError as error:
        raise UnreadableError(f"The body is not valid JSON: {error.msg}, line {error.lineno}.") from None


def _cleaned(node: object, depth: int = 0) -> Tree:
    if isinstance(node, str):
        return clean(node)
    if isinstance(node, bool):
        return "true" if node else "false"
    if node is None or depth == MAX_DEPTH:
        return ""
    if isinstance(node, list):
        return [_cleaned(element, depth + 1) for element in node]
    assert isinstance(node, dict)
    return {clean(name)[:MAX_NAME]: _cleaned(value, depth + 1) for name, value in node.items()}


def _urlencoded(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    # Latin-1 maps every byte to itself: the real charset of each value is found out later.
    for name, value in parse_qsl(body.decode("latin-1"), keep_blank_values=True, encoding="latin-1"):
        yield name.encode("latin-1"), value.encode("latin-1")


def _multipart(boundary: bytes, body: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The fields of a multipart form; files are left aside."""
    parts = (b"\r\n" + body).split(b"\r\n--" + boundary)
    if len(parts) == 1:
        raise UnreadableError("The body says it is multipart, but has no parts.")
    for part in parts[1:]:
        head, _, value = part.partition(b"\r\n\r\n")
        name = _PART_NAME.search(head)
        if name and not _PART_FILE.search(head):
            yield name[1] or name[2] or b"", value


def _tree_of(pairs: Iterable[tuple[bytes, bytes]], charset: str) -> Tree:
    """Nested as the names say: `lead[email]=a` is {"lead": {"email": "a"}}; a repeated name is a list."""
    tree: dict[str, Tree] = {}
    for raw_name, raw_value in pairs:
        name, value = clean(_decoded(raw_name, charset))[:MAX_NAME], clean(_decoded(raw_value, charset))
        _put(tree, name, _embedded(value))
    return {name: _lists_of(value) for name, value in tree.items()}


def _put(tree: dict[str, Tree], name: str, value: Tree) -> None:
    *parents, last = _path(name)
    place = tree
    for parent in parents:
        inner = place.setdefault(parent, {})
        if not isinstance(inner, dict):
            # The same name both as a value and as a group: keep both, the second under its full name.
            place, last = tree, name
            break
        place = inner
    if last not in place:
        place[last] = value
        return
    there = place[last]
    if isinstance(there, list):
        there.append(value)
    else:
        place[last] = [there, value]


def _path(name: str) -> list[str]:
    if not _BRACKETED.fullmatch(name) or name.count("[") >= MAX_DEPTH:
        return [name]
    return [part for part in re.split(r"[\[\]]+", name) if part]


def _embedded(value: str) -> Tree:
    """Some form tools put all answers as JSON into one field."""
    if not value.startswith("{"):
        return value
    try:
        return _json(value)
    except UnreadableError:
        return value


def _lists_of(node: Tree) -> Tree:
    """`fields[0]`, `fields[1]`, ... are a list."""
    if not isinstance(node, dict):
        return node
    inner = {name: _lists_of(value) for name, value in node.items()}
    return list(inner.values()) if inner and all(name.isdigit() for name in inner) else inner
