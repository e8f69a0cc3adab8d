"""The pages of risk levels: the reference from the register to the page, every number to its records, who may do what."""

from __future__ import annotations

import re
from datetime import date
from xml.etree import ElementTree

import pytest
from django.test import Client

from shichen.analysis.risk import rulebook
from shichen.analysis.risk.models import Override, Rule, Signature
from tests.analysis import made_risk, made_runs
from tests.board.conftest import signed_in
from tests.conftest import Cast
from tests.epi.zhuzhou import CASES
from tests.made import count

pytestmark = pytest.mark.django_db
REFERENCE = [
    (date(2020, 1, 23), "中"),
    (date(2020, 2, 8), "中"),
    (date(2020, 2, 9), "高"),
    (date(2020, 2, 14), "高"),
    (date(2020, 2, 15), "中"),
    (date(2020, 3, 7), "中"),
    (date(2020, 3, 8), "低"),
]
LEVEL = re.compile(r'<th scope="row" class="when">([0-9-]+)</th><td><b class="level is-\w+">([^<]*)</b>')


@pytest.fixture
def office(cast: Cast) -> Client:
    return signed_in(cast.office)


def told(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return str(answer.content, "utf-8")


def test_the_levels_of_the_reference_from_the_register_to_the_page(office: Client) -> None:
    made_risk.rule()
    made_runs.counts()
    made_risk.cluster()
    one = made_risk.made()
    assert one is not None
    days = dict(LEVEL.findall(told(office, f"/analysis/risk/{one.pk}/")))
    assert {day: days[day.isoformat()] for day, _level in REFERENCE} == dict(REFERENCE)


def test_every_number_leads_to_the_report_it_is_from(office: Client) -> None:
    made_risk.rule()
    made_runs.counts(CASES[:5])
    made_risk.cluster()
    one = made_risk.made()
    assert one is not None
    text = told(office, f"/analysis/risk/{one.pk}/")
    for row in one.inputs["counts"]:
        assert f'href="/registers/counts/{row["record"]}/"' in text
        assert f'href="#r{row["on"]}"' in text
    assert f'href="/registers/clusters/{one.inputs["clusters"][0]["record"]}/"' in text
    assert "/analysis/risk/rules/v2020-02/" in text


def test_the_overview_says_the_level_in_words_and_what_is_not_judged(office: Client) -> None:
    made_risk.rule()
    made_runs.counts([5] * 20)
    count(date(2020, 2, 6), "天元区", confirmed_cum=14)
    for place in ("株洲市", "天元区", "炎陵县"):
        made_risk.made(place)
    text = told(office, "/analysis/risk/")
    assert "不能判定" in text
    assert "没有报过病例数" in text
    drawn = re.search(r'<svg [^>]*class="places".*?</svg>', text, re.S)
    assert drawn is not None
    assert "未定" in drawn[0]
    for ending in ("csv", "xlsx", "json", "metadata.json", "svg"):
        assert office.get(f"/analysis/risk.{ending}").status_code == 200
    assert office.get("/analysis/risk/?until=x").status_code == 422
    picture = office.get("/analysis/risk.svg").content
    assert ElementTree.fromstring(picture).tag.endswith("svg")
    assert "草稿" in picture.decode()


def test_files_of_one_area_hold_bounds_and_reasons(office: Client) -> None:
    made_risk.rule()
    made_runs.counts([5] * 20)
    count(date(2020, 2, 6), "天元区", confirmed_cum=14)
    one = made_risk.made("天元区")
    assert one is not None
    said = office.get(f"/analysis/risk/{one.pk}.json").json()
    assert said["inputs"]["digest"] == one.inputs_digest
    assert "至多" in office.get(f"/analysis/risk/{one.pk}.csv").content.decode("utf-8-sig")


def test_who_sees_another_part_of_the_city_sees_nothing(cast: Cast) -> None:
    made_risk.rule()
    made_runs.counts([1])
    one = made_risk.made()
    assert one is not None
    outsider = signed_in(cast.outsider)
    assert outsider.get(f"/analysis/risk/{one.pk}/").status_code in (403, 404)


def test_rules_are_entered_whole_or_not_at_all(office: Client) -> None:
    text = rulebook.shipped()["v2020-02"]
    without = "\n".join(line for line in text.splitlines() if not line.startswith("source"))
    answer = office.post("/analysis/risk/rules/new/", {"text": without, "reason": "试"})
    assert answer.status_code == 422
    assert "缺出处" in str(answer.content, "utf-8")
    assert not Rule.objects.exists()
    assert office.post("/analysis/risk/rules/new/", {"text": text, "reason": "试"}).status_code == 302
    assert "联防联控" in told(office, "/analysis/risk/rules/v2020-02/")
    assert office.get("/analysis/risk/rules/v2020-02.toml").content.decode() == text


def test_the_office_sets_a_level_and_signs_and_both_are_shown(office: Client) -> None:
    made_risk.rule()
    made_runs.counts([1])
    one = made_risk.made()
    assert one is not None
    said = {"level": "high", "from_day": "2020-01-23", "reason": "省里要求"}
    assert office.post(f"/analysis/risk/{one.pk}/override/", {**said, "from_day": ""}).status_code == 422
    assert office.post(f"/analysis/risk/{one.pk}/override/", said).status_code == 302
    assert Override.objects.count() == 1
    assert "办公室调整为" in told(office, "/analysis/risk/")
    assert office.post(f"/analysis/risk/{one.pk}/sign/", {"note": ""}).status_code == 302
    assert Signature.objects.count() == 1
    assert "已签发" in told(office, f"/analysis/risk/{one.pk}/")
    assert office.post(f"/analysis/risk/{one.pk}/recompute/").status_code == 302
