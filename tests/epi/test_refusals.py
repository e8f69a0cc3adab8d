"""Bad data by every door of the library: a sentence in each language that says what is wrong, and the field it belongs to."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from shichen.epi import chains, delays, forecast, growth, incidence, linelist, nowcast, resources, rows, rt, signals
from shichen.epi.errors import BadData
from shichen.epi.resources import Norm, Pin
from shichen.epi.rt import Infections

W = delays.discr_si(np.arange(10), 2.6, 1.5)
THREE = ["2020-02-01", "2020-02-02", "2020-02-03"]
CURVE = incidence.incidence(THREE)


@pytest.mark.parametrize(
    ("said", "field", "wrong"),
    [
        ("一样长", "target", lambda: chains.make_epicontacts(["a"], ["a"], [])),
        ("accepted", "accepted", lambda: chains.make_epicontacts(["a", "b"], ["a"], ["b"], accepted=[True, False])),
        ("空的编号", "linelist", lambda: chains.make_epicontacts(["a", "b"], ["a"], [""])),
        ("share", "share", lambda: chains.proportion_transmission(2.0, 0.5, share=1.5)),
        ("size 至少 1", "size", lambda: chains.proportion_cluster_size(2.0, 0.5, 0)),
        ("R 与 k", "R", lambda: chains.probability_extinct(0, 1)),
        ("至少给一个分布", "delays", lambda: delays.convolve()),
        ("重抽样", "n_boot", lambda: delays.bootstrapped_dist_fit([1, 2, 3, 4], n_boot=0).intervals()),
        ("降到", "to", lambda: forecast.Falling(-1, 3)),
        ("起止日", "start", lambda: forecast.Intervention(3, 1, "R")),
        ("对象", "target", lambda: forecast.Intervention(1, 2, "weather")),  # type: ignore[arg-type]
        ("14 天", "weekday", lambda: growth.growth_rate(np.ones(10), weekday=True, window=None)),
        ("一列日期", "dates", lambda: incidence.incidence([THREE])),
        ("一样长", "groups", lambda: incidence.incidence(THREE, groups=["a"])),
        ("缺人数", "counts", lambda: incidence.incidence(THREE, counts_=[1, np.nan, 1])),
        ("一样多", "groups", lambda: incidence.regroup(CURVE, ["a", "b"])),
        ("一样长", "dates", lambda: incidence.complete_dates(THREE, [1, 2])),
        ("一样长", "columns", lambda: linelist.make_linelist({"a": [1, 2], "b": [1]})),
        ("没有一列标为", "id", lambda: linelist.make_linelist({"a": [1]})["id"]),
        ("draws 至少 1", "draws", lambda: nowcast.nowcast(None, draws=0)),  # type: ignore[arg-type]
        ("一样长", "report", lambda: nowcast.impute_onsets(THREE, ["2020-02-05"])),
        (
            "最长时滞",
            "longest",
            lambda: nowcast.reporting_triangle(THREE, THREE, now="2020-02-05", longest=0),
        ),
        (
            "截止日之后",
            "since",
            lambda: nowcast.reporting_triangle(THREE, THREE, now="2020-02-05", longest=3, since="2020-03-01"),
        ),
        ("boxes", "boxes", lambda: resources.allocate([[1]], [[1]], [[1]], [1], boxes=[0])),
        ("二维", "stock", lambda: resources.allocate([1], [[1]], [[1]], [1])),
        ("不存在", "pins", lambda: resources.allocate([[1]], [[1]], [[1]], [1], pins=[Pin(0, 0, 0, -1)])),
        ("一样长", "los", lambda: resources.los_survival([1, 2], [1])),
        ("无从拟合", "secondary", lambda: resources.estimate_secondary(np.zeros(60), np.zeros(60))),
        ("入院比例", "share", lambda: resources.admissions([1, 2], share=2, delay=[1])),
        ("一样长", "receipts", lambda: resources.burn_rate([1, 2], [1])),
        (
            "不小于零",
            "stock",
            lambda: resources.forecast_supplies({}, {}, Norm({}, {}), stock=-1, lead_time=1, safety=1),
        ),
        (
            "没有人用",
            "patients",
            lambda: resources.forecast_supplies({}, {}, Norm({}, {}), stock=1, lead_time=1, safety=1),
        ),
        ("日期，不缺", "dates", lambda: rows.of_infections(Infections(np.ones(1), np.ones(1), 1), [""])),
        ("个序列间隔", "w", lambda: rt.estimate_R(np.ones((3, 12)), w=np.stack([W, W]), draws=True)),
        ("只用一个", "w", lambda: rt.estimate_R(np.ones(12), w=np.stack([W, W]), method="epifilter")),
        ("R 要大于零", "R", lambda: rt.R_to_growth(0.0, W)),
        ("R 不小于零", "R", lambda: rt.prob_outbreak_over([1, 2], W, R=-1)),
        ("窗口至少一天", "window", lambda: rt.estimate_R(np.ones(12), w=W, window=0)),
        ("没有「C9」", "method", lambda: signals.ears(np.ones(20), method="C9")),  # type: ignore[arg-type]
    ],
)
def test_what_is_wrong_is_said_in_both_languages(said: str, field: str, wrong: Callable[[], object]) -> None:
    with pytest.raises(BadData) as refused:
        wrong()
    assert said in refused.value.zh
    assert refused.value.field == field
    assert max(refused.value.en.replace("“", "").replace("”", "")) < "\u4e00"  # English, and no more


def test_growth_and_r_lead_to_each_other_beyond_what_is_usual() -> None:
    for R in (1e-3, 0.05, 1.0, 20.0, 1e4):
        assert rt.growth_to_R(rt.R_to_growth(R, W), W) == pytest.approx(R, rel=1e-6)


def test_nothing_to_share_out_is_shared_out() -> None:
    found = resources.allocate([[5]], [[0]], [[1]], [1])
    assert (found.z.tolist(), found.x.sum()) == ([1.0], 0.0)


def test_a_peak_of_groups_and_what_has_none() -> None:
    empty = incidence.incidence([""], groups=["a"])
    assert incidence.keep_peaks(empty) == []
    assert empty.missing.tolist() == [1]
    with pytest.raises(BadData, match="高峰"):
        incidence.estimate_peak(empty)
