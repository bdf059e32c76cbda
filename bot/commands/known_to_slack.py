"""Whether Slack knows whom the team document names by id: people who may have left, and user groups."""

from collections.abc import Iterator
from typing import Any

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
    named = _named(team)
    if not named:
        return
    try:
        known = _known(client)
    except SlackApiError as error:
        yield f"WRONG user groups: Slack answers {error.response['error']}"
        return
    except (SlackClientError, OSError) as error:
        yield f"WRONG user groups: Slack could not be asked ({type(error).__name__})"
        return
    for pool, group in named:
        place = f"pools.{pool}.ladder"
        if group not in known:
            yield f"WRONG {place}: Slack has no user group {group}, or it is switched off"
        elif not known[group].get("users"):
            yield f"WRONG {place}: nobody is in the user group @{known[group]['handle']} ({group})"


def groups_told(client: WebClient, team: Team) -> list[str]:
    """A line for each user group on a ladder: who hears of a lead depends on who is in the pool's channel."""
    named = _named(team)
    try:
        known = _known(client) if named else {}
    except (SlackApiError, SlackClientError, OSError):
        return []
    return [
        f"note  pools.{pool}.ladder: of the {len(known[group]['users'])} in @{known[group]['handle']}, Slack tells "
        f"only those who are in {team.pool(pool).channel}. Invite the others."
        for pool, group in named
        if known.get(group, {}).get("users")
    ]


def _named(team: Team) -> list[tuple[str, str]]:
    """Each pool with each user group on its ladder."""
    named = (
        (key, entry.to)
        for key, pool in team.pools.items()
        for hot in (False, True)
        for entry in pool.ladder.entries(hot)
        if is_group(entry.to)
    )
    return list(dict.fromkeys(named))


def _known(client: WebClient) -> dict[str, dict[str, Any]]:
    """Every user group in use, by id, with its people."""
    found = client.usergroups_list(include_users=True).get("usergroups") or []
    return {group["id"]: group for group in found}
