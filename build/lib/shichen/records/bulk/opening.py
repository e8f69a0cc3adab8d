"""What sort of file a load is (格式), in what encoding, with which columns: found from its first bytes, before anything parses it."""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from shichen.records.bulk import shape
from shichen.records.bulk.shape import Assigned, Table
from shichen.refusal import Refusal

CSV, NDJSON, ARROW, SHEET = "csv", "ndjson", "arrow", "sheet"
UTF8, GB = "utf-8", "gb18030"
HEAD = 4 << 20
LONGEST_HEADING, MOST_COLUMNS = 65_536, 200
_DELIMITERS = (",", "\t", ";", "|")
_PACKED = {
    b"PK\x03\x04": "ZIP 压缩包或 Excel",
    b"\x1f\x8b": "gzip 压缩文件",
    b"7z\xbc\xaf": "7z 压缩包",
    b"Rar!": "RAR 压缩包",
    b"BZh": "bzip2 压缩文件",
    b"\xfd7zX": "xz 压缩文件",
    b"\x28\xb5\x2f\xfd": "zstd 压缩文件",
    b"\xd0\xcf\x11\xe0": "旧版 Excel",
    b"%PDF": "PDF",
    b"PAR1": "Parquet",
}


@dataclass(frozen=True)
class Opened:
    """A load that can be read: format, encoding, delimiter, which column is which, the heading as it came (with its line end)."""

    format: str
    encoding: str
    delimiter: str
    assigned: Assigned
    headings: tuple[str, ...]
    skip: int
    """Bytes before the first record: byte order mark and heading."""


def look(table: Table, head: bytes, said: Mapping[str, str | None] | None = None) -> Opened:
    """What the first bytes (up to `HEAD`) say. Raises Refusal with what to do instead."""
    if not head.removeprefix(codecs.BOM_UTF8).strip():
        raise Refusal("文件是空的；没有收到记录。", field="file")
    for magic, name in _PACKED.items():
        if head.startswith(magic):
            raise Refusal(f"这是{name}；请解压或另存为 CSV(UTF-8 或 GB18030)、NDJSON 或 Arrow 再送。", field="file")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or _is_wide(head):
        raise Refusal("这是 UTF-16 文字；请另存为 CSV UTF-8 再送。", field="file")
    start = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
    encoding = UTF8 if start else encoding_of(head)
    if head[start:].lstrip().startswith(b"{"):
        return _json(table, head, start, encoding, said)
    return _csv(table, head, start, encoding, said)


def is_arrow(head: bytes) -> bool:
    """Whether it is an Arrow file, or a stream of Arrow messages."""
    return head.startswith((b"ARROW1\x00\x00", b"\xff\xff\xff\xff"))


def encoding_of(head: bytes) -> str:
    """UTF-8 or GB18030, by which more of the lines with Chinese in them are in."""
    cut = head[: head.rfind(b"\n") + 1] or head
    if _reads(cut, UTF8):
        return UTF8
    votes = Counter(UTF8 if is_utf8(line) else GB for line in cut.split(b"\n") if not line.isascii())
    return UTF8 if votes[UTF8] > votes[GB] else GB


def is_utf8(line: bytes) -> bool:
    """Whether a line is UTF-8 and would be something else in GB18030: Chinese characters make it so, not two chance bytes."""
    return _reads(line, UTF8) and any("一" <= one <= "鿿" for one in line.decode())


def decoded(data: bytes, encoding: str) -> tuple[bytes, list[int]]:
    """The records of a piece as UTF-8, and the numbers (from 0) of those lines that are not in the encoding of the file.

    A line that cannot be read becomes an empty one in its place.
    """
    if data.isascii():
        return data, []
    if encoding == UTF8 and _reads(data, UTF8):
        return data, []
    bad, lines = [], data.split(b"\n")
    for number, line in enumerate(lines):
        if line.isascii():
            continue
        if not _reads(line, encoding) or (encoding == GB and is_utf8(line)):
            bad.append(number)
            lines[number] = b""
        elif encoding == GB:
            lines[number] = line.decode(GB).encode()
    return b"\n".join(lines), bad


