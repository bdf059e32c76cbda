"""The linter for cadences: every rule worth stating about plans and scripts, checked before a lead finds out."""

from bot.cadence.lint.findings import Finding, Severity
from bot.cadence.lint.linter import lint, refuse_errors
from bot.cadence.lint.wording import banned_wording

__all__ = ["Finding", "Severity", "banned_wording", "lint", "refuse_errors"]
