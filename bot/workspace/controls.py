"""What a demo adds to the page: a form for the prospect and a clock, both as callbacks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class FormField:
    """One field of the prospect's form; `type` is text, email, tel, textarea, select or checkbox."""

    name: str
    label: str
    type: str = "text"
    options: tuple[str, ...] = ()
    required: bool = False
    value: str = ""


def no_note() -> str:
    return ""


@dataclass(frozen=True)
class Controls:
    """The page's extra panels.

    `send_form` returns the sentence to show, or raises ValueError with one. `now` is the business
    time shown on messages and in the clock, drawn in `zone`. Each of `moves` is a button's label
    and what it does. `note` is one line under the clock. `first_step` is read where nothing has happened yet.
    `story` plays the next step of a story and returns what happened and why, or raises ValueError with a sentence.
    """

    form_title: str
    form_intro: str
    form_fields: tuple[FormField, ...]
    send_form: Callable[[dict[str, str]], str]
    now: Callable[[], datetime]
    zone: str
    moves: tuple[tuple[str, Callable[[], None]], ...] = ()
    note: Callable[[], str] = no_note
    first_step: str = ""
    story: Callable[[], str] | None = None
