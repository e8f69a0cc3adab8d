"""What is worded from the demonstration's records reads back as the very figures that were written (往返)."""

from __future__ import annotations

import json
from typing import Any

import pytest

pytestmark = pytest.mark.slow

WRITTEN = """
import django, json
django.setup()
from datetime import date, timedelta
from shichen.bulletins.tables import of_the_city
from shichen.city import queries as city
from shichen.city.scope import Sight
from shichen.prose.reader import read
from shichen.publications.rules import rules
from shichen.publications.writing.composing import texts
from shichen.publications.writing.gathering import gather
everything, tables, told = Sight(((None, city.the_city().path, None),)), of_the_city(), []
for form in rules().forms:
    for on in (date(2020, 1, 20) + timedelta(days=n) for n in range(31)):
        for one in texts(form, gather(form, on, everything)):
            found = read(one.text, tables, covers=on).figures
            written = [[known.indicator.key, str(known.value.normalize()), start, end] for start, end, known in one.numbers]
            told.append({
                "form": form.key, "on": str(on), "text": one.text, "written": written,
                "found": [[each.indicator, str(each.value.normalize()), each.start, each.end] for each in found],
            })
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def written(post: Any) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = json.loads(post.python("-c", WRITTEN))
    return [one for one in told if one["written"]]


def test_every_number_of_every_form_and_day_comes_back(written: list[dict[str, Any]]) -> None:
    assert [(one["text"], one["found"]) for one in written if one["found"] != one["written"]] == []
    assert {one["form"] for one in written} == {"case_bulletin", "group_entries", "situation", "checkpoints"}
    assert sum(len(one["written"]) for one in written) > 500


def test_all_nine_groups_have_something_to_say_of_2_february(written: list[dict[str, Any]]) -> None:
    said = [one["text"] for one in written if (one["form"], one["on"]) == ("group_entries", "2020-02-02")]
    assert len(said) == 9
    assert (
        "交通运输安全组全天共检查车辆149461台次，排查人员361122人次，劝返或妥善处置人员150人次。交通运输安全组设置疫情值守点83个。"
        in said
    )
    assert not any("全天共大米" in text for text in said)


def test_the_summary_is_counted_in_paragraphs(written: list[dict[str, Any]]) -> None:
    text = next(one["text"] for one in written if (one["form"], one["on"]) == ("situation", "2020-02-02"))
    assert [line[:2] for line in text.splitlines()] == ["一、", "二、", "三、", "四、", "五、"]
