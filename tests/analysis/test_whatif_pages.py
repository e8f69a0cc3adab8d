"""The pages of scenarios and of the bed forecast: from the form to the kept run, refusals at their field, never signed, in both languages."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.test import Client

from shichen.analysis.runs import asking, supposing
from shichen.analysis.runs.drawing import charts
from shichen.analysis.runs.models import Run
from shichen.analysis.runs.telling import saying
from shichen.city import services as accounts
from shichen.city.scope import Sight
from shichen.refusal import Refusal
from shichen.watches import clock
from tests.analysis import made_runs
from tests.board.conftest import signed_in
from tests.conftest import Cast
from tests.epi.reference import table
from tests.epi.zhuzhou import CASES
from tests.made import count, deliver

pytestmark = pytest.mark.django_db
NEW = "/analysis/whatif/new/"
FORM = {
    "name": "公交恢复",
    "reason": "试",
    "horizon": "30",
    "what1": "R",
    "value1": "1.3",
    "from1": "2020-02-15",
    "source1": "专家组2月11日会议",
}
SAME = {"what1": "R", "value1": "1", "what2": "tracing", "value2": "0", "from2": "2020-02-13", "delay2": "2"}


@pytest.fixture
def office(cast: Cast) -> Client:
    return signed_in(cast.office)


def counted(days: int = 20, begin: int = 0) -> None:
    """Zhuzhou's counts with who had been discharged, of so many days from one of them on."""
    known = table("input_zhuzhou.csv")
    left = dict(zip(known["date"], known["cured"], strict=True))
    total = sum(map(int, CASES[:begin]))
    for at, number in list(enumerate(CASES))[begin : begin + days]:
        on, total = made_runs.FIRST + timedelta(days=at), total + int(number)
        out = {"discharged_done_cum": int(left[on.isoformat()]), "dead_cum": 0}
        count(on, "株洲市", confirmed_new=int(number), confirmed_cum=total, **out)


@pytest.fixture
def runs() -> dict[str, Run]:
    made_runs.profile()
    counted()
    return made_runs.made()


def asked(client: Client, runs: dict[str, Run], **more: str) -> Run:
    answer = client.post(NEW, {**FORM, "area": runs["curve"].area_id, **more})
    assert answer.status_code == 302, re.findall(r'class="fault"[^>]*>([^<]*)', str(answer.content, "utf-8"))
    return Run.objects.get(pk=answer["Location"].split("/")[-2])


def test_a_scenario_is_asked_for_computed_kept_and_told(office: Client, runs: dict[str, Run]) -> None:
    run = asked(office, runs)
    text = str(office.get(f"/analysis/runs/{run.pk}/").content, "utf-8")
    for said in ("情景（不是预测）", "公交恢复", "专家组2月11日会议", "不采取措施", "R乘以1.3", "现有病人最多", "设想"):
        assert said in text, said
    assert run.inputs_id == runs["curve"].inputs_id
    assert asking.recompute(run, by=accounts.system()).same
    for ending in ("csv", "xlsx", "json", "svg", "metadata.json"):
        assert office.get(f"/analysis/runs/{run.pk}.{ending}").status_code == 200, ending
    assert "不是预测" in str(office.get(f"/analysis/runs/{run.pk}.svg").content, "utf-8")
    assert office.get(f"/analysis/runs/{run.pk}.json").json()["parameters"]["steps"][0]["value"] == 1.3


def test_multiplier_one_and_nobody_traced_is_the_baseline_bit_for_bit(office: Client, runs: dict[str, Run]) -> None:
    run = asked(office, runs, **SAME)
    halves = [[{**r, "strat": ""} for r in run.rows if r["strat"] == name] for name in ("baseline", "scenario")]
    assert halves[0] == halves[1]
    assert "没有差别" in str(office.get(f"/analysis/runs/{run.pk}/").content, "utf-8")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"name": ""}, "请给情景起个名字"),
        ({"horizon": "61"}, "1到60之间"),
        ({"R": "-1"}, "起始再生数要在0到20之间"),
        ({"imports": "x"}, "每天输入的病例要在0到10000之间"),
        ({"from1": "2020-02-11"}, "第1步：开始日要在2020-02-11之后"),
        ({"from1": "2月15日"}, "第1步：日期写成"),
        ({"to1": "2020-02-14"}, "第1步：结束日要在开始日之后"),
        ({"value1": "11"}, "第1步：倍数要在0到10之间"),
        ({"what1": "tracing", "value1": "101"}, "追踪到的比例要在0到100"),
        ({"what1": "tracing", "value1": "50", "delay1": "1.5"}, "「隔离天数」要是0到30"),
        ({"what1": ""}, "至少写一步措施"),
        ({"area": "nowhere"}, "还没有分析"),
    ],
)
def test_wrong_values_are_told_at_their_field_and_nothing_is_kept(
    office: Client, runs: dict[str, Run], more: dict[str, str], said: str
) -> None:
    answer = office.post(NEW, {**FORM, "area": runs["curve"].area_id, **more})
    assert answer.status_code == 422
    text = str(answer.content, "utf-8")
    assert said in text
    assert 'value="试"' in text
    assert not Run.objects.filter(method="whatif").exists()
    office.cookies["django_language"] = "en"
    english = str(office.post(NEW, {**FORM, "area": runs["curve"].area_id, **more}).content, "utf-8")
    told = re.findall(r'class="fault"[^>]*>([^<]*)<', english)
    assert told
    assert not re.search(r"[\u4e00-\u9fff]", told[0]), told[0]


