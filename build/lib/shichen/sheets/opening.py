"""What a file is, by its content and its name, and its raw sheets; or a refusal that says how to save it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from shichen.refusal import Refusal
from shichen.sheets import limits
from shichen.sheets.csv_text import read_text
from shichen.sheets.table import RawSheet
from shichen.sheets.workbook import read_workbook

_TEXT = (".csv", ".tsv", ".txt")
_OTHER_WORKBOOKS = (".xls", ".xlsm", ".xlsb", ".xltx", ".et", ".ett", ".ods", ".numbers")
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP_END = b"PK\x05\x06"


@dataclass(frozen=True)
class Opened:
    """The raw sheets of a file and what it turned out to be."""

    kind: str
    sheets: list[RawSheet]


def open_file(source: bytes | str | os.PathLike[str], filename: str, known: frozenset[str] = frozenset()) -> Opened:
    """The sheets of an .xlsx, or the one sheet of a text file, whose delimiter is the one that shows `known` headings."""
    data = _bytes(source)
    ending = Path(filename).suffix.lower()
    if not data:
        raise Refusal("文件是空的，一个字节也没有；请重新导出后再传。")
    if ending in _OTHER_WORKBOOKS:
        raise Refusal(f"不收 {ending} 文件；请在 Excel 或 WPS 里另存为 .xlsx 再传。")
    if ending == ".xlsx":
        _is_workbook(data)
        return Opened("xlsx", read_workbook(data))
    if ending in _TEXT:
        _is_text(data, ending)
        sheet, encoding = read_text(data, Path(filename).stem[:60], known)
        return Opened(f"{ending[1:]} {encoding}", [sheet])
    raise Refusal("只收 .xlsx 和 .csv 表格；请另存为其中一种再传。")


def _bytes(source: bytes | str | os.PathLike[str]) -> bytes:
    """At most one byte more than the limit is read."""
    if isinstance(source, bytes):
        data = source
    else:
        with open(source, "rb") as file:
            data = file.read(limits.FILE_BYTES + 1)
    if len(data) > limits.FILE_BYTES:
        raise Refusal(f"文件超过 {limits.FILE_BYTES // 2**20} MB；请分成几个文件再传。")
    return data


def _is_workbook(data: bytes) -> None:
    """One archive from the first byte to the last: nothing else stands before or behind it."""
    if data.startswith(_OLE):
        raise Refusal("文件加了密码，或其实是旧的 .xls 格式；请取消密码，另存为 .xlsx 再传。")
    if not data.startswith(_ZIP):
        raise Refusal(f"文件名是 .xlsx，内容却是{_what(data)}；请在 Excel 或 WPS 里另存为 .xlsx 再传。")
    end = data.rfind(_ZIP_END)
    if end < 0 or len(data) < end + 22 or end + 22 + int.from_bytes(data[end + 20 : end + 22], "little") != len(data):
        raise Refusal("文件没有传完，或后面附加了别的内容；请在 Excel 或 WPS 里打开后另存为 .xlsx 再传。")


def _is_text(data: bytes, ending: str) -> None:
    if data.startswith((_ZIP, _OLE)) or (b"\x00" in data[:4096] and _what(data) != "未知格式"):
        raise Refusal(f"文件名是 {ending}，内容却是{_what(data)}；请把扩展名改对，或重新导出后再传。")


def _what(data: bytes) -> str:
    """The kind of file by its first bytes, in words."""
    if data.startswith(_ZIP):
        return "压缩包或 Excel 工作簿"
    # costs 20 ms to load and is only needed to word a refusal
    import puremagic

    try:
        extension = puremagic.from_string(data[:4096])
    except (puremagic.PureError, ValueError):
        return "未知格式"
    return f" {extension} 文件" if extension else "未知格式"
