"""Whether Slack knows whom the team document names by id: people who may have left, and user groups."""

from collections.abc import Iterator

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.team.document import Team
from bot.team.ladder import is_group


def unknown_to_slack(client: WebClient, team: Team) -> list[str]:
    """A line for each rep and user group that Slack does not know, or not any more."""
    return [*_people(client, team), *_groups(client, team)]


def _people(client: WebClient, team: Team) -> Iterator[str]:
    for key, rep in team.reps.items():
        if rep.slack is None:
            continue
        try:
            user = client.users_info(user=rep.slack).get("user") or {}
            if user.get("deleted"):
                yield f"WRONG reps.{key}: {rep.name} is deactivated in Slack; take them out of the document"
        except SlackApiError as error:
            yield f"WRONG reps.{key}: Slack knows nobody with the id {rep.slack} ({error.response['error']})"
        except (SlackClientError, OSError) as error:
            yield f"WRONG reps.{key}: Slack could not be asked ({type(error).__name__})"


def _groups(client: WebClient, team: Team) -> Iterator[str]:
    named = {
        (f"pools.{key}.ladder", entry.to)
        for key, pool in team.pools.items()
        for hot in (False, True)
        for entry in pool.ladder.entries(hot)
        if is_group(entry.to)
    }
    if not named:
        return
    try:
        known = {group["id"] for group in client.usergroups_list().get("usergroups") or []}
    except SlackApiError as error:
        yield f"WRONG user groups: Slack answers {error.response['error']}"
        return
    except (SlackClientError, OSError) as error:
        yield f"WRONG user groups: Slack could not be asked ({type(error).__name__})"
        return
    yield from (
        f"WRONG {place}: Slack has no user group {group}"
        for place, group in sorted(named)
        if group not in known
    )
