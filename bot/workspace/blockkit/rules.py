"""Small rules that compose into Block Kit's: each looks at one value and reports what Slack would."""

import math
from collections.abc import Callable, Collection, Mapping
from typing import Any


class Findings(list[str]):
    """What is wrong, each with the place it stands at, worded as Slack words it."""

    def add(self, what: str, path: str) -> None:
        self.append(f"{what} [json-pointer:{path}]")


Rule = Callable[[Any, str, Findings], None]


def flag(value: Any, path: str, found: Findings) -> None:
    if not isinstance(value, bool):
        found.add("must provide a boolean", path)


def anything(_value: Any, _path: str, _found: Findings) -> None:
    return


def number(least: float | None = None, most: float | None = None) -> Rule:
    def check(value: Any, path: str, found: Findings) -> None:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            found.add("must provide a number", path)
        elif least is not None and value < least:
            found.add(f"must be at least {least}", path)
        elif most is not None and value > most:
            found.add(f"must be at most {most}", path)

    return check


def integer(least: int | None = None, most: int | None = None) -> Rule:
    bounds = number(least, most)

    def check(value: Any, path: str, found: Findings) -> None:
        if isinstance(value, float):
            found.add("must provide an integer", path)
        else:
            bounds(value, path, found)

    return check


def string(most: float = math.inf, least: int = 1) -> Rule:
    def check(value: Any, path: str, found: Findings) -> None:
        if not isinstance(value, str):
            found.add("must provide a string", path)
        elif len(value) < least:
            found.add(f"must be more than {least - 1} characters", path)
        elif len(value) > most:
            found.add(f"must be less than {most + 1} characters", path)

    return check


def one_of(*values: str) -> Rule:
    def check(value: Any, path: str, found: Findings) -> None:
        if value not in values:
            found.add(f"must be one of: {', '.join(values)}", path)

    return check


def matching(test: Callable[[str], bool], wanted: str) -> Rule:
    def check(value: Any, path: str, found: Findings) -> None:
        if not isinstance(value, str) or not test(value):
            found.add(f"must be {wanted}", path)

    return check


def items(rule: Rule, most: int, least: int = 1) -> Rule:
    def check(value: Any, path: str, found: Findings) -> None:
        if not isinstance(value, list):
            found.add("must provide an array", path)
            return
        if len(value) > most:
            found.add(f"no more than {most} items allowed", path)
        if len(value) < least:
            found.add(f"no less than {least} items required", path)
        for index, item in enumerate(value):
            rule(item, f"{path}/{index}", found)

    return check


def shape(required: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None) -> Rule:
    """An object with these fields and no others; `type` is the business of whoever picked the rule."""
    known = {**required, **(optional or {})}

    def check(value: Any, path: str, found: Findings) -> None:
        if not isinstance(value, dict):
            found.add("must provide an object", path)
            return
        for name in required:
            if value.get(name) is None:
                found.add(f"missing required field: {name}", path)
        for name, part in value.items():
            if name in known and part is not None:
                known[name](part, f"{path}/{name}", found)
            elif name not in known and name != "type":
                found.add(f"invalid additional property: {name}", path)

    return check


def by_type(rules: Mapping[str, Rule], allowed: Collection[str] | None = None) -> Rule:
    def check(value: Any, path: str, found: Findings) -> None:
        kind: Any = value.get("type") if isinstance(value, dict) else None
        if kind in rules and (allowed is None or kind in allowed):
            rules[kind](value, path, found)
        elif kind is None:
            found.add("missing required field: type", path)
        else:
            found.add(f"unsupported type: {kind}", f"{path}/type")

    return check


def both(*rules: Rule) -> Rule:
    """One rule after another; a later one may rely on what an earlier one found in order."""

    def check(value: Any, path: str, found: Findings) -> None:
        before = len(found)
        for rule in rules:
            if len(found) == before:
                rule(value, path, found)

    return check


def exactly_one_of(first: str, second: str) -> Rule:
    def check(value: Any, path: str, found: Findings) -> None:
        if bool(value.get(first)) == bool(value.get(second)):
            found.add(f"must provide either {first} or {second}", path)

    return check


def some_of(*names: str) -> Rule:
    def check(value: Any, path: str, found: Findings) -> None:
        if not any(value.get(name) for name in names):
            found.add(f"missing required field: {' or '.join(names)}", path)

    return check


def text(most: int, *kinds: str) -> Rule:
    """A text object of these kinds (both if none are named), of 1 to `most` characters."""
    body = {"text": string(most)}
    rules = {
        "plain_text": shape(body, {"emoji": flag}),
        "mrkdwn": shape(body, {"verbatim": flag}),
    }
    return by_type(rules, kinds or None)
