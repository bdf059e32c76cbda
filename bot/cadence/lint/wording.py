"""Taking texts apart: wordings that say nothing, sentences, and what is asked for."""

import re

_BANNED = re.compile(
    r"\b(?:check(?:ing|ed)? in|follow(?:ing|ed)? ?up|circl(?:e|ing|ed) back|touch(?:ing|ed)? base"
    r"|any (?:news|updates?))\b"
)
_ASKS = re.compile(
    r"https?://|\?|\b(?:reply|write back|call me back|tell me|let me know|send me|answer with|book a"
    r"|choose|pick (?:a|the|your|any)|one (?:line|word) (?:in reply|back|is enough|picks|when))\b"
    r"|\bone line,",
    re.IGNORECASE,
)
_LISTED = re.compile(r"\s*(?:\d+[.)]|[-*•])\s")


def banned_wording(text: str) -> str | None:
    """The first wording that says nothing (R7), in whatever form, case and punctuation."""
    plain = re.sub(r"[\W_]+", " ", text.casefold())
    found = _BANNED.search(plain)
    return found.group() if found else None


def sentences(text: str) -> list[str]:
    """The sentences of a message: without greeting, signature and the items of a list."""
    found: list[str] = []
    for line in text.splitlines():
        if _LISTED.match(line) or line.rstrip().endswith(","):
            continue
        pieces = re.split(r"(?<=[.!?…])[”\"']?\s+", line.strip())
        found += [piece for piece in pieces if _is_sentence(piece)]
    return found


def asks(text: str) -> list[str]:
    """The sentences that want something of the reader."""
    return [sentence for sentence in sentences(text) if _ASKS.search(sentence)]


def words(text: str) -> int:
    return len(text.split())


def _is_sentence(piece: str) -> bool:
    """A signature is neither closed by a sign nor does it hold a link."""
    return bool(re.search(r"[.!?…:][”\"')]?$|https?://", piece)) and bool(re.search(r"\w", piece))
