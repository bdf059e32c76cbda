"""`manifest`: what to paste at api.slack.com."""

import argparse
import re

from bot.errors import FollowupError
from bot.manifest import manifest


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--url", help="public address of the bot; without it the manifest is for Socket Mode")


def run(arguments: argparse.Namespace) -> int:
    if arguments.url and not re.fullmatch(r"https://[^\s/]+(/[^\s]*)?", arguments.url):
        raise FollowupError(
            f"Slack calls only addresses that begin with https://, and {arguments.url} does not."
        )
    print(manifest(arguments.url), end="")
    return 0
