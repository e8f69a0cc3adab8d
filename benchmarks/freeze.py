"""Freezing a day with many figures (批量定稿) and what follows it: signing, the audit of what it gives away, the release.

    python benchmarks/freeze.py [--figures 1000 10000] [--postgres URL]

A day with that many figures, each with its value, its fingerprint and its definition as if it were frozen by itself; the
values and fingerprints of a hundred are held against those frozen one by one. Times are seconds of one transaction each.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from benchmarks.trust.house import prepared  # noqa: E402

FREEZE, JOB = 10.0, 2.0  # seconds: what a day's freeze may take (chosen); what takes longer than a page may is a job

FROZEN = """
import json, sys, time, uuid
from datetime import timedelta
from django.db import transaction
from django.utils import timezone
from shichen import watches
from shichen.city import queries, services
from shichen.indicators.declare import Scope
from shichen.indicators.freezing import Wanted, freeze_all
from shichen.indicators.services import freeze
from shichen.registers.checkpoints.models import Network, Post, Tally
from shichen.watches import Period
KEYS = ("checkpoint.vehicles_checked", "checkpoint.persons_checked", "checkpoint.persons_turned_back", "checkpoint.persons_referred")
wanted_figures = int(sys.argv[1])
by, event, area, network = services.system(), queries.the_event(), queries.the_city(), Network.objects.get(code="traffic")
day, n = watches.civil_day(timezone.now()) - timedelta(days=400), -(-wanted_figures // (len(KEYS) * 3))
base = dict(event=event, unit=network.run_by, area=area, area_path=area.path, reported_at=timezone.now(),
            recorded_at=timezone.now(), author=by, synthetic=True, network=network)
posts, tallies = [], []
for i in range(n):
    key = uuid.uuid4()
    posts.append(Post(id=key, first=key, code=f"F{key.hex[:12]}", name=f"测量{n}-{i}号点", opened_on=day, occurred_from=watches.clock(day, 0), **base))
    for hour in (0, 8, 16):
        shift = uuid.uuid4()
        start = watches.clock(day, hour)
        tallies.append(Tally(id=shift, first=shift, post=posts[-1], occurred_from=start, occurred_to=start + timedelta(hours=8),
            vehicles=i % 90, source_area_vehicles=0, persons=i % 190, source_area_persons=0, turned_back=i % 3, referred=i % 2,
            handled=0, fever=0, **base))
Post.objects.bulk_create(posts)
Tally.objects.bulk_create(tallies)
wanted = [Wanted(key, Period(tally.occurred_from, tally.occurred_to), Scope(area, {"post": tally.post.code, "network": "traffic"}),
                 network.run_by) for tally in tallies for key in KEYS][:wanted_figures]
began, worked = time.perf_counter(), time.process_time()
made = freeze_all(wanted, event=event, by=by)
together, processor = time.perf_counter() - began, time.process_time() - worked
some = range(0, len(wanted), max(1, len(wanted) // 100))
began = time.perf_counter()
alone = [freeze(wanted[i].key, wanted[i].period, wanted[i].scope, reporter=network.run_by, event=event, by=by) for i in some]
each = (time.perf_counter() - began) / len(alone)
same = all((made[i].value, made[i].fingerprint, made[i].record_count) == (one.value, one.fingerprint, one.record_count)
           for i, one in zip(some, alone))
from shichen.disclosure import clearing
from shichen.indicators import releasing
from shichen.indicators.releasing import Document, Printed
other = services.open_account(f"second-{uuid.uuid4().hex[:8]}", "第二人", by=by)
began = time.perf_counter()
releasing.approve(made, by=other)
approved = time.perf_counter() - began
began = time.perf_counter()
looked = clearing.looked_at(made)
audited = time.perf_counter() - began
began = time.perf_counter()
releasing.release(Document(uuid.uuid4(), "测量", "/days/"), [Printed(one, str(n), "0") for n, one in enumerate(made)],
                  at=timezone.now(), by=other)
released = time.perf_counter() - began
print(json.dumps({"figures": len(made), "together": together, "processor": processor, "one_by_one": each * len(made), "same": same,
                  "approved": approved, "audited": audited, "released": released, "small": len(looked.found)}))
"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--figures", type=int, nargs="+", default=[1_000, 10_000])
    options.add_argument("--postgres", default="", help="URL of a server; without it the embedded database is measured")
    asked = options.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="shichen-freeze-") as folder,
        prepared(Path(folder), postgres=asked.postgres) as house,
    ):
        print("| figures | act | s | limit | share |\n|---:|---|---:|---:|---:|")
        for figures in asked.figures:
            print(*rows(house.ask(FROZEN, str(figures))), sep="\n", flush=True)


def rows(said: dict[str, float]) -> Iterator[str]:
    """The table of one size."""
    same = "as one by one" if said["same"] else "NOT AS ONE BY ONE"
    yield _row(said, f"freeze ({same}; {said['processor']:.1f} s of processor)", said["together"], FREEZE)
    yield _row(said, "freeze one by one, reckoned from a hundred", said["one_by_one"], None)
    yield _row(said, "sign, by a second person", said["approved"], JOB)
    yield _row(said, f"audit of what they give away ({said['small']:g} small counts)", said["audited"], JOB)
    yield _row(said, "release in a document", said["released"], JOB)


def _row(said: dict[str, float], act: str, seconds: float, limit: float | None) -> str:
    share = f"{limit:g} | **{seconds / limit:.2f}**" if limit else "– | –"
    return f"| {said['figures']:,} | {act} | {seconds:.2f} | {share} |"


if __name__ == "__main__":
    main()
