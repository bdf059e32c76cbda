"""`check`: everything that can be known to be wrong before a lead finds out."""

import argparse
from pathlib import Path

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.cadence import known_plans
from bot.cadence.lint import refuse_errors
from bot.commands.known_to_slack import groups_told, unknown_to_slack
from bot.errors import FollowupError
from bot.settings import Settings, load_database_settings, load_settings
from bot.team.document import Team, load_team


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", type=Path, nargs="?", help="the team document (default: FOLLOWUP_TEAM or team.yml)"
    )
    parser.add_argument("--offline", action="store_true", help="look at the document only; do not ask Slack")


def run(arguments: argparse.Namespace) -> int:
    team = _checked_team(arguments.file or load_database_settings().followup_team)
    if arguments.offline:
        return 0
    settings = load_settings()
    client = WebClient(
        settings.slack_bot_token.get_secret_value(), base_url=settings.slack_api_url, timeout=10
    )
    people = (*_people(client, team), *unknown_to_slack(client, team))
    wrong = [line for line in (*_token(client), *people, *_socket(settings)) if line]
    print("".join(f"{line}\n" for line in groups_told(client, team)), end="")
    print("\n".join(wrong) if wrong else "ok    Slack knows the bot and everybody in the document")
    return 1 if wrong else 0


def _checked_team(file: Path) -> Team:
    try:
        team = load_team(file.read_text("utf-8"), known_plans=known_plans())
        for warning in refuse_errors(team):
            print(f"warning  {warning}")
    except FileNotFoundError as error:
        raise FollowupError(
            f"There is no file {file}. Copy team.example.yml to it and put in your own people, channel and hours."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise FollowupError(f"Cannot read {file}: {error}") from error
    counts = (
        (len(team.reps), "person", "people"),
        (len(team.pools), "pool", "pools"),
        (len(team.sources), "source", "sources"),
    )
    print(
        f"ok    {file}: " + ", ".join(f"{count} {one if count == 1 else many}" for count, one, many in counts)
    )
    return team


def _token(client: WebClient) -> list[str]:
    return [f"WRONG SLACK_BOT_TOKEN: Slack answers {error}" for error in _errors(client, "auth.test", {})]


def _people(client: WebClient, team: Team) -> list[str]:
    return [
        f"WRONG reps.{key}: Slack knows nobody with the address {rep.email} ({error})"
        for key, rep in team.reps.items()
        if rep.slack is None
        for error in _errors(client, "users.lookupByEmail", {"email": rep.email})
    ]


def _socket(settings: Settings) -> list[str]:
    if settings.slack_app_token is None:
        return []
    client = WebClient(
        settings.slack_app_token.get_secret_value(), base_url=settings.slack_api_url, timeout=10
    )
    return [
        f"WRONG SLACK_APP_TOKEN: Slack answers {error}"
        for error in _errors(client, "apps.connections.open", {})
    ]


def _errors(client: WebClient, method: str, arguments: dict[str, str | None]) -> list[str]:
    """Slack's word for what is wrong with this call; empty if nothing is."""
    try:
        client.api_call(method, params=arguments)
    except SlackApiError as error:
        return [str(error.response["error"])]
    except (SlackClientError, OSError) as error:
        return [type(error).__name__]
    return []
