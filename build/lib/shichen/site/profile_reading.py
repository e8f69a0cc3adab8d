"""Reads profile.toml against what it may say; every fault is told at once, with its line, its key and what to write."""

from __future__ import annotations

import difflib
import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from shichen.refusal import Refusal
from shichen.site.profile_shape import Profile, written

SAID = {
    "missing": "没有写",
    "string_pattern_mismatch": "只能用字母、数字、点和连字符",
    "string_too_short": "不能空着",
    "string_type": "应是引号里的文字",
    "int_type": "应是整数",
    "int_parsing": "应是整数",
    "int_from_float": "应是整数",
    "bool_type": "应是 true 或 false",
    "bool_parsing": "应是 true 或 false",
    "date_type": "应是日期，写作 2020-02-02，不加引号",
    "date_from_datetime_parsing": "应是日期，写作 2020-02-02，不加引号",
    "date_parsing": "应是日期，写作 2020-02-02，不加引号",
    "time_parsing": '应是时刻，写作 "10:00"',
    "time_type": '应是时刻，写作 "10:00"',
    "list_type": "应是方括号里的一列",
    "tuple_type": "应是方括号里的一列",
    "dict_type": "应是一个表",
    "model_type": "应是一个表",
}
"""How what the library finds is said to a person."""


def read(path: Path) -> dict[str, Any]:
    """What the profile says and nothing that it leaves out, as plain data. Raises Refusal with every fault, line by line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        said = tomllib.loads(text)
    except FileNotFoundError:
        raise Refusal(f"没有城市档案 {path}；先运行 shichen init --city 城市名。") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refusal(f"城市档案 {path} 读不懂：{error}。改正后重试。") from None
    try:
        return Profile.model_validate(said).model_dump(by_alias=True, exclude_unset=True)
    except ValidationError as error:
        faults = [_fault(one["loc"], one["type"], one.get("ctx", {}), text) for one in error.errors()]
        raise Refusal(f"城市档案 {path} 有 {len(faults)} 处要改：" + "；".join(faults) + "。") from None


def _fault(loc: tuple[int | str, ...], kind: str, more: dict[str, Any], text: str) -> str:
    """One fault: the line, the key, what is wrong with it."""
    steps = [step for step in loc if step != "[key]"]
    named = ".".join(str(step) if isinstance(step, str) else f"第{step + 1}项" for step in steps)
    line = _line(steps, text, present=kind != "missing")
    where = f"第 {line} 行的 {named}" if line else named
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(str(steps[-1]), _keys(steps[:-1]), n=1)
        return f"{where} 不是档案里的项" + (f"，是否为 {near[0]}" if near else "")
    if kind == "literal_error":
        return f"{where} 只能是 {more['expected'].replace(' or ', ' 或 ')}"
    if kind in ("greater_than_equal", "less_than_equal"):
        return f"{where} 应{'不小于' if 'ge' in more else '不大于'} {more.get('ge', more.get('le'))}"
    return f"{where} {SAID.get(kind, '写得不对')}"


def _keys(steps: list[int | str]) -> list[str]:
    """What may stand in a table, as it is written."""
    shape: Any = Profile
    for step in steps:
        if isinstance(step, int) or not (isinstance(shape, type) and issubclass(shape, BaseModel)):
            continue
        found = {written(name, one): one for name, one in shape.model_fields.items()}.get(step)
        shape = next(iter(getattr(found.annotation, "__args__", ())), found.annotation) if found else None
    if not (isinstance(shape, type) and issubclass(shape, BaseModel)):
        return []
    return [written(name, one) for name, one in shape.model_fields.items()]


def _line(steps: list[int | str], text: str, *, present: bool) -> int | None:
    """The line (from 1) that a key stands on, or for one that is missing the head of its table; None where it is not found."""
    at, lines = 0, text.splitlines()
    last = len(steps) - 1
    tables: list[str] = []
    for place, step in enumerate(steps):
        if isinstance(step, int):
            continue
        nth = following if place < last and isinstance(following := steps[place + 1], int) else None
        if place == last or (nth is None and place == last - 1 and not present):
            break
        tables.append(step)
        head = re.compile(rf"\s*\[\[?\s*{re.escape('.'.join(tables))}\s*\]")
        heads = [n for n in range(at, len(lines)) if head.match(lines[n])]
        if len(heads) <= (nth or 0):
            break
        at = heads[nth or 0]
    if not present:
        return at + 1 if at else None
    key = re.compile(rf"\s*(\[+\s*)?\"?{re.escape(str(steps[-1]))}\"?\s*[=\].]")
    return next((n + 1 for n in range(at, len(lines)) if key.match(lines[n])), at + 1 if at else None)
