"""`inbox`: what came in, and a second chance for what could not be read."""

import argparse

from bot.clock import machine_clock
from bot.commands.opened import opened
from bot.intake import inbox_list, replay
from bot.settings import load_database_settings


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True)
    listing = actions.add_parser("list", help="the newest entries and what became of each")
    listing.add_argument("--failed", action="store_true", help="only what could not be read")
    listing.add_argument("--limit", type=int, default=50)
    again = actions.add_parser("replay", help="decide an entry again, after the field map was mended")
    again.add_argument("id")


def run(arguments: argparse.Namespace) -> int:
    database = opened(load_database_settings().database_url)
    if arguments.action == "replay":
        with database.write() as session:
            replay(session, arguments.id, machine_clock())
        print(f"{arguments.id} will be decided again within seconds, if the bot is running.")
        return 0
    with database.read() as session:
        for line in inbox_list(session, failed_only=arguments.failed, limit=arguments.limit):
            print(line)
    return 0
