"""Disclosure control: how many random tables give a small count away before and after suppression, and what it takes.

    python benchmarks/disclosure.py [--tables 500] [--seed 2020]

Tables are districts by days with all their totals, counts drawn around a mean of its own for each district, as in an
outbreak: most days few cases, here and there many. A cell counts as given away when a reader who subtracts knows it.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import statistics
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))
_HOME = tempfile.TemporaryDirectory(prefix="shichen-bench-")
os.environ["SHICHEN_HOME"] = _HOME.name
os.environ["DJANGO_SETTINGS_MODULE"] = "shichen.site.settings"

from shichen.site.home import Home  # noqa: E402

Home(Path(_HOME.name)).create()
import django  # noqa: E402

django.setup()

from shichen.disclosure.audit import audit  # noqa: E402
from shichen.disclosure.exposures import look  # noqa: E402
from shichen.disclosure.facts import Fact, Region  # noqa: E402
from shichen.disclosure.policy import policy  # noqa: E402
from shichen.disclosure.suppression import primary, suppress  # noqa: E402
from shichen.disclosure.tables import running, two_way  # noqa: E402
from shichen.watches import clock  # noqa: E402

K = 5
DISTRICTS, DAYS = 9, 14
MEANS = (0.5, 2, 6, 12, 25)


def counts(dice: random.Random, districts: int, days: int) -> list[list[int]]:
    return [
        [_poisson(dice, mean * dice.choice((0.5, 1, 1.5))) for _ in range(days)] for mean in _means(dice, districts)
    ]


def before_and_after(dice: random.Random, tables: int) -> None:
    given, exact, after, hidden, small, cells = 0, 0, 0, 0, 0, 0
    took = []
    for _ in range(tables):
        table = two_way(counts(dice, DISTRICTS, DAYS))
        first = primary(table, K)
        found = audit(table, first, K)
        given, exact = given + bool(found), exact + any(one.exact for one in found)
        began = time.perf_counter()
        made = suppress(table, K)
        took.append(time.perf_counter() - began)
        after += bool(made.findings)
        hidden, small, cells = hidden + len(made.marks), small + len(first), cells + len(table.cells)
    print(f"{tables} tables of {DISTRICTS} districts x {DAYS} days with totals, k = {K}")
    print(f"  small counts hidden alone:  a cell is known exactly in {exact}, narrowed below 1..{K - 1} in {given}")
    print(f"  with complements and audit: given away in {after}")
    print(f"  cells not printed: {small / cells:.1%} small, {(hidden - small) / cells:.1%} beside them")
    print(f"  suppression with audit: median {statistics.median(took) * 1e3:.0f} ms, longest {max(took) * 1e3:.0f} ms")


def a_month(dice: random.Random) -> None:
    """New counts and running totals of ten districts over thirty days."""
    for _ in range(3):
        table = running(counts(dice, 10, 30))
        began = time.perf_counter()
        made = suppress(table, K)
        between = time.perf_counter()
        found = audit(table, made.marks, K)
        end = time.perf_counter()
        print(
            f"30 days x 10 districts, new and running totals: {len(table.cells)} cells, {len(made.marks)} hidden; "
            f"suppression {between - began:.2f} s, audit {(end - between) * 1e3:.0f} ms, given away {len(found)}"
        )


def a_page() -> None:
    """The audit of a page within its release: ten new totals beside a season of them."""
    facts = []
    for place in range(10):
        value = 100
        for day in range(60):
            value += 5 if (day + place) % 3 else 0
            until = clock(date(2020, 2, 1) + timedelta(days=day), 0)
            facts.append(Fact(Region("cases.confirmed_new", f"/0/{place}/", None, until), value, f"{place}", "累计"))
    began = time.perf_counter()
    found = look([], facts[:-10], [], policy(), beside=facts[-10:])
    print(f"a page of 10 totals beside {found.earlier} told before: {(time.perf_counter() - began) * 1e3:.0f} ms")


def _means(dice: random.Random, districts: int) -> list[float]:
    return [dice.choice(MEANS) for _ in range(districts)]


def _poisson(dice: random.Random, mean: float) -> int:
    limit, product, count = math.exp(-mean), dice.random(), 0
    while product > limit:
        product, count = product * dice.random(), count + 1
    return count


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--tables", type=int, default=500)
    asked.add_argument("--seed", type=int, default=2020)
    given = asked.parse_args()
    dice = random.Random(given.seed)
    print(f"seed {given.seed}")
    before_and_after(dice, given.tables)
    a_month(dice)
    a_page()


if __name__ == "__main__":
    main()
