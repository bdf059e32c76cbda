"""The command line: `python -m bot <command>`."""

import argparse
import importlib
import sys

from bot.errors import FollowupError

COMMANDS = {
    "demo": "try it here: the bot and a local workspace in one process",
    "run": "run everything in one process",
    "web": "run the HTTP edge only (leads, Slack, health)",
    "worker": "run the loops only (decide, fire, deliver)",
    "migrate": "bring the database to this version's schema",
    "check": "check the team document, the settings and Slack",
    "route": "say where a lead would go, and why, without sending it anywhere",
    "replay": "last month's leads through a changed team document: who would have got what",
    "manifest": "print the Slack app manifest",
    "preview": "a whole plan for one lead: dates and scripts",
    "config": "show, apply or export the team document",
    "sources": "show where each form sends its leads, with its key; rotate a key",
    "inbox": "list what came in and what became of it; replay an entry",
    "stats": "how fast and how faithfully leads are followed up",
}
SERVING = ("run", "web", "worker")


def main(words: list[str]) -> int:
    """Run one command; returns the exit status: 0 done, 1 failed in a way said in words, 2 not understood."""
    parser = argparse.ArgumentParser(
        prog="python -m bot",
        description="Followup makes sure no inbound lead goes cold.",
        epilog="commands:\n" + "\n".join(f"  {name:<10}{text}" for name, text in COMMANDS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=COMMANDS, metavar="command", help="one of those below")
    arguments = parser.parse_args(words[:1] or ["--help"])
    # Only the command asked for is imported: help answers at once.
    module = importlib.import_module(
        f"bot.commands.{'serve' if arguments.command in SERVING else arguments.command}"
    )
    own = argparse.ArgumentParser(
        prog=f"python -m bot {arguments.command}", description=COMMANDS[arguments.command]
    )
    own.set_defaults(command=arguments.command)
    module.configure(own)
    try:
        return int(module.run(own.parse_args(words[1:])))
    except FollowupError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