def test_a_scenario_is_never_signed_and_stands_in_no_overview(office: Client, runs: dict[str, Run], cast: Cast) -> None:
    run = asked(office, runs)
    with pytest.raises(Refusal, match="情景不是预测"):
        asking.sign(run, "", by=cast.office)
    assert str(run.pk) not in str(office.get("/analysis/").content, "utf-8")
    assert office.post(f"/analysis/runs/{run.pk}/sign/").status_code == 422


def test_several_scenarios_side_by_side(office: Client, runs: dict[str, Run]) -> None:
    one, two = asked(office, runs), asked(office, runs, name="加强追踪", **{**SAME, "value2": "60"})
    text = str(office.get(f"/analysis/whatif/?with={one.pk}&with={two.pk}").content, "utf-8")
    assert "并排比较" in text
    assert text.count("<svg") >= 2
    assert "加强追踪" in str(office.get("/analysis/whatif.csv").content, "utf-8-sig")
    assert office.get("/analysis/whatif/?with=x").status_code == 200


def test_the_bed_forecast_says_patients_and_stay(office: Client, runs: dict[str, Run]) -> None:
    run = runs["beds"]
    assert run.state == "done", run.refused_why
    text = str(office.get(f"/analysis/runs/{run.pk}/").content, "utf-8")
    assert "现有病人57人" in text
    assert "没有登记开放床位" in text
    assert "平均住院日" in text
    assert office.get(f"/analysis/runs/{run.pk}.svg").status_code == 200


def test_in_english_with_what_people_wrote_marked(office: Client, runs: dict[str, Run]) -> None:
    run = asked(office, runs)
    office.cookies["django_language"] = "en"
    for address in (f"/analysis/runs/{run.pk}/", f"/analysis/runs/{runs['beds'].pk}/", "/analysis/whatif/", NEW):
        text = str(office.get(address).content, "utf-8")
        found = re.search(r'<p class="finding">(.*?)</p>', text, re.S)
        said = re.sub(r'<span lang="zh-Hans">.*?</span>', "", found[1]) if found else ""
        assert not re.search(r"[\u4e00-\u9fff]", said), said


def test_who_may_not_analyse_gets_no_form(cast: Cast, runs: dict[str, Run]) -> None:
    traffic = signed_in(cast.traffic)
    assert traffic.get(NEW).status_code == 403
    assert traffic.post(NEW, {**FORM, "area": runs["curve"].area_id}).status_code == 403
    said = supposing.read(FORM, supposing.last_day(runs["curve"]))
    with pytest.raises(Refusal):
        supposing.suppose(runs["curve"], said, by=cast.traffic)


def test_a_bed_forecast_is_scored_by_the_patients_that_were_in(office: Client) -> None:
    made_runs.profile()
    counted()
    early = made_runs.made(as_of=clock(date(2098, 1, 1), 0))["beds"]
    assert early.status in ("ok", "wide")
    counted(6, begin=20)
    later = made_runs.made()["beds"]
    assert later.parameters["scored"] == [str(early.pk)]
    told = {r["date"]: r["mean"] for r in later.rows if r["variable"] == "census" and not r["strat"]}
    issued = [
        r for r in early.rows if r["variable"] == "census" and r["strat"] == "stays" and told.get(r["date"]) is not None
    ]
    assert [r["mean"] for r in later.rows if r["variable"] == "days_scored"] == [len(issued)] == [6]
    inside = sum(one["lower_95"] <= told[one["date"]] <= one["upper_95"] for one in issued) / 6
    assert next(r["mean"] for r in later.rows if r["variable"] == "coverage_95") == pytest.approx(inside)
    found = [r["mean"] for r in later.rows if r["variable"] == "wis"]
    assert found == pytest.approx([sum(_wis(one, told[one["date"]]) for one in issued) / 6])
    assert [r["mean"] for r in later.rows if r["variable"] == "days_scored_settles"] == [6]
    assert asking.recompute(later, by=accounts.system()).same
    text = str(office.get(f"/analysis/runs/{later.pk}/").content, "utf-8")
    for said in ("历次预测的得分", "WIS 以人计", "此前预测的平均 WIS", f"第{early.number}号"):
        assert said in text, said


