"""Bodies that no sender should send, from a seed: the same seed gives the same bodies."""

import json
import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from bot.db import Database

COUNT = int(os.environ.get("HOSTILE_COUNT", "10500"))
"""How many bodies a run of the tests sends, over all edges and both databases; more than 10,000 of them differ."""
SEED = int(os.environ.get("HOSTILE_SEED", "20260302"))

ATTACKS = (
    "<!channel>",
    "<!here|here>",
    "<!everyone>",
    "<@U0ANA>",
    "<@U0ANA|ana>",
    "<#C0SALES>",
    "<!subteam^S1>",
    "@channel",
    "<https://evil.example|your bank>",
    "<mailto:a@b.co|x>",
    "<!date^0^{ago}|x>",
    "&lt;!channel&gt;",
    "&amp;&<>",
    "*b* _i_",
    "~s~ `c` ```pre```",
    "> quote",
    ":tada:",
    "\u202eevil\u202c",
    "\u2066a\u2069\u200f",
    "שלום עולם",
    "🔥" * 300,
    "👩‍👩‍👧‍👦" * 50,
    "e\u0301" * 200,
    "x" * 10_000,
    "\x00",
    "a\x00b\x07\x1b[31m",
    "\n" * 400,
    "\r\n\t",
    " ",
    "",
    "null",
    "\ud800",
    "\udfff\ud800",
    "𝕯𝖆𝖓𝖆",
    "ﷺ" * 40,
    "{{ 7 * 7 }}",
    "{% for x in y %}",
    "${x}",
    "'; DROP TABLE leads; --",
    "../../etc/passwd",
    "%00%ff%n",
    "<script>alert(1)</script>",
    "1e400",
    "-0",
    "9" * 400,
    "0x10",
    "٣",
    "\ufeff",
    "\ufffe\uffff",
    "a" * 300 + "@b.co",
    "a@" + "." * 3000 + "@",
    "a<" + "(" * 3000,
    '"' * 2000,
    "(" * 2000,
    "+" + "1" * 3000,
    "http://[",
    "https://linkedin.com/in/%00%ff",
    "linkedin.com/in/<!channel>",
    "@<!here>",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "99999999999",
)
"""Marks, pings, directions, floods, halves of characters, and what parsers of one thing or another choke on."""

NAMES = (
    "email",
    "E-Mail",
    "your-email",
    "contact[email]",
    "phone",
    "Mobile",
    "linkedin",
    "profile_url",
    "name",
    "first_name",
    "Last Name",
    "full name",
    "company",
    "company.name",
    "job title",
    "country",
    "timezone",
    "message",
    "comments",
    "question",
    "page",
    "url",
    "utm_source",
    "utm_campaign",
    "referrer",
    "action",
    "form",
    "resource",
    "product",
    "consent",
    "opt_out",
    "consent_at",
    "id",
    "external_id",
    "data",
    "payload",
    "fields",
    "answers",
    "leads",
    "entry",
    "changes",
    "test",
    "label",
    "value",
    "values",
    "type",
    "field",
    "title",
    "owner",
    "",
    "0",
    "a[b][c]",
    "a[" * 40,
    "x" * 5000,
    "<!channel>",
    "\x00",
    "\ud800",
)

CONTENT_TYPES = (
    "application/json",
    "application/json; charset=utf-16",
    "application/x-www-form-urlencoded",
    "text/plain",
    "text/html",
    "",
    "application/vnd.api+json",
    "multipart/form-data",
    'multipart/form-data; boundary="x"',
    "multipart/mixed; boundary=",
    "multipart/form-data; boundary*=idna''x",
    "multipart/form-data; boundary*=%00''x",
    "text/plain; charset=undefined",
    "multipart/form-data; boundary*=undefined''x",
    "multipart/form-data; boundary*=raw_unicode_escape''%5cud800",
    "text/plain; charset*=a''%00",
    "text/plain; charset=punycode",
    "text/plain; charset=zip",
    "text/plain; charset=latin-1",
    "image/png",
    "application/octet-stream",
    "////;;;;===",
    'application/json; charset="',
    "a" * 5000,
    "\xe9\xff",
)
WRAPPINGS = ("data", "payload", "leads", "entry", "fields", "answers", "x")
REACHABLE = ("dana{n}@brightfields.example", "Dana <dana{n}@brightfields.example>")


@dataclass(frozen=True)
class Body:
    """What is sent: the header and the bytes."""

    content_type: str
    content: bytes


def seed_for(database: Database) -> str:
    """Each database sees bodies of its own; HOSTILE_SEED is the number in it."""
    return f"{SEED} on {database.url.get_backend_name()}"


def bodies(count: int, seed: int | str = SEED) -> Iterator[Body]:
    """So many bodies, each another; about half of them hold a lead that can be reached."""
    print(f"hostile bodies from seed {seed}")  # noqa: T201  (shown by a failing test, to repeat it)
    chance, made = random.Random(seed), set[Body]()
    while len(made) < count:
        body = chance.choice(_KINDS)(chance, len(made))
        if body not in made:
            made.add(body)
            yield body


