"""Excel files as raw sheets: handed to a child process, which may die of them; the caller gets sheets or a refusal."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO, Any

from shichen.refusal import Refusal
from shichen.sheets import limits
from shichen.sheets.fields import NO_RESULT
from shichen.sheets.table import Cell, RawSheet

COMMAND = (sys.executable, "-m", "shichen.sheets.child")
_HOUSE = str(Path(__file__).resolve().parents[2])
_DIED = "文件打不开：解析时超出了内存或时间限制，或者文件已损坏；请把数据复制到新的工作簿，或分成几个文件再传。"


def read_workbook(data: bytes, command: tuple[str, ...] = COMMAND) -> list[RawSheet]:
    """Every sheet of an .xlsx, hidden ones too. Whatever happens to the child, this process only refuses."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as answered:
        given.write(data)
        given.seek(0)
        try:
            subprocess.run(  # noqa: S603 - our own module, nothing of the file on the command line
                command,
                stdin=given,
                stdout=answered,
                stderr=subprocess.DEVNULL,
                timeout=limits.CHILD_WALL_SECONDS,
                env={"PYTHONPATH": _HOUSE, "PYTHONDONTWRITEBYTECODE": "1"},
                cwd="/",
                start_new_session=True,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise Refusal(f"文件打不开：{limits.CHILD_WALL_SECONDS} 秒内没有读完；请分成几个文件再传。") from None
        answered.seek(0)
        return _sheets(answered)


def _sheets(answered: IO[bytes]) -> list[RawSheet]:
    """The child's answer, believed only when it is whole."""
    try:
        head = json.loads(answered.readline())
        if "refused" in head:
            raise Refusal(str(head["refused"]))
        sheets = [_sheet(found) for found in head["sheets"]]
        for line in answered:
            answer = json.loads(line)
            if isinstance(answer, dict):
                return sheets
            number, row, cells = answer
            sheets[number].rows.append([_decoded(cell) for cell in cells])
            sheets[number].numbers.append(row + 1)
    except (ValueError, LookupError, TypeError):  # half an answer: the child died while writing it
        raise Refusal(_DIED) from None
    raise Refusal(_DIED)


def _sheet(found: dict[str, Any]) -> RawSheet:
    return RawSheet(
        name=str(found["name"]),
        rows=[],
        numbers=[],
        visible=bool(found["visible"]),
        hidden_lines=frozenset(line + 1 for line in found["hidden"]),
        broken={(line + 1, column): text or NO_RESULT for line, column, text in found["broken"]},
        formulas=int(found["formulas"]),
        merged=_shared(found["merged"]),
        epoch_1904=bool(found["epoch_1904"]),
    )


def _shared(ranges: list[list[int]]) -> dict[tuple[int, int], tuple[int, int]]:
    """From every cell of a merged range to its first one."""
    return {
        (line + 1, column): (top + 1, left)
        for top, left, bottom, right in ranges
        for line in range(top, bottom + 1)
        for column in range(left, right + 1)
        if (line, column) != (top, left)
    }


def _decoded(cell: Any) -> Cell:
    if not isinstance(cell, dict):
        return cell if isinstance(cell, str | int | float) else ""
    [(kind, text)] = cell.items()
    match kind:
        case "t":
            return dt.datetime.fromisoformat(text)
        case "d":
            return dt.date.fromisoformat(text)
        case "h":
            return dt.time.fromisoformat(text)
    return str(text)
