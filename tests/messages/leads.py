"""Leads for message tests: one that is ordinary, and ones that mean harm. No database: messages are pure."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from bot.db.models import Lead, Rep, Stage, Status, Tier

NOW = datetime(2026, 3, 2, 15, 5, tzinfo=UTC)
ZONE = ZoneInfo("America/New_York")
ANA = Rep(id=1, key="ana", name="Ana Ruiz", slack_user_id="U0ANA")
BEN = Rep(id=2, key="ben", name="Ben *Boss* Okafor", slack_user_id=None)


def lead(**columns: Any) -> Lead:
    known: dict[str, Any] = {
        "id": 42,
        "name": "Dana Lee",
        "first_name": "Dana",
        "company": "Brightfields",
        "email": "dana@lee.example",
        "phone": "+12125550142",
        "source": "website",
        "action": "demo",
        "message": "We lose web leads over the weekend.",
        "page": "https://acme.example/pricing",
        "campaign": {"utm_source": "google", "utm_campaign": "spring"},
        "facts": {},
        "tier": Tier.HOT,
        "pool": "inbound",
        "stage": Stage.OPT_IN,
        "status": Status.ACTIVE,
        "received_at": datetime(2026, 3, 2, 15, tzinfo=UTC),
        "clock_started_at": datetime(2026, 3, 2, 15, tzinfo=UTC),
        "last_touch_number": 0,
    }
    return Lead(**(known | columns))


WORDS = st.one_of(
    st.text(max_size=200),
    st.text(st.sampled_from("<>!@#&|*_~`: \n\u202e🔥漢"), max_size=200),
    st.sampled_from(
        [
            "<!channel>", "<@U0ANA>", "*bold*", ":tada:", "&lt;!here&gt;", "x" * 9000, "🔥" * 4000, "\n" * 500,
            "שלום *עולם*",
            "<http://evil.example|your bank>", "```code```", "> quote\n> quote", " ", "\x00\x07",
        ]
    ),
)  # fmt: skip
MAYBE = st.none() | WORDS


@st.composite
def hostile_leads(draw: st.DrawFn) -> Lead:
    """A lead every word of which somebody unknown has chosen."""
    names = (
        "name",
        "first_name",
        "company",
        "email",
        "phone",
        "handle",
        "profile_url",
        "title",
        "message",
        "page",
    )
    columns: dict[str, Any] = {name: draw(MAYBE) for name in (*names, "resource", "action", "next_action")}
    return lead(
        **columns,
        source=draw(WORDS) or "website",
        campaign=draw(st.dictionaries(WORDS, WORDS, max_size=6)),
        tier=draw(st.sampled_from(Tier)),
        status=draw(st.sampled_from(Status)),
        next_action_at=NOW,
    )
