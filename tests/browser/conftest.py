"""A headless Chromium of the system, driven from Python."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from bot.workspace import Workspace
from tests.workspace.test_page import Demo
from tests.workspace.tinybot import TinyBot, card, client_of, served

SHOTS = Path(__file__).parent / "shots"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no chromium and no google-chrome on this machine: the page was not tried in a browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def demo() -> Demo:
    return Demo()


@pytest.fixture
def stage(demo: Demo) -> Iterator[Workspace]:
    """A workspace with the demo's controls, three people, a tiny bot and one offer."""
    with Workspace(controls=demo.controls()) as workspace:
        bot = TinyBot(workspace)
        people = [
            workspace.add_user(name, name.title(), f"{name}@example.com") for name in ("ana", "ben", "mia")
        ]
        channel = workspace.add_channel("sales", members=people)
        with served(bot) as url:
            workspace.events_url = url
            client_of(workspace).chat_postMessage(channel=channel, text="Dana", blocks=card("Dana"))
            yield workspace


@pytest.fixture
def desktop(browser: Browser, stage: Workspace) -> Iterator[Page]:
    yield from _page(browser, 1440, 900)


@pytest.fixture
def phone(browser: Browser, stage: Workspace) -> Iterator[Page]:
    yield from _page(browser, 390, 844)


def _page(browser: Browser, width: int, height: int) -> Iterator[Page]:
    """A page in a profile of its own, gone before the stage is, on which nothing may go wrong unseen."""
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    page.set_default_timeout(10_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    yield page
    context.close()
    assert errors == []