def texts(count: int, seed: int = SEED) -> Iterator[str]:
    """So many hostile words and sentences."""
    print(f"hostile texts from seed {seed}")  # noqa: T201
    chance = random.Random(seed)
    for _ in range(count):
        yield hostile_text(chance)


def lead(chance: random.Random, number: int) -> dict[str, Any]:
    """Fields that mean harm, with an address at which the lead can be reached."""
    fields: dict[str, Any] = {
        chance.choice(NAMES): any_value(chance, 0) for _ in range(chance.randint(1, 12))
    }
    return fields | {"email": chance.choice(REACHABLE).format(n=number)}


def hostile_text(chance: random.Random) -> str:
    kind = chance.randrange(4)
    if kind == 0:
        return chance.choice(ATTACKS)
    if kind == 1:
        return "".join(
            chance.choice("<>!@#&|*_~`:;\"'\\/%{}[]() \n\x00\u202e🔥é漢a1.-")
            for _ in range(chance.randint(0, 80))
        )
    if kind == 2:
        return "".join(chr(chance.randrange(0x11_0000)) for _ in range(chance.randint(0, 30)))
    return " ".join(chance.choice(ATTACKS)[:200] for _ in range(chance.randint(1, 4)))


def any_value(chance: random.Random, depth: int = 0) -> Any:
    kind = chance.randrange(12)
    if kind < 7 or depth > 5:
        return hostile_text(chance)
    if kind < 9:
        return chance.choice([None, True, False, 0, -1, 1.5, 2**53 + 1, 10**300, -(2**64), [], {}])
    if kind == 9:
        return [any_value(chance, depth + 1) for _ in range(chance.randint(0, 4))]
    if kind == 10:
        return {"label": hostile_text(chance), "value": any_value(chance, depth + 1)}
    return {chance.choice(NAMES): any_value(chance, depth + 1) for _ in range(chance.randint(0, 4))}


def _fields(chance: random.Random, number: int) -> dict[str, Any]:
    if chance.random() < 0.6:
        return lead(chance, number)
    return {chance.choice(NAMES): any_value(chance, 0) for _ in range(chance.randint(0, 8))}


def _json(chance: random.Random, number: int) -> Body:
    tree: Any = _fields(chance, number)
    for _ in range(chance.choice([0, 0, 0, 1, 2, 40])):
        tree = chance.choice(
            [
                {chance.choice(WRAPPINGS): tree, "note": hostile_text(chance)},
                [tree],
                [tree, any_value(chance, 0)],
            ]
        )
    return Body(
        "application/json",
        json.dumps(tree, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass"),
    )


def _form(chance: random.Random, number: int) -> Body:
    pairs = [(name, str(value)) for name, value in _fields(chance, number).items()]
    pairs += chance.sample(pairs, len(pairs) // 2)
    return Body("application/x-www-form-urlencoded", urlencode(pairs, errors="surrogatepass").encode())


def _multipart(chance: random.Random, number: int) -> Body:
    parts = [
        f'--xyz\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in _fields(chance, number).items()
    ]
    parts.insert(0, '--xyz\r\nContent-Disposition: form-data; name="f"; filename="a.png"\r\n\r\n\x89PNG\r\n')
    whole = "".join(parts) + chance.choice(["--xyz--\r\n", ""])
    return Body("multipart/form-data; boundary=xyz", whole.encode("utf-8", "surrogatepass"))


def _truncated(chance: random.Random, number: int) -> Body:
    whole = chance.choice([_json, _form, _multipart])(chance, number)
    return Body(whole.content_type, whole.content[: chance.randint(0, len(whole.content))])


def _mislabelled(chance: random.Random, number: int) -> Body:
    whole = chance.choice([_json, _form, _multipart])(chance, number)
    return Body(chance.choice(CONTENT_TYPES), whole.content)


def _mangled(chance: random.Random, number: int) -> Body:
    whole = chance.choice([_json, _form, _multipart])(chance, number)
    content = bytearray(whole.content)
    for _ in range(chance.randint(1, 10)):
        content[chance.randrange(len(content) or 1) : chance.randrange(len(content) or 1)] = chance.randbytes(
            2
        )
    return Body(chance.choice([whole.content_type, *CONTENT_TYPES]), bytes(content)[:60_000])


def _noise(chance: random.Random, _number: int) -> Body:
    content = chance.choice(
        [
            chance.randbytes(chance.randint(0, 300)),
            b"[" * 5000,
            b'{"a":' * 3000 + b"1" + b"}" * 3000,
            b'{"data":[' * 200 + b"]}" * 200,
            b'{"email": "a@b.co", "email": 1e400, "phone": 9e999999}',
            b'{"n": ' + b"9" * 5000 + b', "email": NaN}',
            b"\xff\xfe" + '{"email": "a@b.co"}'.encode("utf-16-le"),
            b"a=1&" * 2000,
            b"--xyz\r\n" * 500,
            b'"<!channel>"',
        ]
    )
    return Body(chance.choice(CONTENT_TYPES), content)


_KINDS: tuple[Callable[[random.Random, int], Body], ...] = (
    _json,
    _json,
    _json,
    _form,
    _form,
    _multipart,
    _truncated,
    _mislabelled,
    _mangled,
    _noise,
)