def _wis(issued: dict[str, float], fact: float) -> float:
    """The weighted interval score of one day by its definition (Bracher et al. 2021), of three intervals and the median."""
    score = abs(fact - issued["median"]) / 2
    for width in (50, 90, 95):
        low, high, alpha = issued[f"lower_{width}"], issued[f"upper_{width}"], 1 - width / 100
        spread = high - low + 2 / alpha * (max(low - fact, 0) + max(fact - high, 0))
        score += alpha / 2 * spread
    return score / 3.5


def test_open_beds_come_into_the_forecast_and_a_new_step_makes_it_anew(office: Client, runs: dict[str, Run]) -> None:
    step = {"place": "甲医院", "kind": "isolation", "from_on": "2020-02-01", "source": "通报"}
    deliver("bed_capacity", {**step, "beds": 300})
    run = made_runs.made()["beds"]
    assert [one["beds"] for one in run.parameters["capacity"]] == [300]
    text = str(office.get(f"/analysis/runs/{run.pk}/").content, "utf-8")
    assert "开放床位300张，14天内不会满" in text
    assert f"/registers/beds/{run.parameters['capacity'][0]['record']}/" in text
    deliver("bed_capacity", {**step, "beds": 40, "from_on": "2020-02-10"})
    few = made_runs.made()["beds"]
    eased = {one["variable"]: one for one in few.rows if one["strat"] == "settles"}
    most = max(one["median"] for one in few.rows if (one["variable"], one["strat"]) == ("census", "settles"))
    told = re.search(r"若趋势渐缓，最多(\d+)人（95% 区间 \S+，床位不够的可能性([<>]?)(\d+)%。", saying.conclusion(few))
    assert told is not None
    assert int(told[1]) == round(most)
    assert told[2] or int(told[3]) == round(100 * eased["p_ever_over_capacity"]["mean"])
    assert "起多半不够" in str(office.get(f"/analysis/runs/{few.pk}/").content, "utf-8")
    assert asking.recompute(run, by=accounts.system()).same
    assert not made_runs.made()
    office.cookies["django_language"] = "en"
    assert "open beds" in str(office.get(f"/analysis/runs/{few.pk}/").content, "utf-8")


def test_the_forecast_page_tells_how_earlier_ones_scored(office: Client) -> None:
    made_runs.profile()
    made_runs.counts(CASES[:18])
    first = made_runs.made(as_of=clock(date(2098, 1, 1), 0))["forecast"]
    made_runs.counts(CASES[18:24], made_runs.FIRST + timedelta(days=18))
    run = made_runs.made()["forecast"]
    text = str(office.get(f"/analysis/runs/{run.pk}/").content, "utf-8")
    for said in (
        "历次预测的得分",
        f"/analysis/runs/{first.pk}/",
        "此前预测的平均 WIS",
        "90%区间命中",
        "若R不变",
        "若趋势渐缓",
        "若R下降",
        "WIS，若趋势渐缓",
    ):
        assert said in text, said
    means = {}
    for fan, variable in (("stays", "wis"), ("settles", "wis_settles")):
        issued = {r["date"]: r for r in first.rows if (r["variable"], r["strat"]) == ("cases", fan)}
        known = [_wis(issued[str(day)], CASES[at]) for at, day in enumerate(_days(24)) if str(day) in issued]
        means[fan] = sum(known) / len(known)
        assert next(r["mean"] for r in run.rows if r["variable"] == variable) == pytest.approx(means[fan])
        assert f"{means[fan]:.2f}" in text
    near = "若R不变" if means["stays"] < means["settles"] else "若趋势渐缓"
    assert f"到目前为止「{near}」离实际较近（平均 WIS {min(means.values()):.2f}，" in text


def _days(length: int) -> list[date]:
    return [made_runs.FIRST + timedelta(days=at) for at in range(length)]


def test_a_forecast_made_before_trends_could_ease_is_told_as_it_was(office: Client) -> None:
    made_runs.profile()
    made_runs.counts(CASES[:18])
    run = made_runs.made()["forecast"]
    whole = saying.conclusion(run)
    assert "若趋势渐缓，共" in whole
    run.rows = [one for one in run.rows if one["strat"] != "settles"]
    assert "趋势渐缓" not in saying.conclusion(run)
    assert [one.name.split(" · ")[0] for one in saying.cards(run)] == ["若R不变"] * 2 + ["若R下降"] * 2
    drawn = charts.figure(run, Sight(((None, "", None),)))
    assert "若R下降" in drawn
    assert "趋势渐缓" not in drawn
