"""The demonstration city's files as the tests read them, and the shared folder beside the checkout where there is one."""

from __future__ import annotations

import csv
import hashlib
import tomllib
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[2]
FOLDER = CHECKOUT / "src/shichen/site/demo/zhuzhou"
SHARED = CHECKOUT.parent / "shared"
WHY_SKIPPED = "../shared, the folder of the two documents and their annotation, is not beside this checkout"

Row = dict[str, str]
Report = dict[str, Any]


def rows(name: str) -> list[Row]:
    """The rows of one of the folder's CSV files."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def profile() -> dict[str, Any]:
    """The city profile."""
    return tomllib.loads((FOLDER / "profile.toml").read_text(encoding="utf-8"))


def reports(name: str) -> list[Report]:
    """The reports of one file, as they were sent."""
    return list(tomllib.loads((FOLDER / f"reports/{name}.toml").read_text(encoding="utf-8"))["report"])


def all_reports() -> list[Report]:
    """The day's reports, then the chronicle's."""
    return reports("day-2020-02-02") + reports("chronicle")


def printed(report: Report) -> str:
    """The report's text with its slots filled by what must come out."""
    text = str(report["text"])
    for figure in report.get("figure", []):
        if "slot" in figure:
            text = text.replace(figure["slot"], figure["raw"])
    return text


def figures() -> list[tuple[Report, dict[str, Any]]]:
    """Every figure with its report."""
    return [(report, figure) for report in all_reports() for figure in report.get("figure", [])]


def posts(network: str) -> list[Row]:
    """The posts of one network."""
    return [row for row in rows("posts.csv") if row["network"] == network]


def tallies(day: str, network: str) -> list[Row]:
    """The tallies of the network's shifts that begin on that civil day."""
    members = {row["code"] for row in posts(network)}
    return [row for row in rows("tallies.csv") if row["post"] in members and row["shift_start"].startswith(day)]


def total(counted: list[Row], *columns: str) -> int:
    """The sum of the columns over the rows."""
    return sum(int(row[column]) for row in counted for column in columns)


def codes(name: str, column: str) -> set[str]:
    """What stands in one column of a file."""
    return {row[column] for row in rows(name)}


NAMES = {
    "2404228dcdec",
    "7459a6b0a3c9",
    "32d874d8f982",
    "a9733cbdb3d1",
    "c3a42fea0f0b",
    "cfe3b0d30714",
    "624aa3450241",
    "e39760877090",
    "9f9daf21be9d",
    "f40f80bc2dc8",
    "a7a2a8f97d9e",
    "6071e0013416",
    "26c0731d4851",
    "ac246d23a545",
    "85e14a02acb5",
    "d71ddf1a6774",
    "115cae3d5bcf",
    "5146cd310978",
    "cbc95b04ccf2",
    "78b84e89d322",
    "cf3c5bd82f63",
    "83e5a74a50fe",
    "534d8798d2cd",
    "288a83fc16db",
}
"""Digests of the names of persons in the two documents (not the names), save the two holders of the one seat."""


def names_in(text: str) -> list[str]:
    """The words of the text whose digest is that of such a name."""
    windows = {text[i : i + n] for n in (2, 3) for i in range(len(text))}
    return sorted(w for w in windows if hashlib.sha256(w.encode()).hexdigest()[:12] in NAMES)
