"""What is inside an .xlsx, looked at before any spreadsheet library sees it; runs in the child process."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from dataclasses import dataclass

from shichen.refusal import Refusal
from shichen.sheets import limits
from shichen.sheets.scanning import SheetScan, local, parse, scan_sheet

_MARKS_OF_DTD = (b"<!DOCTYPE", b"<!ENTITY")
_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
DAMAGED = "文件已损坏或没有传完，打不开；请用办公软件打开后另存一份再传。"


@dataclass(frozen=True)
class Workbook:
    """The sheets of a workbook in order, by name, each as scanned; how it counts days; whether it carries macros."""

    sheets: list[tuple[str, SheetScan]]
    epoch_1904: bool


def inspect(data: bytes) -> Workbook:
    """The parts of the archive within limits and without declarations, and where the cells of each sheet lie."""
    parts = parts_of(data)
    if "xl/workbook.xml" not in parts:
        raise Refusal("这个文件不是 .xlsx 工作簿（里面没有工作表）；请在 Excel 或 WPS 里另存为 .xlsx 再传。")
    return _workbook(parts)


def parts_of(data: bytes) -> dict[str, bytes]:
    """The XML parts of an Office file by name, all within the limits, none with a document type. Raises Refusal."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _entries_within_limits(archive.infolist())
            return _xml_parts(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
        raise Refusal(DAMAGED) from None


def _entries_within_limits(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > limits.ARCHIVE_ENTRIES:
        raise Refusal(
            f"文件里有 {len(entries)} 个部件，超过 {limits.ARCHIVE_ENTRIES} 个，不能打开；请把内容复制到新的文件再传。"
        )
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names) or any(_leads_outside(name) for name in names):
        raise Refusal("文件内部的部件名称不正常，不能打开；请把内容复制到新的文件再传。")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refusal("文件加了密码，不能打开；请取消密码后再传。")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > limits.UNPACKED_BYTES:
        raise Refusal(f"文件展开后超过 {limits.UNPACKED_BYTES // 2**20} MB；请分成几个文件再传。")
    if any(entry.file_size > limits.PACKING_RATIO * max(entry.compress_size, 1024) for entry in entries):
        raise Refusal(f"文件的压缩比超过 {limits.PACKING_RATIO} 倍，不像正常的文件；请把内容复制到新的文件再传。")


def _leads_outside(name: str) -> bool:
    return name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name


def _xml_parts(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """Every XML part, unpacked in full; zipfile stops at the declared size and its checksum catches a false one."""
    parts = {}
    for entry in archive.infolist():
        if not entry.filename.endswith((".xml", ".rels")):
            continue
        content = archive.read(entry)
        if any(mark in content for mark in _MARKS_OF_DTD) or content.startswith(_UTF16):
            raise Refusal("文件里有不该出现的声明（DTD、实体），可能是恶意文件，不能打开；请把内容复制到新的文件再传。")
        parts[entry.filename] = content
    return parts


def _workbook(parts: dict[str, bytes]) -> Workbook:
    targets = _targets(parts.get("xl/_rels/workbook.xml.rels", b"<Relationships/>"))
    sheets: list[tuple[str, str]] = []
    epoch_1904 = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal epoch_1904
        if local(tag) == "workbookPr":
            epoch_1904 = attributes.get("date1904") in ("1", "true")
        elif local(tag) == "sheet":
            relation = next((value for name, value in attributes.items() if local(name) == "id"), "")
            sheets.append((attributes.get("name", ""), targets.get(relation, "")))

    parse(parts["xl/workbook.xml"], start)
    if len(sheets) > limits.SHEETS:
        raise Refusal(f"工作簿有 {len(sheets)} 张工作表，超过 {limits.SHEETS} 张；请分成几个文件再传。")
    scans = [(name, scan_sheet(name, parts[path])) for name, path in sheets if path in parts]
    if sum(scan.area for _, scan in scans) > limits.AREA:
        raise Refusal(f"表格铺开有 {limits.AREA // 10_000} 万格以上，太大；请删去远处的单元格，或分成几个文件再传。")
    return Workbook(scans, epoch_1904)


def _targets(rels: bytes) -> dict[str, str]:
    """Part names by relationship id."""
    found: dict[str, str] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if local(tag) == "Relationship":
            target = attributes.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            found[attributes.get("Id", "")] = path

    parse(rels, start)
    return found
