"""What people read in Slack: pure functions from a state to Block Kit; delivery's registry of renderers."""

from bot.messages.renderers import RENDERERS

__all__ = ["RENDERERS"]
