"""The nowcast: triangles and hazards exact, the posterior of `surveillance`, and skill on an outbreak whose end is known."""

from __future__ import annotations

import numpy as np
import pytest

from shichen.epi.errors import BadData
from shichen.epi.nowcast import estimate_truncation, impute_onsets, nowcast, reporting_triangle
from shichen.epi.nowcast.hazards import Completeness
from tests.epi.reference import furthest, table

FIRST = np.datetime64("2020-02-01")


def hus() -> object:
    given = table("input_husO104Hosp.csv")
    return reporting_triangle(given["dHosp"], given["dReport"], now="2011-06-02", longest=14, since="2011-05-01")


def test_triangle_and_hazards_are_exact() -> None:
    triangle, wanted = hus(), table("nowcast_hus_triangle.csv")
    assert furthest(triangle.n, np.column_stack([wanted[f"d{delay}"] for delay in range(15)])) == 0
    seen, counts, cdf = (
        estimate_truncation(triangle.n, m=None),
        table("nowcast_hus_nx_Nx.csv"),
        table("nowcast_hus_delayCDF.csv"),
    )
    assert (seen.n == counts["n.x"]).all()
    assert (counts["N.x"] == seen.N).all()
    assert furthest(seen.F, cdf["lawless"]) < 1e-12
    assert np.abs(Completeness(seen.F, seen.n, seen.N, 1.0).posterior_mean - cdf["bayes.trunc"]).max() < 5e-4


def test_the_plain_posterior_is_that_of_surveillance() -> None:
    found = nowcast(hus(), method="bayes.trunc", draws=20_000, prior_mean=50, prior_size=2500 / 2950)
    wanted = table("nowcast_hus_2011-06-02.csv")
    for at in np.flatnonzero(wanted["method"] == "bayes.trunc"):
        day = int((np.datetime64(wanted["date"][at]) - found.dates[0]).astype(int))
        late = day >= len(found.dates) - 2
        assert found.mean[day] == pytest.approx(float(wanted["mean"][at]), abs=1.5 if late else 1)
        for name, place in (("q025", 0), ("q50", 3), ("q975", 6)):
            assert found.quantiles[day, place] == pytest.approx(float(wanted[name][at]), abs=6 if late else 2)


def test_skill_on_an_outbreak_whose_end_is_known() -> None:
    from shichen.epi.forecast import wis

    given, others = table("input_mpox_nyc_dx.csv"), table("nobbs_mpox_nyc.csv")
    happened = given["dx_date"].astype("datetime64[D]")
    scores, covered = [], []
    for now in sorted({*others["now"]}):
        found = nowcast(reporting_triangle(happened, given["dx_report_date"], now=now, longest=14), draws=2000, seed=3)
        truth = np.array([(happened == day).sum() for day in found.dates[-14:]])
        three = found.quantiles[-14:][:, [0, 3, 6]]
        scores += wis(truth, (0.025, 0.5, 0.975), three).tolist()
        covered += ((three[:, 0] <= truth) & (truth <= three[:, 2])).tolist()
    assert len(scores) == 98
    assert np.mean(scores) <= 2.9  # without weekdays 3.56, NobBS 4.95, the counts as reported 10.9
    assert np.mean(covered) >= 0.9


def made(seed: int, days: int = 50, mean: float = 20.0, longest: int = 10) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(seed)
    event = np.repeat(np.arange(days), chance.poisson(mean, days))
    report = event + np.minimum(chance.negative_binomial(3, 0.5, len(event)), longest)
    return FIRST + event, FIRST + report


def test_what_comes_after_now_is_not_known() -> None:
    event, report = made(1)
    now = FIRST + 49
    early = reporting_triangle(event, report, now=now, longest=10)
    only = report <= now
    assert furthest(early.n, reporting_triangle(event[only], report[only], now=now, longest=10).n) == 0
    assert np.isnan(early.n[-1]).tolist() == [False] + [True] * 10
    assert early.reported.sum() == only.sum()


def test_totals_never_fall_below_what_is_reported_and_old_days_stand() -> None:
    event, report = made(2)
    found = nowcast(reporting_triangle(event, report, now=FIRST + 49, longest=10), seed=5)
    assert (found.draws >= found.reported).all()
    assert (found.draws[:, :-11] == found.reported[:-11]).all()
    assert found.draws[:, -1].mean() > found.reported[-1]
    again = nowcast(reporting_triangle(event, report, now=FIRST + 49, longest=10), seed=5)
    assert (again.draws == found.draws).all()


def test_in_all_it_comes_out_where_the_truth_does() -> None:
    ratio, inside = [], []
    for seed in range(20):
        event, report = made(seed)
        found = nowcast(reporting_triangle(event, report, now=FIRST + 49, longest=10), draws=400, seed=seed)
        truth = np.array([(event == day).sum() for day in found.dates[-8:]])
        ratio.append(found.mean[-8:].sum() / truth.sum())
        inside += ((found.quantiles[-8:, 0] <= truth) & (truth <= found.quantiles[-8:, -1])).tolist()
    assert np.mean(ratio) == pytest.approx(1, abs=0.06)
    assert np.mean(inside) >= 0.88


