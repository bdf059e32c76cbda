"""One seed for whatever is drawn here."""

import os
import random
import sys


def fault_seed() -> int:
    """FAULT_SEED, else a new one; printed, so that a failure names it."""
    number = int(os.environ.get("FAULT_SEED") or random.SystemRandom().randrange(1_000_000))
    sys.stdout.write(f"FAULT_SEED={number}\n")
    return number
