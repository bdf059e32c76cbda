"""The secrets of sources: made here, apart from the team document, two valid during a rotation."""

import base64
import secrets
from datetime import datetime
from string import ascii_letters, digits

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from bot.db.models import SourceSecret
from bot.errors import FollowupError
from bot.team.document import Team

PREFIX = "whsec_"
KEY_LENGTH = 32
"""Characters of base64: a signing key of 24 bytes."""

MIN_LENGTH, MAX_LENGTH = 16, 255


class UnusableSecretError(FollowupError):
    """A secret that would protect nothing, or cannot sign."""


def create_secret(
    session: Session,
    source: str,
    now: datetime,
    *,
    value: str | None = None,
    retire_others_at: datetime | None = None,
) -> str:
    """A new secret of this source: `value` when the sender made it, else a random one.

    One form serves as bearer token, as `?key=` and, base64 after "whsec_", as signing secret. The secrets that
    were valid before end at `retire_others_at`, or at once. Raises UnusableSecretError.
    """
    secret = _random() if value is None else _checked(value)
    ends = retire_others_at or now
    session.execute(
        update(SourceSecret)
        .where(
            SourceSecret.source == source,
            or_(SourceSecret.expires_at.is_(None), SourceSecret.expires_at > ends),
        )
        .values(expires_at=ends)
    )
    session.add(SourceSecret(source=source, secret=secret, created_at=now))
    session.flush()
    return secret


def valid_secrets(session: Session, source: str, now: datetime) -> list[str]:
    """What this source may show now, the newest first."""
    valid = or_(SourceSecret.expires_at.is_(None), SourceSecret.expires_at > now)
    theirs = select(SourceSecret.secret).where(SourceSecret.source == source, valid)
    return list(session.scalars(theirs.order_by(SourceSecret.id.desc())))


def ensure_secrets(session: Session, team: Team, now: datetime) -> None:
    """Give every source that has no secret one."""
    for source in team.sources:
        if not valid_secrets(session, source, now):
            create_secret(session, source, now)


def signing_key(secret: str) -> bytes | None:
    """The bytes that sign; None for a secret that is no base64 or empty, which nothing must ever match."""
    try:
        # Senders leave the padding out now and then; too much of it is ignored.
        return base64.b64decode(secret.removeprefix(PREFIX) + "==") or None
    except ValueError:
        return None


def _random() -> str:
    # Base64 without its + and /, which an address would change.
    return PREFIX + "".join(secrets.choice(ascii_letters + digits) for _ in range(KEY_LENGTH))


def _checked(value: str) -> str:
    if not (value.isascii() and value.isprintable() and " " not in value):
        raise UnusableSecretError("A secret has only plain characters and no spaces.")
    if len(value.removeprefix(PREFIX)) < MIN_LENGTH or len(value) > MAX_LENGTH:
        raise UnusableSecretError(f"A secret has between {MIN_LENGTH} and {MAX_LENGTH} characters.")
    if value.startswith(PREFIX) and not signing_key(value):
        raise UnusableSecretError('A signing secret is "whsec_" and then base64.')
    return value
