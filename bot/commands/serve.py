"""`run`, `web` and `worker`."""

import argparse
import sys

import structlog

from bot.app import Running, build, prepare, require_current_schema, run_until_signalled
from bot.logs import configure_logging
from bot.settings import load_settings

log = structlog.get_logger()

SWITCH_SECONDS = 0.001
"""How long a busy thread may keep the others waiting. Most wait for the database many times in an answer, and each time
a thread that computes could take Python's five milliseconds first."""


def configure(parser: argparse.ArgumentParser) -> None:
    """No arguments: the environment says it all."""


def run(arguments: argparse.Namespace) -> int:
    settings = load_settings()
    configure_logging(settings.log_level)
    sys.setswitchinterval(SWITCH_SECONDS)
    bot = build(settings)
    if arguments.command == "run":
        prepare(bot)
    else:
        require_current_schema(bot)
    running = Running(bot, web=arguments.command != "worker", worker=arguments.command != "web")
    log.info("starting", command=arguments.command, leads_at=f"{settings.url}/leads/<source>")
    run_until_signalled(running)
    return 0
