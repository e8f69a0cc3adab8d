"""The pages of signals: the list, the strongest first, one with chart and records, answers, rules, who may do what."""

from __future__ import annotations

import pytest
from django.test import Client

from shichen.analysis.signals import rulebook
from shichen.analysis.signals.models import Alarm, Answer, Rulebook
from tests.analysis import made_signals
from tests.board.conftest import signed_in
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(cast: Cast) -> Client:
    return signed_in(cast.office)


def told(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return str(answer.content, "utf-8")


def test_the_list_says_what_is_unusual_and_the_duty_officer_finds_it(office: Client) -> None:
    alarm = made_signals.alarm()
    text = told(office, "/analysis/alarms/")
    assert "株洲市 1月30日 新增确诊病例 20，高于上限" in text
    assert f"/analysis/alarms/{alarm.pk}/" in text
    assert "/analysis/alarms/" in told(office, "/alarms/")
    assert "/analysis/alarms/" in told(office, "/analysis/")
    for ending in ("csv", "xlsx", "json", "metadata.json"):
        assert office.get(f"/analysis/alarms.{ending}").status_code == 200


def test_one_signal_has_its_chart_its_records_and_its_files(office: Client) -> None:
    alarm = made_signals.alarm()
    text = told(office, f"/analysis/alarms/{alarm.pk}/")
    for row in alarm.evaluation.inputs[-3:]:
        assert f'href="/registers/counts/{row["records"][0][0]}/"' in text
    assert alarm.evaluation.inputs_digest in text
    assert "Hutwagner" in text
    assert office.get(f"/analysis/alarms/{alarm.pk}.json").json()["inputs"]["digest"] == alarm.evaluation.inputs_digest
    assert office.get(f"/analysis/alarms/{alarm.pk}.svg").status_code == 200


def test_an_answer_is_given_once_and_shown(office: Client) -> None:
    alarm = made_signals.alarm()
    at = f"/analysis/alarms/{alarm.pk}/answer/"
    assert office.post(at, {"verdict": "dismissed", "reason": ""}).status_code == 422
    assert office.post(at, {"verdict": "dismissed", "reason": "补报旧病例"}).status_code == 302
    assert office.post(at, {"verdict": "confirmed"}).status_code == 422
    assert Answer.objects.count() == 1
    text = told(office, "/analysis/alarms/")
    assert "没有待核的信号" in text
    assert "补报旧病例" in text
    assert office.post(f"/analysis/alarms/{alarm.pk}/recompute/").status_code == 302


def test_one_that_comes_back_says_which_it_replaces_and_the_old_one_leads_on(office: Client) -> None:
    alarm = made_signals.alarm()
    office.post(f"/analysis/alarms/{alarm.pk}/answer/", {"verdict": "dismissed", "reason": "补报旧病例"})
    made_signals.corrected(alarm.evaluation.rules, alarm.on, 27)
    again = Alarm.objects.get(replaces=alarm)
    listed, old, new = (told(office, f"/analysis/alarms/{at}") for at in ("", f"{alarm.pk}/", f"{again.pk}/"))
    assert "更正后重提" in listed
    assert f'已重提：</b> <a href="/analysis/alarms/{again.pk}/">' in old
    assert f'不实的一条： <a href="/analysis/alarms/{alarm.pk}/">' in new
    assert "补报旧病例" in new
    rows = office.get("/analysis/alarms.json").json()["signals"]
    assert {row["replaces"] for row in rows} == {None, str(alarm.pk)}


def test_one_whose_counts_were_corrected_says_what_they_are_now(office: Client) -> None:
    alarm = made_signals.alarm()
    book = alarm.evaluation.rules
    made_signals.corrected(book, alarm.on, 2)
    assert "这一天是 2，没有超过上限" in told(office, f"/analysis/alarms/{alarm.pk}/")
    made_signals.corrected(book, alarm.on, 21)
    assert "这一天是 21，上限" in told(office, f"/analysis/alarms/{alarm.pk}/")


def test_who_sees_another_part_of_the_city_sees_nothing(cast: Cast) -> None:
    alarm = made_signals.alarm()
    assert signed_in(cast.outsider).get(f"/analysis/alarms/{alarm.pk}/").status_code in (403, 404)


def test_rules_are_entered_whole_or_not_at_all(office: Client) -> None:
    text = rulebook.shipped()["signals-2020"]
    assert office.post("/analysis/alarms/rules/new/", {"text": "x = 1", "reason": "试"}).status_code == 422
    assert not Rulebook.objects.exists()
    assert office.post("/analysis/alarms/rules/new/", {"text": text, "reason": "试"}).status_code == 302
    assert office.get("/analysis/alarms/rules/signals-2020.toml").content.decode() == text
    assert office.post("/analysis/alarms/ask/", {"as_of": "2020-02-01T12:00"}).status_code == 302