def resting(seed: int, *, closed: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """51 days; what would be reported on a closed weekday (Monday is 0) comes on the next open one."""
    event, report = made(seed, days=51)
    for _ in range(7):
        shut = np.isin((report.astype(np.int64) + 3) % 7, closed)
        report = report + shut.astype(np.int64)
    return event, report


def test_offices_that_rest_on_sundays_are_told_and_help() -> None:
    now = np.datetime64("2020-03-22")  # a Sunday: nothing has come since Friday
    off: dict[bool, list[float]] = {True: [], False: []}
    for seed in range(8):
        event, report = resting(seed, closed=(5, 6))
        triangle = reporting_triangle(event, report, now=now, longest=12)
        for knows in (True, False):
            found = nowcast(triangle, draws=300, seed=seed, weekday=knows)
            truth = np.array([(event == day).sum() for day in found.dates])
            off[knows].append(abs(found.mean[-5:].sum() / truth[-5:].sum() - 1))
        told = nowcast(triangle, draws=1, weekday=True).weekdays
        assert told is not None
        assert told[5:].max() < 0.5 < told[:5].min()
    assert np.mean(off[True]) < 0.5 * np.mean(off[False])


def test_weekdays_that_are_alike_are_not_told_apart() -> None:
    told = []
    for seed in range(20):
        event, report = made(seed)
        triangle = reporting_triangle(event, report, now=FIRST + 49, longest=10)
        told.append(nowcast(triangle, draws=1).weekdays is not None)
    assert np.mean(told) <= 0.25
    event, report = resting(1, closed=(5, 6))
    few = event >= FIRST + 30
    short = reporting_triangle(event[few], report[few], now=FIRST + 49, longest=10)
    assert nowcast(short, draws=1).weekdays is None  # less than four weeks


def test_a_share_that_another_told_is_taken() -> None:
    event, report = made(3)
    whole = reporting_triangle(event, report, now=FIRST + 49, longest=10)
    few = reporting_triangle(event[:60], report[:60], now=FIRST + 5, longest=10)
    seen = estimate_truncation(whole.n)
    assert nowcast(few, draws=5, completeness=seen).completeness is seen


def test_a_batch_is_flagged() -> None:
    event, report = made(4)
    late = np.concatenate([report, np.full(200, FIRST + 40)])
    triangle = reporting_triangle(np.concatenate([event, np.full(200, FIRST + 39)]), late, now=FIRST + 49, longest=10)
    assert triangle.batches.tolist() == [(FIRST + 40).tolist()]
    assert nowcast(triangle, draws=5).batches is not None
    assert reporting_triangle(event, report, now=FIRST + 49, longest=10).batches.tolist() == []


def test_days_that_nobody_reported_on_have_nothing_to_tell_them_by() -> None:
    event = FIRST + np.array([0, 0, 1, 2, 3])
    found = nowcast(reporting_triangle(event, event, now=FIRST + 3, longest=5), draws=50)
    assert not found.told[-1]


def test_records_that_cannot_count_are_told() -> None:
    triangle = reporting_triangle(
        ["2020-02-01", "2020-02-03", "", "2020-02-02"],
        ["2020-02-02", "2020-02-01", "2020-02-02", "2020-02-12"],
        now="2020-02-10",
        longest=5,
    )
    assert (triangle.missing, triangle.negative.tolist()) == (1, [1])
    assert triangle.n[0].tolist() == [0, 1, 0, 0, 0, 0]


def test_onsets_nobody_asked_about() -> None:
    onset = ["2020-02-01", "2020-02-02", "", "2020-02-04", "2020-02-03", "2020-02-02"]
    report = ["2020-02-04", "2020-02-05", "2020-02-07", "2020-02-07", "2020-02-06", "2020-02-05"]
    drawn = impute_onsets(onset, report, draws=30, seed=1)
    assert drawn.shape == (30, 6)
    assert (drawn[:, 0] == np.datetime64("2020-02-01")).all()
    assert (drawn[:, 2] == np.datetime64("2020-02-04")).all()  # all others had been ill for three days


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("一样长", lambda: reporting_triangle(["2020-02-01"], [], now="2020-02-02", longest=3)),
        ("没有一条可用", lambda: reporting_triangle(["2020-02-05"], ["2020-02-06"], now="2020-02-02", longest=3)),
        ("第 1 个「昨天」不是日期", lambda: reporting_triangle(["昨天"], ["2020-02-06"], now="2020-02-07", longest=3)),
        ("缺日期", lambda: impute_onsets(["2020-02-01"], [""])),
        ("无从推算", lambda: impute_onsets([""], ["2020-02-01"])),
    ],
)
def test_bad_data_are_refused(said: str, wrong: object) -> None:
    with pytest.raises(BadData, match=said):
        wrong()  # type: ignore[operator]