def lined(blocks: Iterable[bytes], head: bytes) -> tuple[Iterator[bytes], bytes]:
    """A stream and its head whose lines end in line feeds, also where they came with carriage returns alone."""
    if b"\n" in head or b"\r" not in head or is_arrow(head):
        return iter(blocks), head
    return (block.replace(b"\r", b"\n") for block in blocks), head.replace(b"\r", b"\n")


def _is_wide(head: bytes) -> bool:
    """Whether it is UTF-16 without a mark: the zero beside each comma of the heading shows it."""
    line = head[:LONGEST_HEADING].split(b"\n", 1)[0]
    return any(delimiter.encode(form) in line for delimiter in _DELIMITERS for form in ("utf-16-le", "utf-16-be"))


def _reads(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _csv(table: Table, head: bytes, start: int, encoding: str, said: Mapping[str, str | None] | None) -> Opened:
    end = head.find(b"\n", start)
    line = head[start : end if end >= 0 else len(head)]
    if b"\x00" in line:
        raise Refusal("这不是文字文件；请送 CSV、NDJSON 或 Arrow。", field="file")
    if len(line) > LONGEST_HEADING:
        raise Refusal(f"表头一行有 {len(line)} 字节，不像一张表；请核对文件。", field="file")
    try:
        text = line.decode(encoding).strip("\r\n")
    except UnicodeDecodeError:
        raise Refusal("表头既不是 UTF-8 也不是 GB18030；请另存为 CSV UTF-8 再送。", field="file") from None
    delimiter = max(_DELIMITERS, key=text.count)
    try:
        headings = tuple(next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), []))
    except csv.Error:
        raise Refusal("表头读不懂：引号没有成对，或行里有回车；请核对第一行。", field="file") from None
    assigned = must_fit(table, headings, said)
    return Opened(CSV, encoding, delimiter, assigned, headings, end + 1 if end >= 0 else len(head))


def _json(table: Table, head: bytes, start: int, encoding: str, said: Mapping[str, str | None] | None) -> Opened:
    if encoding != UTF8:
        raise Refusal("NDJSON 只收 UTF-8；请转换后再送。", field="file")
    names: dict[str, None] = {}
    for line in head[start:].split(b"\n")[:2000]:
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict):
            names |= dict.fromkeys(found)
    headings = tuple(names)
    return Opened(NDJSON, UTF8, "", must_fit(table, headings, said), headings, start)


def must_fit(table: Table, headings: tuple[str, ...], said: Mapping[str, str | None] | None) -> Assigned:
    """Which column is which. Raises Refusal where a column that no row can do without is missing."""
    if len(headings) > MOST_COLUMNS:
        raise Refusal(f"表头有 {len(headings)} 列，最多 {MOST_COLUMNS} 列；请核对文件。", field="file")
    if strange := shape.strangers(table, said or {}):
        fields = "、".join(f"{column.zh}({column.name})" for column in table.columns)
        raise Refusal(f"没有名为「{strange[0][:40]}」的字段；可用：{fields}。", field="map")
    assigned = shape.assigned(table, headings, said)
    if assigned.missing:
        lacking = "、".join(column.zh for column in assigned.missing)
        seen = "、".join(headings)[:200]
        raise Refusal(
            f"表头里找不到这些列：{lacking}；读到的表头：{seen}。请改表头，或在「列的对应」(命令行 --map)里写明哪一列是什么，再送这一份。",
            field="columns",
        )
    if assigned.lacking:
        raise Refusal(assigned.lacking, field="columns")
    return assigned


def without(blocks: Iterable[bytes], skip: int) -> Iterator[bytes]:
    """A stream without its first bytes."""
    for block in blocks:
        if skip >= len(block):
            skip -= len(block)
            continue
        yield block[skip:] if skip else block
        skip = 0
