"""The app manifest. `data/slack-manifest.v2.schema.json` is Slack's published JSON schema of app manifests, v2."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from bot.manifest import SCOPES, manifest

ROOT = Path(__file__).resolve().parents[1]
SCHEMA = json.loads((ROOT / "tests/data/slack-manifest.v2.schema.json").read_text())
URL = "https://followup.example.com"


def written(url: str | None) -> dict[str, Any]:
    document = yaml.safe_load(manifest(url))
    assert isinstance(document, dict)
    return document


@pytest.mark.parametrize("url", [None, URL, f"{URL}/"])
def test_the_manifest_is_one_that_slack_accepts(url: str | None) -> None:
    jsonschema.validate(written(url), SCHEMA)


def test_the_shipped_file_is_the_socket_mode_manifest() -> None:
    assert (ROOT / "manifest.yml").read_text() == manifest()


def test_without_a_url_slack_is_told_no_address() -> None:
    assert written(None)["settings"]["socket_mode_enabled"] is True
    assert "url" not in manifest()


def test_with_a_url_every_request_goes_to_one_address() -> None:
    document = written(f"{URL}/")
    (command,) = document["features"]["slash_commands"]
    settings = document["settings"]
    found = {
        command["url"],
        settings["event_subscriptions"]["request_url"],
        settings["interactivity"]["request_url"],
    }
    assert found == {f"{URL}/slack/events"}
    assert settings["socket_mode_enabled"] is False


def test_the_bot_asks_for_the_scopes_that_are_explained_and_no_others() -> None:
    assert written(None)["oauth_config"]["scopes"] == {"bot": list(SCOPES)}
    assert all(SCOPES.values())


def test_names_and_links_typed_after_the_command_arrive_escaped() -> None:
    (command,) = written(None)["features"]["slash_commands"]
    assert command["should_escape"] is True
