"""The pages of analyses: the gate dates of the reference through the product, no number where a gate is shut, who may do what."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from shichen.analysis.runs import disease
from shichen.analysis.runs.models import Profile, Run, Signature
from shichen.jobs.models import Job
from shichen.watches import clock
from tests.analysis import made_runs
from tests.board.conftest import signed_in
from tests.conftest import Cast
from tests.epi.zhuzhou import CASES

pytestmark = pytest.mark.django_db
GATES = [
    (date(2020, 1, 29), "暂不估计"),
    (date(2020, 1, 30), "实时再生数 3.10"),
    (date(2020, 2, 18), "区间较宽"),
    (date(2020, 2, 19), "实时再生数 0.33"),
    (date(2020, 2, 20), "不给出再生数；它小于1的可能性为"),
    (date(2020, 2, 28), "不给出再生数；它小于1的可能性为"),
    (date(2020, 2, 29), "疫情已经结束的可能性为"),
    (date(2020, 3, 20), "疫情已经结束的可能性为"),
]


def page(client: Client, run: Run) -> str:
    answer = client.get(reverse("analysis-run", args=[run.pk]))
    assert answer.status_code == 200
    return str(answer.content, "utf-8")


@pytest.fixture
def office(cast: Cast) -> Client:
    return signed_in(cast.office)


@pytest.mark.parametrize(("last", "said"), GATES)
def test_the_gates_of_zhuzhou_from_the_register_to_the_page(office: Client, last: date, said: str) -> None:
    made_runs.profile()
    made_runs.counts(CASES[: (last - made_runs.FIRST).days + 1])
    run = made_runs.made()["rt"]
    text = page(office, run)
    finding = re.search(r'<p class="finding">(.*?)</p>', text)
    assert finding is not None
    assert said in finding[1], finding[1]


def test_a_withheld_figure_is_words_and_nowhere_a_number(office: Client) -> None:
    """The posterior mean without its gate would be 4.94 on 20 March: it stands neither on the page nor in any file of it."""
    made_runs.profile()
    made_runs.counts()
    run = made_runs.made()["rt"]
    for address in (f"/analysis/runs/{run.pk}/", *(f"/analysis/runs/{run.pk}.{one}" for one in ("csv", "json", "svg"))):
        answer = office.get(address)
        assert answer.status_code == 200, address
        assert "4.94" not in str(answer.content, "utf-8")
    text = page(office, run)
    assert "传染力过低" in text
    assert "最近一个可发布的窗口" in text


@pytest.mark.parametrize("method", ["curve", "rt", "growth", "nowcast", "forecast"])
def test_every_run_has_its_page_and_its_siblings(office: Client, method: str) -> None:
    made_runs.profile()
    made_runs.counts(CASES[:24])
    run = made_runs.made()[method]
    text = page(office, run)
    assert run.inputs.digest in text
    assert f"/registers/counts/{run.inputs.rows[0]['record']}/" in text
    for ending in ("csv", "xlsx", "json", "metadata.json"):
        assert office.get(f"/analysis/runs/{run.pk}.{ending}").status_code == 200
    drawn = office.get(f"/analysis/runs/{run.pk}.svg")
    assert drawn.status_code == (200 if method != "nowcast" else 404)
    assert office.get(f"/analysis/runs/{run.pk}.json").json()["inputs"]["digest"] == run.inputs.digest


def test_the_overview_says_a_sentence_for_each_area_and_looks_back(office: Client) -> None:
    made_runs.profile()
    made_runs.counts(CASES[:20])
    made_runs.made(as_of=clock(date(2098, 1, 1), 0))
    made_runs.counts(CASES[20:26], made_runs.FIRST + timedelta(days=20))
    made_runs.made()
    assert "2月17日24时累计确诊78例" in str(office.get("/analysis/").content, "utf-8")
    assert "2月11日24时累计确诊68例" in str(office.get("/analysis/?until=2099-01-01T00:00").content, "utf-8")
    assert office.get("/analysis/?until=x").status_code == 422
    assert office.get("/analysis.csv").status_code == 200


def test_the_overview_asks_no_more_for_more_runs(office: Client, django_assert_max_num_queries: Any) -> None:
    made_runs.profile()
    for at in range(3):
        made_runs.counts(CASES[20 * at : 20 * at + 18], made_runs.FIRST + timedelta(days=18 * at))
        made_runs.made(as_of=clock(date(2095 + at, 1, 1), 0))
    office.get("/analysis/")
    with django_assert_max_num_queries(25):
        text = str(office.get("/analysis/").content, "utf-8")
    assert text.count("data-row") == 5


def test_a_run_is_compared_with_the_one_before(office: Client) -> None:
    made_runs.profile()
    made_runs.counts(CASES[:20])
    first = made_runs.made(as_of=clock(date(2098, 1, 1), 0))["rt"]
    made_runs.counts(CASES[20:26], made_runs.FIRST + timedelta(days=20))
    text = page(office, made_runs.made()["rt"])
    assert "与上次比较" in text
    assert str(first.pk) in text
    assert "数都没有改" in text


def test_asking_checking_and_signing(office: Client, cast: Cast) -> None:
    made_runs.profile()
    made_runs.counts(CASES[:20])
    run = made_runs.made()["rt"]
    asked = office.post("/analysis/ask/", {"as_of": "2020-02-13T12:00", "area": ""})
    assert asked.status_code == 302
    assert Job.objects.filter(kind="analysis").count() == 1
    checked = office.post(reverse("analysis-recompute", args=[run.pk]), follow=True)
    assert "重算一致" in str(checked.content, "utf-8")
    assert "草稿" in page(office, run)
    assert office.post(reverse("analysis-sign", args=[run.pk]), {"note": ""}).status_code == 302
    assert Signature.objects.get().run == run
    assert office.post(reverse("analysis-sign", args=[run.pk])).status_code == 422
    assert office.post("/analysis/ask/", {"area": "nowhere"}).status_code == 422


def test_a_profile_is_entered_on_its_page_or_refused_with_its_field(office: Client) -> None:
    text = disease.shipped()["covid19-2020"]
    bad = office.post("/analysis/profiles/new/", {"text": text.replace("mean = 4.7", "mean = 0"), "reason": "试"})
    assert bad.status_code == 422
    assert "serial_interval.mean" in str(bad.content, "utf-8")
    assert not Profile.objects.exists()
    assert office.post("/analysis/profiles/new/", {"text": text, "reason": "首版"}).status_code == 302
    assert Profile.objects.count() == 1
    shown = str(office.get("/analysis/profiles/covid19-2020/1/").content, "utf-8")
    assert "Nishiura" in shown
    assert "0.814" in shown
    assert str(office.get("/analysis/profiles/covid19-2020/1.toml").content, "utf-8") == text
    assert office.get("/analysis/profiles/").status_code == 200
    assert "covid19-2020" in str(office.get("/analysis/profiles/new/?from=covid19-2020").content, "utf-8")


def test_the_curve_by_both_clocks_and_with_the_day_not_reported_yet(office: Client) -> None:
    made_runs.profile()
    made_runs.counts([1, 0, 2])
    run = made_runs.made(as_of=timezone.now())["curve"]
    by_data = page(office, run)
    by_published = str(office.get(f"/analysis/runs/{run.pk}/?dated=published").content, "utf-8")
    assert "疫情曲线 · 按数据日" in by_data
    assert ">1月25日<" in by_data
    assert ">1月26日<" in by_published
    assert office.get(f"/analysis/runs/{run.pk}/?dated=x").status_code == 200


def test_in_english(office: Client) -> None:
    made_runs.profile()
    made_runs.counts(CASES[:24])
    office.cookies["django_language"] = "en"
    for run in made_runs.made().values():
        answer = office.get(f"/analysis/runs/{run.pk}/")
        finding = re.search(r'<p class="finding">(.*?)</p>', str(answer.content, "utf-8"))
        assert finding is not None
        assert not re.search(r"[\u4e00-\u9fff]", finding[1]), finding[1]


def test_who_may_not_gets_nothing(cast: Cast) -> None:
    made_runs.profile()
    made_runs.counts([1, 2, 3])
    run = made_runs.made()["curve"]
    traffic = signed_in(cast.traffic)
    assert traffic.get(f"/analysis/runs/{run.pk}/").status_code == 404
    assert traffic.get(f"/analysis/runs/{run.pk}.json").status_code == 404
    assert traffic.post("/analysis/ask/").status_code == 403
    assert signed_in(cast.outsider).get("/analysis/").status_code == 403
