"""A source: a form or tool that sends leads, how it proves itself and how its fields are called."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from bot.team.fields import Entry, PoolKey, Text, did_you_mean

LEAD_FIELDS = (
    "first_name",
    "last_name",
    "name",
    "email",
    "phone",
    "handle",
    "profile_url",
    "company",
    "title",
    "message",
    "page",
    "action",
    "resource",
    "consent",
    "consent_at",
    "source_detail",
    "campaign",
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "utm_term",
    "utm_content",
    "country",
    "zone",
    "product",
    "region",
    "language",
    "size",
    "customer",
    "external_id",
)
"""What a lead can carry in: the names a source's map and defaults may use."""


def _lead_field(value: str) -> str:
    if value not in LEAD_FIELDS:
        raise ValueError(f"a lead has no field {value!r}.{did_you_mean(value, LEAD_FIELDS)}")
    return value


def _dotted_path(value: str) -> str:
    if not all(part.strip() for part in value.split(".")):
        raise ValueError(
            f"{value!r} is no path into what the source sends; write it like contact.work_email."
        )
    return value


LeadField = Annotated[str, AfterValidator(_lead_field)]
DottedPath = Annotated[str, Field(max_length=200), AfterValidator(_dotted_path)]


class Source(Entry):
    """Where leads come from. `map` finds our fields in the body, by path; `defaults` fill what is not sent.

    `consent` says where these people opted in, when the body does not (R50). Its secret is kept elsewhere.
    """

    pool: PoolKey | None = None
    auth: Literal["bearer", "signature", "url_token"] = "bearer"
    map: dict[LeadField, DottedPath] = Field(default_factory=dict)
    defaults: dict[LeadField, Text] = Field(default_factory=dict)
    consent: Text | None = None
