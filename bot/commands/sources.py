"""`sources`: what to paste into a form's webhook settings."""

import argparse
from datetime import timedelta

from bot.clock import machine_clock
from bot.commands.opened import opened
from bot.errors import FollowupError
from bot.intake import create_secret, valid_secrets
from bot.settings import load_database_settings
from bot.team.live import live_team

ROTATION = timedelta(days=7)


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rotate", metavar="SOURCE", help="a new key; the old one works for 7 more days")


def run(arguments: argparse.Namespace) -> int:
    settings = load_database_settings()
    database = opened(settings.database_url)
    now = machine_clock()
    if arguments.rotate:
        with database.write() as session:
            if live_team(session).team.source(arguments.rotate) is None:
                raise FollowupError(f"The team document has no source called {arguments.rotate}.")
            create_secret(session, arguments.rotate, now, retire_others_at=now + ROTATION)
    with database.read() as session:
        team = live_team(session).team
        for name, source in team.sources.items():
            print(f"{name} -> pool {source.pool or team.default_pool} ({source.auth})")
            for secret in valid_secrets(session, name, now):
                print(f"  {_usage(settings.url, name, source.auth, secret)}")
    return 0


def _usage(url: str, name: str, auth: str, secret: str) -> str:
    address = f"{url}/leads/{name}"
    return {
        "bearer": f"POST {address}   Authorization: Bearer {secret}",
        "url_token": f"POST {address}?key={secret}",
        "signature": f"POST {address}   signed (Standard Webhooks) with {secret}",
    }[auth]
