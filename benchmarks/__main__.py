"""`python -m benchmarks [name ...]`: runs all or some of them; docs/benchmarks.md keeps the latest of each."""

import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import structlog

from benchmarks import figures, intake, messages, routing, service, touches
from benchmarks.place import Place
from benchmarks.report import Line, write


def _peers(place: Place) -> list[Line]:
    # Installed by `make bench` only: the other benchmarks run without.
    from benchmarks import peers  # noqa: PLC0415

    return peers.measure(place)


BENCHMARKS: dict[str, tuple[str, Callable[[Place], list[Line]]]] = {
    "touches": ("Due touches: 10,000 pending, 1,000 due at once", touches.measure),
    "many": ("A million open touches", touches.measure_many),
    "intake": ("Intake and deciding", intake.measure),
    "routing": (f"Routing decisions: {routing.REPS} reps, {routing.RULES} rules", routing.measure),
    "service": ("The whole bot in a process of its own, beside a local workspace", service.measure),
    "messages": ("A thousand messages over fifty channels", messages.measure),
    "figures": ("`/followup stats 30d`", figures.measure),
    "peers": ("Others on the same load: 10,000 pending, 1,000 due at once", _peers),
}
RESULTS = Path(__file__).parents[1] / "docs" / "benchmarks.md"


def main(names: Sequence[str]) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    # That a queue forms or a tick is skipped is what is measured.
    logging.disable(logging.WARNING)
    with Place.open() as place:
        for name in names or BENCHMARKS:
            title, measure = BENCHMARKS[name]
            print(f"\n{title}", flush=True)
            lines = measure(place)
            print("\n".join(map(str, lines)), flush=True)
            # At once: a run that is broken off keeps what it has measured.
            write(RESULTS, title, lines)


if __name__ == "__main__":
    main(sys.argv[1:])
