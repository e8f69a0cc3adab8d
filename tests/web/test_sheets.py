"""Style sheets: what no page that loads a sheet wears is not in it, what pages wear is somewhere, and nothing stands twice."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "src" / "shichen"
SHEETS = {path.name: path for path in sorted(PACKAGE.rglob("*.css"))}
TEMPLATES = {str(path.relative_to(path.parents[1])): path for path in sorted(PACKAGE.rglob("*.html"))}
SHELL, PUBLIC = "shichen.css", "open.css"  # the public's own pages load nothing of the house
SCRIPTS = " ".join(path.read_text(encoding="utf-8") for path in sorted(PACKAGE.rglob("*.js")))
CODE = [path.read_text(encoding="utf-8") for path in sorted(PACKAGE.rglob("*.py"))]
LITERALS = [text for code in CODE for text in re.findall(r'"((?:[^"\\\n]|\\.)*)"|\'((?:[^\'\\\n]|\\.)*)\'', code)]
SAID = {word for pair in LITERALS for text in pair for word in re.findall(r"[A-Za-z][\w-]*", text)}
NAME = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
MADE = re.compile(r"([a-z]+-?)\{")  # is-{{ state }}, k{n}: the beginning of a family of classes


def rules(sheet: Path) -> Iterator[tuple[str, str, str]]:
    """The rules of a sheet as (at-rule around it, one selector, its declarations in order of the alphabet)."""
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.S)
    around: list[str] = []
    for head, mark in re.findall(r"([^{}]*)([{}])", text):
        if mark == "{":
            around.append(" ".join(head.split()))
        else:
            selectors = around.pop()
            told = ";".join(sorted(" ".join(one.split()) for one in head.split(";") if one.strip()))
            if told:
                for selector in re.split(r",\s*(?![^(]*\))", selectors):
                    yield " ".join(around), selector, told


@cache
def text_of(name: str) -> str:
    """A template with all that it extends and includes."""
    text = TEMPLATES[name].read_text(encoding="utf-8") if name in TEMPLATES else ""
    parts = re.findall(r"\{% (?:extends|include) \"([\w./-]+)\"", text)
    return " ".join([text, *(text_of(one) for one in parts if one != name)])


@cache
def pages_of(sheet: str) -> str:
    """All that the pages say which load a sheet, with the parts beside them that code puts into a page."""
    if sheet == PUBLIC:
        return " ".join(text_of(name) for name in TEMPLATES if name.startswith("open/"))
    pages = [name for name in TEMPLATES if f"/{sheet}'" in text_of(name)]
    folders = {name.split("/")[0] for name in pages}
    parts = [name for name in TEMPLATES if name.split("/")[0] in folders and "{% extends" not in text_of(name)]
    return " ".join(text_of(name) for name in [*pages, *parts])


def worn(name: str, on: str) -> bool:
    """Whether these pages, a script or code writes a class: whole, or as a member of a family (is-, k)."""
    if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", on) or name in SAID or name in SCRIPTS:
        return True
    begun = {*MADE.findall(on), *(made for pair in LITERALS for text in pair for made in MADE.findall(text))}
    return any(name.startswith(one) and (name[len(one) :] in SAID or name[len(one) :].isdecimal()) for one in begun)


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_sheet_holds_nothing_that_its_own_pages_do_not_wear(sheet: str) -> None:
    on = pages_of(sheet)
    names = {name for _around, selector, _told in rules(SHEETS[sheet]) for name in NAME.findall(selector)}
    assert sorted(name for name in names if not worn(name, on)) == []


def test_a_class_that_pages_wear_is_known_to_a_sheet_a_script_or_a_test() -> None:
    known = {
        name for path in SHEETS.values() for _around, selector, _told in rules(path) for name in NAME.findall(selector)
    }
    tests = " ".join(path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parents[1].rglob("*.py")))
    idle = defaultdict(set)
    for name, path in TEMPLATES.items():
        plain = re.sub(r"[\w-]*\{\{.*?\}\}[\w-]*|\{%.*?%\}", " ", path.read_text(encoding="utf-8"))
        for said in re.findall(r'\bclass="([^"]*)"', plain):
            for one in said.split():
                if one not in known and one not in SCRIPTS and not re.search(rf"\.{one}\b|[\"' ]{one}[\"' ]", tests):
                    idle[one].add(name)
    assert dict(idle) == {}


def test_no_rule_stands_in_two_sheets() -> None:
    """What two rooms say alike is said once, in the shell or among the parts."""
    places = defaultdict(set)
    for name, path in SHEETS.items():
        for rule in rules(path) if name != PUBLIC else ():
            places[rule].add(name)
    assert {rule: names for rule, names in places.items() if len(names) > 1} == {}
