"""Re-checking a month's rules of reconciliation (核对一轮): the first round, one with nothing new, one after a new figure.

    python benchmarks/recheck.py [--home DIR]

Without --home the demonstration is loaded into a temporary one: its month, 21 January to 19 February, with the figures of two
documents and of every day's reports. The clock runs a round when something changed, at most once a minute; so a round has a
minute, and the page of a disagreement waits for none of it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from benchmarks.print import loaded  # noqa: E402
from benchmarks.trust.house import House  # noqa: E402

RECHECK = 60.0  # seconds between two rounds of the clock

CHECKED = """
import json, time
from django.utils import timezone
from shichen.reconciliation import running
began = time.perf_counter()
raised = running.run(timezone.now())
first = time.perf_counter() - began
began = time.perf_counter()
running.run(timezone.now())
print(json.dumps({"first": first, "again": time.perf_counter() - began, "raised": raised}))
"""

MONTH = """
import json, time
from django.utils import timezone
from shichen.indicators.models import Figure
from shichen.reconciliation import checks, running
from shichen.reconciliation.changes import Changes
from shichen.reconciliation.models import Comparison, Round
def took(act):
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
at = timezone.now()
Round.objects.all().delete()
Comparison.objects.all().delete()
first = took(lambda: running.run(at))
again = took(lambda: running.run(at))
nothing = took(lambda: running.refresh(at))
each = {name: took(lambda look=look: list(look())) for name, look in checks.checks().items()}
each |= {name: took(lambda look=look: list(look(Changes()))) for name, look in checks.checks_of_changes().items()}
print(json.dumps({"first": first, "again": again, "nothing": nothing, "figures": Figure.objects.count(),
                  "comparisons": Comparison.objects.count(), "open": Comparison.objects.filter(ok=False).count(), "each": each}))
"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--home", type=Path, help="a home with the demonstration in it; its comparisons are made anew")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="shichen-recheck-") as folder:
        home = asked.home or loaded(Path(folder) / "home")
        print(*rows(House(home, "").ask(MONTH)), sep="\n")


def rows(said: dict[str, Any]) -> Iterator[str]:
    """The rounds, and the dearest checks of a round that looks at everything."""
    yield f"{said['figures']:,} figures, {said['comparisons']:,} comparisons, {said['open']:,} of them do not agree"
    yield "| round | s | limit | share |\n|---|---:|---:|---:|"
    yield _row("everything, as if nothing had been looked at", said["first"])
    yield _row("everything again, nothing changed", said["again"])
    yield _row("the clock's minute, nothing changed", said["nothing"])
    for name, seconds in sorted(said["each"].items(), key=lambda one: -one[1])[:5]:
        yield _row(f"one check: {name.rsplit('.', 1)[-1]}", seconds)


def _row(name: str, seconds: float) -> str:
    return f"| {name} | {seconds:.2f} | {RECHECK:g} | **{seconds / RECHECK:.3f}** |"


if __name__ == "__main__":
    main()
