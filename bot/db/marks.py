"""Triggers that mark a lead when something changes that figures count (bot.stats).

In the database, since nothing may slip by: not a statement over many rows, not a row of a code path yet to come.
Changing a table on SQLite makes it anew and loses its triggers, so they are installed after every upgrade.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, inspect


@dataclass(frozen=True)
class _Watched:
    """A table: the column that names the lead (or offer), what rows count, and which of their columns."""

    table: str
    names: str
    columns: tuple[str, ...]
    mark: str = "lead_id"
    counts: str = ""
    """A condition on {row}; without one every row counts."""


_WATCHED = (
    _Watched(
        "leads",
        "id",
        (
            "received_at", "pool", "tier", "source", "owner_id", "claimed_by_id", "claim_seconds",
            "claim_business_seconds", "first_response_seconds", "first_response_business_seconds",
        ),
    ),
    _Watched(
        "tasks",
        "lead_id",
        ("lead_id", "kind", "state", "owner_id"),
        counts="{row}.kind = 'touch' AND {row}.state IN ('done', 'skipped')",
    ),
    _Watched("offers", "lead_id", ("lead_id", "state"), counts="{row}.state = 'assigned'"),
    _Watched("offer_reps", "offer_id", ("offer_id", "rep_id", "state"), mark="offer_id"),
    _Watched(
        "activities",
        "lead_id",
        ("lead_id", "kind", "undone_at"),
        counts="{row}.kind IN ('outcome', 'escalated')",
    ),
)  # fmt: skip


def install(connection: Connection) -> None:
    """Put the triggers in place and mark every lead, since what happened without them is not known."""
    if not inspect(connection).has_table("figure_marks"):
        return
    create = _on_sqlite if connection.dialect.name == "sqlite" else _on_postgresql
    for watched in _WATCHED:
        for event, when, insert in _triggers(watched):
            for statement in create(
                f"figure_{watched.table}_{event.lower()}", watched.table, event, when, insert
            ):
                connection.exec_driver_sql(statement)
    connection.exec_driver_sql("INSERT INTO figure_marks (lead_id) SELECT id FROM leads")


def remove(connection: Connection) -> None:
    """Take the triggers away."""
    for watched in _WATCHED:
        for event in ("insert", "delete", "update"):
            name, on_postgresql = f"figure_{watched.table}_{event}", connection.dialect.name == "postgresql"
            connection.exec_driver_sql(
                f"DROP FUNCTION {name} CASCADE" if on_postgresql else f"DROP TRIGGER {name}"
            )


def _triggers(watched: _Watched) -> list[tuple[str, str, str]]:
    """The event, its condition and what to insert, in words that both databases know."""
    old, new = (
        f"({watched.counts.format(row=row)})" if watched.counts else "1 = 1" for row in ("OLD", "NEW")
    )
    into = f"INSERT INTO figure_marks ({watched.mark})"
    differs = " OR ".join(f"OLD.{column} {{differs}} NEW.{column}" for column in watched.columns)
    return [
        ("INSERT", new, f"{into} VALUES (NEW.{watched.names})"),
        ("DELETE", old, f"{into} VALUES (OLD.{watched.names})"),
        # A row that moves to another lead is news for both.
        (
            "UPDATE",
            f"({old} OR {new}) AND ({differs})",
            f"{into} SELECT OLD.{watched.names} UNION SELECT NEW.{watched.names}",
        ),
    ]


def _on_sqlite(name: str, table: str, event: str, when: str, insert: str) -> list[str]:
    condition = when.format(differs="IS NOT")
    return [
        f"DROP TRIGGER IF EXISTS {name}",
        f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW WHEN {condition} BEGIN {insert}; END",
    ]


def _on_postgresql(name: str, table: str, event: str, when: str, insert: str) -> list[str]:
    condition = when.format(differs="IS DISTINCT FROM")
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {insert}; RETURN NULL; END $$",
        f"CREATE OR REPLACE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW WHEN ({condition}) "
        f"EXECUTE FUNCTION {name}()",
    ]
