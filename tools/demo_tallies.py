"""Makes the demonstration city's shift tallies: synthetic rows that add up exactly to the published sums of the day.

Run `python tools/demo_tallies.py` to write `tallies.csv` beside `posts.csv`; `--check` only says whether the committed
file is what the generator makes. The same seed always gives the same bytes.
"""

from __future__ import annotations

import csv
import io
import random
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "src/shichen/site/demo/zhuzhou"
LOCAL = timezone(timedelta(hours=8))
SEED = 20200202

COLUMNS = (
    "post",
    "shift_start",
    "shift_end",
    "vehicles",
    "source_area_vehicles",
    "persons",
    "source_area_persons",
    "turned_back",
    "referred",
    "fever",
    "staff",
    "basis",
)
COUNTS = COLUMNS[3:10]

# What a post of each kind sees in a day, in relation to the others: a toll gate about seven times a village road.
BUSY = {"高速": 2600.0, "国省道": 1100.0, "县乡": 360.0, "车站": 260.0}
# The gates of the city itself are busier than any other.
BUSIEST = {"株洲北": 6000.0, "长株高速株洲": 6500.0, "株洲西": 6000.0, "醴陵": 4500.0}
# Persons for each vehicle, in relation to the others: stations see people who came on foot.
RIDERS = {"高速": 1.0, "国省道": 1.0, "县乡": 0.9, "车站": 3.0}
# Share of a day's passings by hour band; 10 % between midnight and eight.
HOURS = ((0, 5, 0.05), (5, 8, 0.05), (8, 16, 0.53), (16, 24, 0.37))
# The police stop about this share of what passes at a gate where the traffic group stands too.
POLICE_SHARE = 0.25


@dataclass(frozen=True)
class Sums:
    """What one network's day adds up to; `basis` says whether the sums are published facts or invented ones."""

    day: date
    network: str
    vehicles: int
    persons: int
    source_area_vehicles: int
    source_area_persons: int
    turned_back: int
    referred: int
    fever: int
    basis: str


# 2 February: vehicles, persons and 150 劝返或妥善处置 (turned back + referred) of the traffic network, and vehicles, persons
# and their source-area parts of the police network, are published; everything else here is invented.
DAYS = (
    Sums(date(2020, 2, 1), "traffic", 143206, 347118, 97, 214, 128, 9, 3, "invented"),
    Sums(date(2020, 2, 1), "police", 38942, 81377, 31, 36, 44, 8, 1, "invented"),
    Sums(date(2020, 2, 2), "traffic", 149461, 361122, 88, 197, 139, 11, 2, "adds-up"),
    Sums(date(2020, 2, 2), "police", 40515, 84492, 24, 23, 37, 7, 1, "adds-up"),
)


@dataclass(frozen=True)
class Post:
    """A post of duty as `posts.csv` has it."""

    code: str
    name: str
    network: str
    gate: str
    kind: str


@dataclass
class Tally:
    """One post's one shift; `fixed` counts are facts that the sharing out leaves alone."""

    post: Post
    start: datetime
    end: datetime
    weight: float
    riders: float
    fixed: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    staff: int = 4
    basis: str = "adds-up"


def read_posts(path: Path) -> list[Post]:
    """The posts in the order of the file."""
    with path.open(encoding="utf-8", newline="") as lines:
        return [
            Post(row["code"], row["name"], row["network"], row["gate"], row["kind"]) for row in csv.DictReader(lines)
        ]


def apportion(total: int, weights: Sequence[float]) -> list[int]:
    """Whole numbers in proportion to the weights that add up to the total exactly (largest remainders)."""
    whole = sum(weights)
    exact = [total * weight / whole for weight in weights]
    parts = [int(share) for share in exact]
    order = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in order[: total - sum(parts)]:
        parts[i] += 1
    return parts


def hours_of(post: Post, day: date) -> list[tuple[int, int, float]]:
    """Three shifts of eight hours; at 株洲北 on 2 February the police squad's night shift ends at five (0 时至 5 时)."""
    night, dawn, *rest = HOURS
    if is_stated(post, day):
        return [night, dawn, *rest]
    return [(0, 8, night[2] + dawn[2]), *rest]


def is_stated(post: Post, day: date) -> bool:
    """株洲北 has one shift whose counts are published: 165 vehicles, 310 persons, 1 helped to check."""
    return post.network == "police" and post.name.startswith("株洲北收费站") and day == date(2020, 2, 2)


def instant(day: date, hour: int) -> datetime:
    """The hour of the civil day; 24 is the next day's 0 (24时即次日0时)."""
    return datetime(day.year, day.month, day.day, tzinfo=LOCAL) + timedelta(hours=hour)


