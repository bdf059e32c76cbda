"""Start, idle, and the way from a form to a card, with slash commands typed meanwhile."""

import compileall
import gc
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median
from threading import Thread

import psycopg
from sqlalchemy import text

from benchmarks.intake import connect, lead, post
from benchmarks.place import Place, add_open_touches, now, plain_url, team
from benchmarks.report import Line, percentile, spread
from bot.db import Database
from bot.intake import valid_secrets
from bot.workspace import Delivery, Message, Workspace

POOLS = 10
LEADS_A_SECOND = 5
COMMANDS_A_SECOND = 45
CLICKS_A_SECOND = 5
TYPISTS = 9
SECONDS = 20
TOUCHES = 1_000
PORT = 38_217
URL = f"http://127.0.0.1:{PORT}"
_CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


def measure(place: Place) -> list[Line]:
    """One bot process on PostgreSQL, a workspace in this one."""
    # As installed: this machine may forbid Python to keep what it compiled.
    compileall.compile_dir("bot", quiet=1)
    lines = [_help()]
    with place.database(POOLS) as database, Workspace(events_url=f"{URL}/slack/events") as workspace:
        user = workspace.add_user(name="mia", real_name="Mia", email="mia@acme.example", manager=True)
        keys = [f"rep{pool}-{number}" for pool in range(POOLS) for number in range(3)]
        reps = [workspace.add_user(name=key, real_name=key, email=f"{key}@acme.example") for key in keys]
        for pool in range(POOLS):
            workspace.add_channel(f"sales-{pool}", bot_is_member=True, members=[user, *reps])
        for kind, is_ready in (("web", _answers), ("worker", partial(_listens, database))):
            with _bot(database, workspace, kind, is_ready) as (_, ready):
                lines.append(_ready_line(kind, ready))
        with _bot(database, workspace, "run", _answers) as (process, ready):
            lines.append(_ready_line("run", ready))
            lines += _idle(process, database)
            lines += _busy(database, workspace, user, reps, "`run`")
        with (
            _bot(database, workspace, "web", _answers),
            _bot(database, workspace, "worker", partial(_listens, database)),
        ):
            lines += _busy(database, workspace, user, reps, "`web` and `worker`")
            # Last: its messages use up minutes of what Slack takes.
            lines.append(_lateness(database))
    return lines


def _help() -> Line:
    times = []
    for _ in range(5):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-m", "bot", "--help"], check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - started)
    took = median(times)
    return Line("`python -m bot --help`", f"{took:.2f} s", "0.4 s", took < 0.4)


def _ready_line(kind: str, ready: float) -> Line:
    return Line(f"`python -m bot {kind}`, until it is ready", f"{ready:.1f} s", "2.5 s", ready < 2.5)


@contextmanager
def _bot(
    database: Database, workspace: Workspace, kind: str, is_ready: Callable[[], bool]
) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    with tempfile.TemporaryDirectory() as folder:
        document = Path(folder) / "team.yml"
        document.write_text(team(POOLS))
        settings = {
            "SLACK_BOT_TOKEN": "xoxb-local",
            "SLACK_SIGNING_SECRET": "local-signing-secret",
            "SLACK_API_URL": workspace.api_url,
            "DATABASE_URL": database.url.render_as_string(hide_password=False),
            "FOLLOWUP_TEAM": str(document),
            "PORT": str(PORT),
            "LOG_LEVEL": "ERROR",
        }
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", kind], env=os.environ | settings, stdout=subprocess.DEVNULL
        )
        try:
            while not is_ready():
                if process.poll() is not None:
                    raise RuntimeError("the bot did not start")
                time.sleep(0.02)
            yield process, time.perf_counter() - started
        finally:
            process.terminate()
            process.wait(20)


def _answers() -> bool:
    client = connect(URL)
    try:
        client.request("GET", "/healthz")
        return client.getresponse().status == 200
    except OSError:
        return False
    finally:
        client.close()


def _listens(database: Database) -> bool:
    """Whether a worker hears what other processes commit: the last thing that it begins."""
    hears = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query ~ '^LISTEN'"
    )
    with database.engine.connect() as connection:
        return bool(connection.scalar(hears))


def _idle(process: subprocess.Popen[bytes], database: Database) -> list[Line]:
    _wait_until_known(database)
    time.sleep(5)
    seconds = 15
    with psycopg.connect(plain_url(database), autocommit=True) as watching:
        watching.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        cpu, queries = _cpu_seconds(process.pid), _queries(watching)
        time.sleep(seconds)
        share = (_cpu_seconds(process.pid) - cpu) / seconds
        each_second = (_queries(watching) - queries) / seconds
    memory = _memory(process.pid)
    return [
        Line("Idle: processor", f"{share:.1%}", "1%", share < 0.01),
        Line(
            "Idle: queries",
            f"{each_second:.1f}/s",
            "4/s",
            each_second < 4,
        ),
        Line("Idle: memory", f"{memory:.0f} MB", "150 MB", memory < 150),
    ]


def _wait_until_known(database: Database) -> None:
    """Looking thirty people up takes half a minute of Slack's budget, and is no idling."""
    unknown = text("SELECT count(*) FROM reps WHERE slack_user_id IS NULL")
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        while connection.scalar(unknown):
            time.sleep(0.5)


