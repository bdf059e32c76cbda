"""The clock: loops that decide what came in, fire what is due and deliver what goes out."""

from bot.worker.worker import Worker

__all__ = ["Worker"]