def busyness(posts: Iterable[Post], chance: random.Random) -> dict[str, float]:
    """How busy each post is: by kind, skewed; at a shared gate the police see a part of what the traffic group sees."""
    busy: dict[str, float] = {}
    at_gate: dict[str, float] = {}
    for post in posts:
        gate = post.name.partition("收费站")[0]
        busy[post.code] = BUSIEST.get(gate) or BUSY[post.kind] * chance.lognormvariate(0, 0.4)
        if post.gate and post.network == "traffic":
            at_gate[post.gate] = busy[post.code]
        elif post.gate:
            busy[post.code] = at_gate[post.gate] * POLICE_SHARE * chance.uniform(0.8, 1.2)
    return busy


def shifts(posts: Iterable[Post], sums: Sums, busy: dict[str, float], chance: random.Random) -> list[Tally]:
    """Every shift of every post of the network on that day, with its weight and without its counts."""
    rows = []
    for post in posts:
        if post.network != sums.network:
            continue
        for start, end, share in hours_of(post, sums.day):
            weight = busy[post.code] * share * chance.uniform(0.85, 1.15)
            riders = RIDERS[post.kind] * chance.uniform(0.92, 1.08)
            staff = chance.randint(4, 8) if post.kind == "高速" else chance.randint(2, 5)
            ends = (instant(sums.day, start), instant(sums.day, end))
            rows.append(Tally(post, *ends, weight, riders, staff=staff, basis=sums.basis))
    return rows


def fix_the_stated(rows: Iterable[Tally]) -> None:
    """Writes the published shift into its row, as a fact."""
    for row in rows:
        if is_stated(row.post, row.start.date()) and row.start.hour == 0:
            row.fixed = dict.fromkeys(COUNTS, 0) | {"vehicles": 165, "persons": 310, "referred": 1}
            row.staff, row.basis = 3, "fact"


def share_out(name: str, total: int, rows: Sequence[Tally], weights: Sequence[float]) -> None:
    """Gives every row its part of the total; fixed rows keep theirs."""
    free = [i for i, row in enumerate(rows) if name not in row.fixed]
    rest = total - sum(row.fixed.get(name, 0) for row in rows)
    for row in rows:
        row.counts[name] = row.fixed.get(name, 0)
    for i, part in zip(free, apportion(rest, [weights[i] for i in free]), strict=True):
        rows[i].counts[name] = part


def scatter(name: str, total: int, rows: Sequence[Tally], chance: random.Random) -> None:
    """Lets rare things fall where many people pass, one by one."""
    free = [row for row in rows if name not in row.fixed]
    for row in rows:
        row.counts[name] = row.fixed.get(name, 0)
    rest = total - sum(row.counts[name] for row in rows)
    for row in chance.choices(free, weights=[row.counts["persons"] for row in free], k=rest):
        row.counts[name] += 1


def fill(sums: Sums, rows: list[Tally], chance: random.Random) -> None:
    """Shares the day's sums out over the shifts: vehicles by weight, persons by vehicles, the rare ones by chance."""
    fix_the_stated(rows)
    share_out("vehicles", sums.vehicles, rows, [row.weight for row in rows])
    share_out("persons", sums.persons, rows, [row.counts["vehicles"] * row.riders + 0.01 for row in rows])
    for name in COUNTS[1:]:
        if name != "persons":
            scatter(name, getattr(sums, name), rows, chance)


def tallies(posts: list[Post]) -> list[Tally]:
    """All tallies of both days and both networks, in order of day, post and shift."""
    chance = random.Random(SEED)
    busy = busyness(posts, chance)
    made: list[Tally] = []
    for sums in DAYS:
        rows = shifts(posts, sums, busy, chance)
        fill(sums, rows, chance)
        made += rows
    return made


def as_csv(rows: Iterable[Tally]) -> str:
    """The rows as the committed file has them."""
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(COLUMNS)
    for row in rows:
        ends = (row.start.isoformat(timespec="minutes"), row.end.isoformat(timespec="minutes"))
        out.writerow([row.post.code, *ends, *(row.counts[name] for name in COUNTS), row.staff, row.basis])
    return text.getvalue()


def main(words: Sequence[str]) -> int:
    """Writes the file, or with `--check` compares it."""
    path = FOLDER / "tallies.csv"
    text = as_csv(tallies(read_posts(FOLDER / "posts.csv")))
    if "--check" in words:
        return int(path.read_text(encoding="utf-8") != text)
    path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
