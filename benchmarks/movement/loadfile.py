"""A file as a city's gates send it: half a million records a day, habits and crowds, and a known share of every slip of the pen.

    python -m benchmarks.movement.loadfile FILE [ROWS]

Seed 5. Of 510,000 records: .1 % each with a wrong check figure, a day of birth that never was, an unknown post, 63.5 ℃; .05 % each without
a time, with a column too many; .2 % sent twice.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb

SEED = 5
POSTS = 83
HEAD = "时间,卡点,方向,车牌,证件号码,体温,来源地,处置"
DAY = "2020-02-02 00:00:00"
SHARES = {
    "check": 0.001,
    "birth": 0.001,
    "post": 0.001,
    "heat": 0.001,
    "time": 0.0005,
    "column": 0.0005,
    "twice": 0.002,
}


@dataclass(frozen=True)
class Made:
    """What a file holds: records in all, and of them those that must be refused or are there twice."""

    rows: int
    rejected: int
    duplicate: int

    @property
    def good(self) -> int:
        return self.rows - self.rejected - self.duplicate


def write(path: Path, rows: int = 510_000) -> Made:
    """Write the file; the same rows give the same file on every machine."""
    con = duckdb.connect(config={"threads": 1})
    con.execute(f"CREATE TABLE made AS SELECT *, {_fault()} AS fault FROM ({_clean(rows)})")
    twice = con.execute("SELECT count(*) FROM made WHERE fault = 'twice'").fetchone()
    wrong = con.execute("SELECT count(*) FROM made WHERE fault NOT IN ('', 'twice')").fetchone()
    lines = _lines()
    con.execute(
        f"COPY (SELECT line FROM (SELECT i, 0 AS again, {lines} AS line FROM made UNION ALL"
        f" SELECT i, 1, {lines} FROM made WHERE fault = 'twice') ORDER BY i, again)"
        f" TO '{path}' (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x1e')"
    )
    body = path.read_bytes()
    path.write_bytes(f"{HEAD}\n".encode() + body)
    again, refused = (int(row[0]) if row else 0 for row in (twice, wrong))
    return Made(rows + again, refused, again)


def _hash(name: str, size: int) -> str:
    """A number below `size` for every row: splitmix would do; an engine's own hash may change with its version, md5 may not."""
    return f"(('0x' || substr(md5('{SEED}' || '{name}' || i), 1, 12))::bigint % {size})"


def _clean(rows: int) -> str:
    people = max(1, rows * 3 // 4)
    area, year, month, day, order = (
        "430200 + who % 9",
        "1940 + who % 70",
        "1 + who // 70 % 12",
        "1 + who // 840 % 28",
        "who // 23520 % 1000",
    )
    return f"""
      SELECT i, {_hash("t", 86_400)} AS s, {_hash("post", POSTS)} AS post, {_hash("dir", 2)} AS way,
        {_hash("car", max(1, rows // 3))} AS car, {_hash("temp", 9)} AS heat, {_hash("region", 200)} AS region,
        printf('%06d%04d%02d%02d%03d', {area}, {year}, {month}, {day}, {order}) AS seventeen
      FROM (SELECT i, {_hash("who", people)} AS who FROM range({rows}) AS t(i))"""


def _fault() -> str:
    edges, at = [], 0.0
    for name, share in SHARES.items():
        edges.append(f"WHEN {_hash('fault', 1_000_000)} < {int((at + share) * 1_000_000)} THEN '{name}'")
        at += share
    return f"CASE {' '.join(edges)} ELSE '' END"


def _lines() -> str:
    figures = "seventeen::bigint"
    tens = " + ".join(f"{2 ** (j - 1)} * ({figures} // {10**j})" for j in range(1, 17))
    last = f"substr('10X98765432', ((({figures} - 8 * ({tens})) * 2) % 11 + 1)::integer, 1)"
    wrong = f"CASE WHEN {last} = '0' THEN '1' ELSE '0' END"
    return f"""concat_ws(',',
      CASE WHEN fault = 'time' THEN '' ELSE strftime(TIMESTAMP '{DAY}' + to_seconds(s), '%Y-%m-%d %H:%M:%S') END,
      CASE WHEN fault = 'post' THEN '无此卡' ELSE 'K' || post END,
      CASE WHEN way = 0 THEN '入' ELSE '出' END,
      '湘B' || printf('%05X', car % 1048576),
      CASE WHEN fault = 'check' THEN seventeen || {wrong} WHEN fault = 'birth' THEN substr(seventeen, 1, 10) || '1332' || substr(seventeen, 15) || '1'
        ELSE seventeen || {last} END,
      CASE WHEN fault = 'heat' THEN '63.5' ELSE printf('%.1f', 36 + heat / 10) END,
      CASE WHEN region < 198 THEN '430200' WHEN region = 198 THEN '440100' ELSE '420100' END,
      '放行' || CASE WHEN fault = 'column' THEN ',x' ELSE '' END)"""


def main() -> None:
    made = write(Path(sys.argv[1]), int(float(sys.argv[2])) if len(sys.argv) > 2 else 510_000)
    print(made)


if __name__ == "__main__":
    main()