def _busy(database: Database, workspace: Workspace, user: str, reps: list[str], processes: str) -> list[Line]:
    with database.read() as session:
        keys = [valid_secrets(session, f"site{pool}", now())[0] for pool in range(POOLS)]
    typed: list[float] = []
    clicked: list[float] = []
    people = [Thread(target=_type, args=(workspace, user, typed, turn)) for turn in range(TYPISTS)]
    card = _claimed_card(workspace, keys[0], reps[0])
    people += [Thread(target=_click, args=(workspace, reps[1], card, clicked))]
    # Pauses of this process would be taken for the bot's.
    gc.collect()
    gc.freeze()
    for person in people:
        person.start()
    client, sent, next_at = connect(URL), {}, time.monotonic()
    for number in range(SECONDS * LEADS_A_SECOND):
        sent[lead(number)["name"]] = _wait_until(next_at)
        next_at += 1 / LEADS_A_SECOND
        post(client, f"site{number % POOLS}", keys[number % POOLS], number)
    for person in people:
        person.join()
    time.sleep(3)
    waits = _waits(workspace, sent)
    return [
        Line(
            f"{processes}: lead in to card posted, {LEADS_A_SECOND} leads a second over {POOLS} channels, "
            f"{len(waits)} of {len(sent)} posted",
            spread(waits),
            "P50 150 ms, P99 1 s",
            median(waits) < 0.15 and percentile(waits, 99) < 1 and len(waits) == len(sent),
        ),
        _answers_line(f"{processes}: `/followup today` meanwhile", typed),
        _answers_line(f"{processes}: clicks meanwhile", clicked),
    ]


def _answers_line(what: str, waits: list[float]) -> Line:
    met = percentile(waits, 99) < 0.1
    return Line(
        f"{what}, {len(waits) / SECONDS:.0f} a second", spread(waits), "P99 100 ms at 50 a second in all", met
    )


def _claimed_card(workspace: Workspace, key: str, owner: str) -> Message:
    before = len(workspace.messages("sales-0"))
    post(connect(URL), "site0", key, -1)
    if not workspace.wait_for(lambda: len(workspace.messages("sales-0")) > before, 30):
        raise RuntimeError("no card")
    card = workspace.messages("sales-0")[-1]
    workspace.click(owner, card.channel, card.ts, "claim")
    return card


def _type(workspace: Workspace, user: str, waits: list[float], turn: int) -> None:
    every = TYPISTS / COMMANDS_A_SECOND
    began = time.monotonic() + turn * every / TYPISTS
    for number in range(int(SECONDS / every)):
        due = _wait_until(began + number * every)
        delivery = workspace.command(user, "/followup", "today", channel="sales-0")
        waits.append(_answered(delivery, due))


def _click(workspace: Workspace, user: str, card: Message, waits: list[float]) -> None:
    """Claim a lead that somebody else has: a decision and an answer, and no message that would take from a budget."""
    began = time.monotonic()
    for number in range(SECONDS * CLICKS_A_SECOND):
        due = _wait_until(began + number / CLICKS_A_SECOND)
        delivery = workspace.click(user, card.channel, card.ts, "claim")
        waits.append(_answered(delivery, due))


def _wait_until(due: float) -> float:
    """The unix time of `due`, a moment of the monotonic clock, once it is there.

    All waits count from when it was to happen, not from when it did: one slow answer must not hide the wait of the
    next.
    """
    left = due - time.monotonic()
    planned = time.time() + left
    time.sleep(max(left, 0))
    return planned


def _answered(delivery: Delivery, due: float) -> float:
    """Seconds from `due` until the answer. RuntimeError without one."""
    waited = time.time() - due
    if not delivery.ok:
        raise RuntimeError(f"no answer: {delivery}")
    return waited


def _lateness(database: Database) -> Line:
    """When a thousand touches of one moment are due, seen from outside: each one's owner is to be told by then."""
    due = now() + timedelta(seconds=10)
    add_open_touches(database, TOUCHES, due)
    late: list[float] = []
    fired = text("SELECT count(*) FROM tasks WHERE due_at = :due AND state = 'due'")
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        while len(late) < TOUCHES and now() < due + timedelta(seconds=60):
            time.sleep(0.005)
            count = connection.scalar(fired, {"due": due}) or 0
            late += [(now() - due).total_seconds()] * (count - len(late))
    return Line(
        f"{TOUCHES:,} touches of one moment, {len(late):,} fired",
        f"earliest {min(late) * 1000:.0f} ms, P99 {percentile(late, 99) * 1000:.0f} ms late",
        "never early, P99 250 ms",
        len(late) == TOUCHES and min(late) >= 0 and percentile(late, 99) < 0.25,
    )


def _waits(workspace: Workspace, sent: dict[str, float]) -> list[float]:
    waits, began = [], min(sent.values())
    for pool in range(POOLS):
        for message in workspace.messages(f"sales-{pool}"):
            if float(message.ts) < began:
                continue
            text = f"{message.text} {message.blocks}"
            # "Lead Number1" is in "Lead Number12" too: the longest name is meant.
            names = [name for name in sent if name in text]
            if names:
                waits.append(float(message.ts) - sent[max(names, key=len)])
    return waits


def _queries(watching: psycopg.Connection) -> int:
    """Those that read or write rows: beginning, ending and pinging is not counted, nor is asking this."""
    found = watching.execute(
        "SELECT coalesce(sum(calls), 0) FROM pg_stat_statements JOIN pg_database ON pg_database.oid = dbid "
        "WHERE datname = current_database() AND query !~* 'pg_stat_statements' "
        "AND query ~* '^\\s*(select|insert|update|delete|with)'"
    ).fetchone()
    assert found
    return int(found[0])


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _CLOCK_TICKS


def _memory(pid: int) -> float:
    """Resident megabytes."""
    line = next(
        line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS")
    )
    return int(line.split()[1]) / 1024
