"""What every table shares."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import Enum, MetaData
from sqlalchemy.orm import DeclarativeBase

from bot.db.types import Json, UtcDateTime


def _values(kind: type[enum.Enum]) -> list[str]:
    return [str(member.value) for member in kind]


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012  (SQLAlchemy reads this name)
        datetime: UtcDateTime,
        dict[str, Any]: Json,
        list[Any]: Json,
        # Stored as text by value, so that a new member needs no migration.
        enum.Enum: Enum(enum.Enum, native_enum=False, length=24, values_callable=_values),
    }
