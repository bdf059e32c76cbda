"""`stats`: `/followup stats` on the command line."""

import argparse

from bot.clock import machine_clock
from bot.commands.opened import opened
from bot.messages.stats import stats_blocks
from bot.settings import load_database_settings
from bot.stats import period, team_stats
from bot.team.live import live_team


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("period", nargs="?", default="7d", help="today, 7d or 30d (default 7d)")
    parser.add_argument("--pool", help="one pool (default: all)")


def run(arguments: argparse.Namespace) -> int:
    database = opened(load_database_settings().database_url)
    with database.snapshot() as session:
        team = live_team(session).team
        span = period(arguments.period, machine_clock(), team.zone)
        pools = (team.pool(arguments.pool).key,) if arguments.pool else None
        message = stats_blocks(team_stats(session, pools, span.since, span.until), span.label)
    for block in message.blocks:
        if text := block.get("text"):
            print(text["text"].replace("*", "").replace("```", ""), end="\n\n")
    return 0
