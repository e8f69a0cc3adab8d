"""The demonstration reports say what the two documents say, in other words: same figures, no shared sentences."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

import pytest

from tests.site.demo_data import (
    FOLDER,
    NAMES,
    SHARED,
    WHY_SKIPPED,
    Report,
    all_reports,
    figures,
    names_in,
    printed,
    profile,
    rows,
)

pytestmark = [pytest.mark.seeds, pytest.mark.skipif(not (SHARED / "gold").is_dir(), reason=WHY_SKIPPED)]

LONGEST_SHARED = 14
UNAVOIDABLE = (
    # names of bodies, firms, services and addresses, and the disease's own name
    "市委新型冠状病毒感染的肺炎疫情防控工作领导小组",
    "市新型冠状病毒肺炎疫情防控工作领导小组",
    "市新冠肺炎疫情防控工作领导小组",
    "市新冠肺炎疫情防控工作指挥部",
    "新冠肺炎疫情防控专项监督检查领导小组",
    "抗击新型冠状病毒感染的肺炎问诊平台",
    "中国航发湖南动力机械研究所",
    "天元区嵩山路街道大湖塘社区",
    "新型冠状病毒感染的肺炎",
    "株洲日报社和株洲广播电视台各新媒体",
    "掌上株洲、智慧株洲等新媒体平台",
    "“株洲智慧教育云”和“希沃云课堂”",
    "市场秩序组市市场监督管理局",
)
WIDTH = str.maketrans("，；：（）！？～　", ",;:()!?~ ")
TITLE = re.compile("《[^》]*》")


def flat(text: str) -> str:
    """Text without line breaks, bold marks and differences of width, so that a copy is not hidden by punctuation."""
    return re.sub(r"[\s*]", "", text.translate(WIDTH))


def seeds() -> str:
    return "\n".join(flat(path.read_text(encoding="utf-8")) for path in sorted((SHARED / "seeds").glob("*.txt")))


def without_names(text: str) -> str:
    """The text with a gap where a document's title or an unavoidable name stands."""
    text = flat(TITLE.sub("\t", text).replace("\t", "|"))
    for name in UNAVOIDABLE:
        text = text.replace(flat(name), "|")
    return text


def longest_shared(text: str, source: str) -> str:
    """The longest run of characters that stands in both."""
    best = ""
    for start in range(len(text)):
        while start + len(best) < len(text) and text[start : start + len(best) + 1] in source:
            best = text[start : start + len(best) + 1]
    return best


def gold(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (SHARED / "gold" / name).read_text(encoding="utf-8").splitlines()]


def place_of(report: Report) -> str:
    """The watch of the page or the date of the chronicle, as the annotation writes it."""
    return str(report.get("watch") or f"{report['date'].month}月{report['date'].day}日")


def gold_key(figure: dict[str, Any], entries: dict[str, dict[str, Any]]) -> tuple[str, float, str, str]:
    entry = entries[figure["entry"]]
    return (entry["slot"] or entry["date"], float(figure["value"]), figure["unit"], figure["indicator"])


@pytest.mark.parametrize("tiers", ["A", "AB"])
def test_every_annotated_figure_is_reported_once_with_value_unit_indicator_and_place(tiers: str) -> None:
    entries = {entry["id"]: entry for entry in gold("entries.jsonl")}
    wanted = Counter(gold_key(figure, entries) for figure in gold("figures.jsonl") if figure["tier"] in tiers)
    given = Counter(
        (place_of(r), float(f["value"]), f["unit"], f["indicator"]) for r, f in figures() if f["tier"] in tiers
    )
    assert given == wanted


def test_the_cell_and_topic_of_each_report_are_those_of_its_entry() -> None:
    entries = {entry["id"]: entry for entry in gold("entries.jsonl")}
    for report in all_reports():
        entry = entries[report["id"].replace("d-", "000-").replace("c-", "003-")[:7]]
        if "watch" in report:
            assert (report["watch"], report["column"]) == (entry["slot"], entry["section"])
        assert report["topic"] in (entry["type"], "venues")


def test_only_the_orphan_is_left_out() -> None:
    ids = {report["id"][:5].replace("d-", "000-").replace("c-", "003-") for report in all_reports()}
    assert {entry["id"] for entry in gold("entries.jsonl")} - ids == {"000-042"}


def test_the_digests_of_names_are_those_of_persons_in_the_documents() -> None:
    assert len(names_in(seeds())) == len(NAMES)


@pytest.mark.parametrize("report", all_reports(), ids=lambda report: str(report["id"]))
def test_a_report_shares_no_run_of_words_with_the_documents(report: Report) -> None:
    words = without_names("|".join([printed(report), report["unit_text"], *said_beside(report)]))
    assert len(longest_shared(words, seeds())) <= LONGEST_SHARED


def said_beside(report: Report) -> list[str]:
    return [figure[name] for figure in report.get("figure", []) for name in ("subject", "note") if name in figure]


def words_of(value: object) -> list[str]:
    """Every string in a tree of tables and lists."""
    if isinstance(value, dict):
        return [word for part in value.values() for word in words_of(part)]
    if isinstance(value, list):
        return [word for part in value for word in words_of(part)]
    return [value] if isinstance(value, str) else []


def test_the_other_files_share_no_run_of_words_with_the_documents() -> None:
    cells = [cell for name in ("posts.csv", "bodies_extra.csv") for row in rows(name) for cell in row.values()]
    text = (FOLDER / "sources.md").read_text(encoding="utf-8")
    source = seeds()
    for words in {*words_of(profile()), *cells, *text.splitlines()}:
        assert len(longest_shared(without_names(words), source)) <= LONGEST_SHARED, words
