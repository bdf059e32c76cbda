import pytest

from bot.settings import Settings, SettingsError, load_settings

GOOD = {"SLACK_BOT_TOKEN": "xoxb-1-abc", "SLACK_APP_TOKEN": "xapp-1-abc"}


@pytest.fixture(autouse=True)
def _an_empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.chdir(str(tmp_path))
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def test_two_tokens_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    assert (settings.socket_mode, settings.url) == (True, "http://127.0.0.1:3000")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK_BOT_TOKEN", "xoxb-"),
        ("SLACK_BOT_TOKEN", "xapp-1-abc"),
        ("SLACK_APP_TOKEN", "xoxb-1-abc"),
        ("PORT", "http"),
        ("PORT", "70000"),
        ("PUBLIC_URL", "followup.example.com"),
        ("LOG_LEVEL", "LOUD"),
        ("LEASE_SECONDS", "1"),
        ("LEASE_SECONDS", "301"),
    ],
)
def test_a_setting_that_cannot_work_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    for each, good in {**GOOD, name: value}.items():
        monkeypatch.setenv(each, good)
    with pytest.raises(SettingsError, match=name):
        load_settings()


def test_everything_wrong_is_said_at_once_and_no_token_is_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_APP_TOKEN", "a-secret-in-the-wrong-place")
    monkeypatch.setenv("PORT", "-1")
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert all(name in str(refused.value) for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "PORT"))
    assert "a-secret" not in str(refused.value)
