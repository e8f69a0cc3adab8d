"""A list says in words, with units and sources, by which rules it was made, and why each person stands above the next."""

from __future__ import annotations

import tomllib
import uuid
from dataclasses import fields
from importlib.resources import files
from itertools import combinations_with_replacement, product
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from shichen.analysis import queries, rules
from shichen.analysis.models import Near, Trace
from shichen.city.models import Account
from shichen.tracing.rules import Rules, diseases, of_disease
from shichen.web import words
from tests.analysis.test_further import STAY, further
from tests.analysis.test_further import lake_of_stays as lake_of_stays
from tests.analysis.test_traces import CASE, NEAR, client, traced
from tests.analysis.test_traces import asker as asker
from tests.analysis.test_traces import second as second
from tests.made import place
from tests.records.bulk.conftest import Write, row
from tests.records.bulk.conftest import folder as folder
from tests.records.bulk.conftest import write as write


def kept(disease: str = "covid19") -> dict[str, Any]:
    sourced = of_disease(disease)
    return {"sources": sourced.sources, "sources_zh": sourced.sources_zh, **vars(sourced.rules)}


@pytest.mark.parametrize("disease", diseases())
def test_every_number_of_a_disease_has_words_a_unit_and_its_source_in_both_languages(disease: str) -> None:
    """A field that somebody adds to Rules must be said on the page too."""
    trace = Trace(rules=kept(disease), of=Trace())
    trace.of_id = trace.of.pk  # type: ignore[union-attr]
    for language in ("zh-hans", "en"):
        with translation.override(language):
            said = rules.rules(trace)
            assert {one.key for one in said} == {field.name for field in fields(Rules)}
            for one in said:
                assert one.source, one.key
                assert bool(one.source_zh) == (language != "en"), one.key
                assert words.CHINESE.search(one.name + one.sentence) is None or language != "en", one
                assert any(unit in one.sentence for unit in UNITS[language]), one


UNITS = {"zh-hans": ("秒", "分钟", "天", "排"), "en": ("second", "minute", "day", "rows")}


def test_sources_in_chinese_are_sentences_of_their_own() -> None:
    told = tomllib.loads(files("shichen.tracing").joinpath("rules.toml").read_text(encoding="utf-8"))
    for disease in told.values():
        for name, one in disease.items():
            if isinstance(one, dict):
                assert words.CHINESE.search(one["source_zh"]), name
                assert words.CHINESE.search(one["source"]) is None, name


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (1, "1 秒"),
        (59, "59 秒"),
        (60, "60 秒（1 分钟）"),
        (900, "900 秒（15 分钟）"),
        (3_300, "3,300 秒（55 分钟）"),
        (35_400, "35,400 秒（9.8 小时）"),
        (86_400, "86,400 秒（24 小时）"),
        (1_209_600, "1,209,600 秒（14 天）"),
    ],
)
def test_a_length_is_said_in_seconds_and_in_the_unit_people_think_in(seconds: int, said: str) -> None:
    assert rules.lasting(seconds) == said


def test_one_minute_is_one_in_english() -> None:
    with translation.override("en"):
        assert rules.lasting(60) == "60 seconds (1 minute)"
        assert rules.lasting(90) == "90 seconds (1.5 minutes)"


def test_the_reason_is_what_orders_the_two() -> None:
    """Of any two, one before the other as the tracing room orders them: the words name the first rule in which they differ."""
    drawn = sorted(product(range(4), range(1, 5)), reverse=True)
    listed = [Near(period=1, same=same, seconds=100 * hundreds) for same, hundreds in drawn]
    for one, following in combinations_with_replacement(listed, 2):
        said = rules.above(one, following)
        if one.same > following.same:
            assert said == f"同车 {one.same} 次，下一位 {following.same} 次"
        elif one.seconds > following.seconds:
            assert said.endswith(f"暴露多 {rules.lasting(one.seconds - following.seconds)}")
        else:
            assert said == "与下一位并列"
    assert rules.above(listed[-1], None) == ""
    assert rules.above(listed[-1], Near(period=2, same=0, seconds=1)) == ""


@pytest.mark.django_db
def test_the_page_says_rules_order_and_reasons(lake_of_stays: None, asker: Account, second: Account) -> None:
    trace = traced(asker, second)
    page = client(asker).get(f"/traces/{trace.pk}/").content.decode()
    for said in (
        "前后不到 120 秒（2 分钟）通过同一卡点的",
        "同处至少 900 秒（15 分钟）的",
        "车厢里相隔 3 排以内的才算",
        "这份名单没有合计",
        "美国疾控中心",
        "同车次数多的在前",
        "暴露多 2,940 秒（49 分钟）",
    ):
        assert said in page, said
    assert "再追一级" not in page
    assert "才当作密接再追一级" in client(asker).get(f"/traces/{further(trace, asker, second).pk}/").content.decode()


@pytest.mark.django_db
def test_a_person_s_page_counts_the_exposure_out(lake_of_stays: None, asker: Account, second: Account) -> None:
    trace = traced(asker, second)
    stayed, passed = trace.persons.order_by("rank")
    page = client(asker).get(f"/traces/persons/{stayed.pk}/").content.decode()
    assert "同在 12:10:00 至 13:00:00：3,000 秒（50 分钟）" in page
    page = client(asker).get(f"/traces/persons/{passed.pk}/").content.decode()
    assert "相隔 60 秒：120 − 60 = 60 秒（1 分钟）" in page
    assert "以上相加是暴露：" in page


@pytest.mark.django_db
def test_more_meetings_than_are_kept_are_not_said_to_be_all(write: Write, asker: Account, second: Account) -> None:
    hours = [f"2020-02-05 {hour:02}" for hour in range(8, 20)]
    write(
        [row(f"{hour}:00:00", who=CASE) for hour in hours]
        + [row(f"{hour}:00:30", plate="湘B99999", who=NEAR) for hour in hours]
    )
    (near,) = traced(asker, second).persons.all()
    page = client(asker).get(f"/traces/persons/{near.pk}/").content.decode()
    assert near.seconds == 12 * 90
    assert "以上是暴露最多的几次" in page
    assert "1,080 秒（18 分钟）" in page


@pytest.mark.django_db
def test_a_list_of_before_the_words_still_reads(lake_of_stays: None, asker: Account, second: Account) -> None:
    trace = traced(asker, second)
    Trace.objects.filter(pk=trace.pk).update(
        rules={"reach": 120, "least": 900, "sources": {"reach": "chosen: at a gate"}}
    )
    page = client(asker).get(f"/traces/{trace.pk}/").content.decode()
    assert "同处至少 900 秒（15 分钟）" in page
    assert "chosen: at a gate" in page


@pytest.mark.django_db
def test_a_list_of_many_asks_the_database_as_often_as_one_of_few(write: Write, asker: Account, second: Account) -> None:
    place("R1", "老街饭店", "restaurant")
    write([f"2020-02-05 12:00,R1,{who},2020-02-05 13:00," for who in (CASE, NEAR)], head=STAY, table="stays")
    trace = traced(asker, second)

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            queries.lines(Trace.objects.get(pk=trace.pk))
        return len(seen)

    few = asked()
    (one,) = trace.persons.all()
    for rank in range(2, 12):
        one.pk, one.rank, one._state.adding = None, rank, True
        one.id = uuid.uuid4()
        one.save(force_insert=True)
    assert len(queries.lines(trace)) == 11
    assert asked() == few
