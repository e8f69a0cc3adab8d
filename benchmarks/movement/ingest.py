"""Intake of bulk rows measured against what one would write instead: bare conversion, and Django forms with bulk_create.

    python -m benchmarks.movement.ingest [ROWS]

Each in a process of its own, on the same file, in one run. The counts must be those that the file was made with, or nothing is said.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.movement import loadfile
from benchmarks.movement.loadfile import POSTS, Made
from benchmarks.movement.queries import Target
from benchmarks.trust.house import prepared

ROOT = Path(__file__).resolve().parents[2]
FORMS = 20_000
"""Records that the forms are given; their rate does not depend on how many there are."""
TIMES = 3

OURS = """
import json, resource, sys, time
from pathlib import Path
from shichen.audit.context import acting
from shichen.city import queries as city, services
from shichen.records.bulk import comparing, keeping, loading, parsing
from shichen.records.bulk.receiving import Delivery
from shichen.registers.loads import services as loads
from shichen.site.commands import import_bulk
file = Path(sys.argv[1])
office, area, event, system = city.the_office(), city.the_city(), city.the_event(), services.system()
began, cpu = time.monotonic(), time.process_time()
with acting("cli"):
    parsing.prepare()  # as the command does
    delivery = Delivery("passings", import_bulk._blocks(file), file.name, "cli", office, area, event, most=1 << 40)
    load = loads.work(loads.receive(delivery, by=system)[0])
took = time.monotonic() - began
self, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
print(json.dumps({"seconds": took, "state": load.state, "read": load.read, "taken": load.taken, "rejected": load.rejected,
                  "duplicate": load.duplicate, "peak": (self.ru_maxrss + children.ru_maxrss) * 1024,
                  "cpu": time.process_time() - cpu + children.ru_utime + children.ru_stime}))
"""

BARE = """
import duckdb, json, os, sys, time
con = duckdb.connect(config={"threads": 2})
began = time.monotonic()
con.execute(f"COPY (SELECT * FROM read_csv('{sys.argv[1]}', header=true, ignore_errors=true)) TO '{sys.argv[2]}' (FORMAT parquet, COMPRESSION zstd)")
descriptor = os.open(sys.argv[2], os.O_RDONLY)
os.fsync(descriptor)
print(json.dumps({"seconds": time.monotonic() - began}))
"""

FORM = """
import csv, hashlib, hmac, itertools, json, sys, time
from django import forms
from django.db import connection, models
class Row(models.Model):
    at = models.DateTimeField(); post = models.CharField(max_length=20); way = models.CharField(max_length=4)
    plate = models.BigIntegerField(); person = models.BigIntegerField(); temp = models.DecimalField(max_digits=4, decimal_places=1)
    region = models.IntegerField(); outcome = models.CharField(max_length=8)
    class Meta:
        app_label = "records"
        constraints = [models.UniqueConstraint("post", "at", "person", "plate", name="bench_once")]
class RowForm(forms.Form):
    at = forms.DateTimeField(); post = forms.ChoiceField(choices=[(f"K{n}", f"K{n}") for n in range(int(sys.argv[3]))])
    way = forms.CharField(max_length=4); plate = forms.CharField(max_length=12); person = forms.RegexField("^[0-9]{17}[0-9X]$")
    temp = forms.DecimalField(min_value=34, max_value=43); region = forms.IntegerField(); outcome = forms.CharField(max_length=8)
    def clean_person(self):
        number = self.cleaned_data["person"]
        weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
        if "10X98765432"[sum(w * int(c) for w, c in zip(weights, number)) % 11] != number[17]:
            raise forms.ValidationError("check")
        return number
with connection.schema_editor() as editor:
    editor.create_model(Row)
def secret(kind, text):
    return int.from_bytes(hmac.digest(b"k" * 32, f"{kind}:{text}".encode(), "sha256")[:8], "big") - 2**63
names = ("at", "post", "way", "plate", "person", "temp", "region", "outcome")
began, made, count = time.monotonic(), [], 0
with open(sys.argv[1], encoding="utf-8", newline="") as file:
    for cells in itertools.islice(csv.reader(file), 1, int(sys.argv[2]) + 1):
        count += 1
        form = RowForm(dict(zip(names, cells)))
        if form.is_valid():
            said = form.cleaned_data
            made.append(Row(**said | {"plate": secret("vehicle", said["plate"]), "person": secret("person", said["person"])}))
        if len(made) >= 5000:
            Row.objects.bulk_create(made, ignore_conflicts=True)
            made = []
    Row.objects.bulk_create(made, ignore_conflicts=True)
print(json.dumps({"seconds": time.monotonic() - began, "rows": count}))
"""


def run(rows: int) -> list[Target]:
    """Everything on one file of so many records, printed as it comes."""
    with tempfile.TemporaryDirectory(prefix="shichen-ingest-") as folder:
        place = Path(folder)
        made = loadfile.write(place / "load.csv", rows)
        print(json.dumps({"file": asdict(made), "bytes": (place / "load.csv").stat().st_size}), flush=True)
        bare = min(_bare(place) for _ in range(TIMES))
        ours = min(
            (_ours(place / f"home-{n}", place / "load.csv", made) for n in range(TIMES)), key=lambda one: one["seconds"]
        )
        form = _forms(place / "home-forms", place / "load.csv")
        print(json.dumps({"bare": bare, "ours": ours, "forms": form}), flush=True)
        rate = made.rows / ours["seconds"]
        return [
            _target("ingest, records a second", rate, ">=", 450_000, rows),
            _target("ingest / bare conversion", ours["seconds"] / bare, "<=", 2, rows, " ×"),
            _target("ingest: forms and bulk_create / ours", rate / form, ">=", 150, rows, " ×"),
            _target("ingest, most resident (parent and child)", ours["peak"] / 1e9, "<=", 1, rows, " GB"),
        ]


def _bare(place: Path) -> float:
    said = _said([sys.executable, "-c", BARE, str(place / "load.csv"), str(place / "bare.parquet")], dict(os.environ))
    return float(said["seconds"])


def _ours(home: Path, file: Path, made: Made) -> dict[str, Any]:
    with prepared(home, posts=POSTS) as house:
        said: dict[str, Any] = house.ask(OURS, str(file))
    expected = ("committed", made.rows, made.good, made.rejected, made.duplicate)
    if (said["state"], said["read"], said["taken"], said["rejected"], said["duplicate"]) != expected:
        raise AssertionError(f"the file was made with {made}, and this came of it: {said}")
    return said


def _forms(home: Path, file: Path) -> float:
    """Records a second."""
    with prepared(home, posts=1) as house:
        said = house.ask(FORM, str(file), str(FORMS), str(POSTS))
    return float(said["rows"] / said["seconds"])


def _said(command: list[str], environment: dict[str, str]) -> dict[str, Any]:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _target(name: str, value: float, sign: str, limit: float, rows: int, unit: str = "") -> Target:
    holds = value <= limit if sign == "<=" else value >= limit
    return Target(name, round(value, 3), f"{sign} {limit:g}{unit}", holds, rows, rows)


def main() -> None:
    from benchmarks.movement.queries import table

    began = time.monotonic()
    print(table(run(int(float(sys.argv[1])) if len(sys.argv) > 1 else 510_000)))
    print(
        json.dumps(
            {"seconds": round(time.monotonic() - began), "peak": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss}
        )
    )


if __name__ == "__main__":
    main()
