"""The line of a refused record is the line that its sender's editor shows, whatever stands around it and however the file is cut."""

from __future__ import annotations

import json
import random
from functools import partial

import pytest

from shichen.records.bulk import cutting, refused
from tests.records.bulk.conftest import HEAD, Write, row

pytestmark = pytest.mark.django_db(transaction=True)
KINDS = ("good", "good", "good", "wrong", "short", "blank", "blanks", "quoted", "quoted wrong", "long")


def made(seed: int, end: str) -> tuple[str, list[int]]:
    """A file of records of all kinds, and the lines on which those stand that must come back."""
    dice, lines, wanted = random.Random(seed), [HEAD + ",备注"], []
    for number in range(120):
        kind = dice.choice(KINDS)
        good = row(f"2020-02-02 08:{number // 60:02}:{number % 60:02}")
        quoted = '"' + f"一行{end}两行" + '"'
        text = {
            "good": good + ",",
            "wrong": good.replace("T01", "T99") + ",",
            "short": "一,二",
            "blank": "",
            "blanks": end * 2,
            "quoted": f"{good},{quoted}",
            "quoted wrong": f"{good.replace('T01', 'T99')},{quoted}",
            "long": good + "," + "字" * 100_000,
        }[kind]
        if kind in ("wrong", "short", "quoted wrong", "long"):
            wanted.append(sum(one.count("\n") + 1 for one in lines) + 1)
        lines.append(text)
    return end.join([*lines, ""]), wanted


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("size", [cutting.PIECE, 70_000, 1_000])
def test_lines_are_those_of_the_file(
    size: int, mark: str, end: str, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, wanted = made(size + len(end) + len(mark), end)
    monkeypatch.setattr(cutting, "pieces", partial(cutting.pieces, size=size))
    load = write((mark + text).encode())
    back = b"".join(refused.blocks(load)).decode().splitlines()
    assert load.state == "committed"
    assert [int(line.split(",", 1)[0]) for line in back[1:] if line.split(",", 1)[0].isdigit()] == wanted


def test_lines_of_json(write: Write) -> None:
    good = {"time": "2020-02-02 08:00:00", "post": "T01", "plate": "湘B12345"}
    lines = ["", json.dumps(good), "", "", "{", json.dumps(good | {"post": "T99"})]
    load = write("\n".join(lines).encode(), name="a.ndjson")
    assert [json.loads(line)["行号"] for line in b"".join(refused.blocks(load)).splitlines()] == [5, 6]
