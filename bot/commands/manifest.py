"""`manifest`: what to paste at api.slack.com."""

import argparse

from bot.manifest import manifest


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--url", help="public address of the bot; without it the manifest is for Socket Mode")


def run(arguments: argparse.Namespace) -> int:
    print(manifest(arguments.url), end="")
    return 0
