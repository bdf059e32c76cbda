"""The page as people use it, with mouse, keyboard and thumb."""

import pytest
from playwright.sync_api import Page, expect

from bot.workspace import Fault, FaultKind, Workspace
from tests.browser.conftest import SHOTS
from tests.workspace.test_page import Demo
from tests.workspace.tinybot import button, client_of, section


def open_page(page: Page, stage: Workspace, who: str = "ana", at: str = "sales") -> None:
    page.goto(f"{stage.url}/?as={who}&at={at}")
    expect(page.locator("#conversation > *").first).to_be_visible()


def test_a_claim_is_seen_by_everybody_without_a_reload(desktop: Page, stage: Workspace) -> None:
    open_page(desktop, stage)
    other = desktop.context.new_page()
    open_page(other, stage, "ben")
    desktop.get_by_role("button", name="Claim").click()
    for page in (desktop, other):
        expect(page.get_by_text("@Ana has it")).to_be_visible()
        expect(page.get_by_role("button", name="Claim")).to_have_count(0)
    desktop.screenshot(path=SHOTS / "desktop.png")


def test_the_whole_way_can_be_gone_by_keyboard(desktop: Page, stage: Workspace) -> None:
    open_page(desktop, stage)
    desktop.get_by_label("Message", exact=True).last.focus()
    desktop.keyboard.type("/note open")
    desktop.keyboard.press("Enter")
    modal = desktop.get_by_role("dialog", name="Log an outcome")
    expect(modal.get_by_label("Outcome")).to_be_focused()
    desktop.keyboard.press("Tab")
    desktop.keyboard.type("no")
    modal.get_by_role("button", name="Save").focus()
    desktop.keyboard.press("Enter")
    expect(modal.get_by_text("Please complete this required field.")).to_be_visible()
    expect(modal.get_by_label("Outcome")).to_be_focused()
    expect(modal.get_by_label("Note")).to_have_value("no")
    modal.get_by_label("Outcome").select_option("voicemail")
    modal.get_by_role("button", name="Save").press("Enter")
    expect(modal.get_by_text("Say a little more")).to_be_visible()
    desktop.screenshot(path=SHOTS / "modal.png")
    desktop.keyboard.press("Escape")
    desktop.keyboard.press("Escape")
    expect(modal).to_have_count(0)
    expect(desktop.locator("#toast")).to_be_empty()


def test_what_is_being_typed_survives_what_arrives(desktop: Page, stage: Workspace) -> None:
    open_page(desktop, stage)
    line = desktop.get_by_label("Message", exact=True).last
    line.fill("half a sent")
    client_of(stage).chat_postMessage(channel="sales", text="something new")
    expect(desktop.get_by_text("something new")).to_be_visible()
    expect(line).to_have_value("half a sent")
    expect(line).to_be_focused()


def test_a_dangerous_button_asks_first(desktop: Page, stage: Workspace) -> None:
    question = {
        "title": {"type": "plain_text", "text": "Sure?"},
        "text": {"type": "plain_text", "text": "It is gone then."},
        "confirm": {"type": "plain_text", "text": "Do it"},
        "deny": {"type": "plain_text", "text": "Leave it"},
    }
    row = {"type": "actions", "elements": [button("Drop", "claim", "Luis", style="danger", confirm=question)]}
    client_of(stage).chat_postMessage(channel="sales", text="x", blocks=[section("Luis"), row])
    open_page(desktop, stage)
    desktop.get_by_role("button", name="Drop").click()
    dialog = desktop.get_by_role("dialog", name="Sure?")
    dialog.get_by_role("button", name="Leave it").click()
    expect(dialog).to_have_count(0)
    expect(desktop.get_by_role("button", name="Drop")).to_be_visible()
    desktop.get_by_role("button", name="Drop").click()
    dialog.get_by_role("button", name="Do it").click()
    expect(desktop.get_by_text("@Ana has it")).to_be_visible()


def test_a_menu_opens_a_modal(desktop: Page, stage: Workspace) -> None:
    open_page(desktop, stage)
    desktop.get_by_label("More actions").click()
    desktop.get_by_role("button", name="Snooze").click()
    expect(desktop.get_by_role("dialog", name="Log an outcome")).to_be_visible()


def test_an_app_that_is_away_is_said_so(desktop: Page, stage: Workspace) -> None:
    stage.events_url = "http://127.0.0.1:9/nobody"
    open_page(desktop, stage)
    desktop.get_by_role("button", name="Claim").click()
    expect(desktop.get_by_role("alert")).to_contain_text("the app could not be reached")
    expect(desktop.get_by_role("button", name="Claim")).to_be_enabled()


def test_acting_as_somebody_else_shows_their_messages(desktop: Page, stage: Workspace) -> None:
    for who in ("ana", "ben"):
        user = stage.add_user(who, who.title(), f"{who}@example.com")
        client_of(stage).chat_postMessage(channel=user, text=f"only for {who}")
    open_page(desktop, stage)
    desktop.get_by_role("link", name="Followup 1 unread").click()
    expect(desktop.get_by_text("only for ana")).to_be_visible()
    desktop.get_by_label("Acting as").select_option("ben")
    expect(desktop.get_by_text("only for ben")).to_be_visible()
    expect(desktop.get_by_text("only for ana")).to_have_count(0)


def test_home_is_asked_for_when_opened(desktop: Page, stage: Workspace) -> None:
    open_page(desktop, stage)
    desktop.get_by_role("link", name="Home").click()
    expect(desktop.get_by_text("Clicked 1 times")).to_be_visible()
    desktop.get_by_role("button", name="Again").click()
    expect(desktop.get_by_text("Clicked 2 times")).to_be_visible()


def test_the_form_and_the_clock_work_side_by_side_with_the_workspace(
    desktop: Page, stage: Workspace, demo: Demo
) -> None:
    open_page(desktop, stage)
    desktop.get_by_label("Your name").fill("Dana")
    desktop.get_by_role("button", name="Send", exact=True).first.click()
    expect(desktop.get_by_text("Thank you, Dana.")).to_be_visible()
    assert demo.sent[0]["name"] == "Dana"
    desktop.get_by_role("button", name="+1 h").click()
    expect(desktop.locator("#clock-time")).to_have_text("10:00")


@pytest.mark.parametrize("pane", ["Form", "Slack", "Clock"])
def test_on_a_phone_one_pane_fills_the_width(phone: Page, stage: Workspace, pane: str) -> None:
    open_page(phone, stage)
    phone.get_by_role("button", name=pane, exact=True).click()
    visible = [name for name in ("form", "slack", "clock") if phone.locator(f"#{name}").is_visible()]
    assert visible == [pane.lower()]
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    phone.screenshot(path=SHOTS / f"phone-{pane.lower()}.png")


def test_hostile_text_runs_nothing(desktop: Page, stage: Workspace) -> None:
    hostile = "<img src=x onerror=\"document.title='broken'\"><script>document.title='broken'</script>"
    client_of(stage).chat_postMessage(channel="sales", text="x", blocks=[section(hostile)])
    open_page(desktop, stage)
    expect(desktop.get_by_text("document.title='broken'").first).to_be_visible()
    assert "broken" not in desktop.title()


def test_what_is_broken_on_the_panel_stands_until_all_is_well_again(desktop: Page) -> None:
    with Workspace(faults_panel=True) as workspace:
        workspace.add_channel("sales", members=[workspace.add_user("ana", "Ana", "ana@example.com")])
        desktop.goto(workspace.url)
        desktop.get_by_text("Faults").click()
        desktop.get_by_label("What goes wrong").select_option("No answer for a while")
        desktop.get_by_label("To what").select_option("chat.postMessage")
        desktop.get_by_label("No answer, but done all the same").check()
        desktop.get_by_label("Times").fill("2")
        desktop.get_by_role("button", name="Break it").click()
        standing = desktop.locator("#faults-standing")
        expect(standing).to_have_text("No answer for a while: chat.postMessage, done all the same, 2 more")
        hang = Fault("chat.postMessage", FaultKind.HANG, times=2, seconds=5, applied=True)
        assert list(workspace.faults.standing) == [hang]
        desktop.screenshot(path=SHOTS / "faults.png")
        desktop.get_by_role("button", name="All well again").click()
        expect(standing).to_be_empty()
        assert list(workspace.faults.standing) == []
        # The page asks how it stands every few seconds: it is left before it would ask nobody.
        desktop.goto("about:blank")
