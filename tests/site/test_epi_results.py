"""`shichen epi` prints what the reference tables hold, at their tolerances."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from tests.epi.reference import FOLDER, furthest, table
from tests.site.epi import SI, asked, call

CORI = [
    *(
        (f"cori_{name}_nonparam_w7.csv", f"input_{name}_incidence.csv", ("--si", FOLDER / f"input_{name}_si.csv"))
        for name in ("Flu2009", "Flu1918", "Measles1861", "SARS2003")
    ),
    *(
        (
            f"cori_Flu2009_nonparam_w{w}.csv",
            "input_Flu2009_incidence.csv",
            ("--si", FOLDER / "input_Flu2009_si.csv", "--window", w),
        )
        for w in (1, 3, 14)
    ),
    *(
        (
            f"cori_Flu2009_param_2.6_1.5_w{w}.csv",
            "input_Flu2009_incidence.csv",
            ("--mean-si", 2.6, "--sd-si", 1.5, "--window", w),
        )
        for w in (1, 3, 7, 14)
    ),
    (
        "cori_Flu2009_param_2.6_1.5_w7_prior_2.6_2.csv",
        "input_Flu2009_incidence.csv",
        ("--mean-si", 2.6, "--sd-si", 1.5, "--prior-mean", 2.6, "--prior-sd", 2),
    ),
    (
        "cori_synth_imported_w7.csv",
        "input_synth_imported.csv",
        ("--mean-si", 7.5, "--sd-si", 3.4, "--imported", "imported"),
    ),
    ("cori_zeros_param_7.5_3.4_w7.csv", "input_zeros.csv", ("--mean-si", 7.5, "--sd-si", 3.4)),
    ("cori_zhuzhou_4.7_2.9_w7.csv", "input_zhuzhou.csv", SI),
    ("cori_zhuzhou_4.7_2.9_w5.csv", "input_zhuzhou.csv", (*SI, "--window", 5)),
    ("cori_zhuzhou_7.5_3.4_w7.csv", "input_zhuzhou.csv", ("--mean-si", 7.5, "--sd-si", 3.4)),
]


@pytest.mark.seeds
@pytest.mark.parametrize(("name", "file", "words"), CORI, ids=[name for name, *_rest in CORI])
def test_rt_equals_epiestim(name: str, file: str, words: tuple[Any, ...]) -> None:
    wanted, got = list(table(name).values()), asked("rt", FOLDER / file, *words, "--quantiles")
    for column, mine in zip(wanted, list(got.values())[: len(wanted)], strict=True):
        assert furthest(mine, column) < 1e-9
    plain = asked("rt", FOLDER / file, *words)
    assert list(plain)[:8] == ["t_start", "t_end", "mean", "sd", "q025", "median", "q975", "status"]
    assert furthest(plain["median"], got["median"]) == 0


@pytest.mark.seeds
def test_the_gate_is_the_golden_one_of_zhuzhou() -> None:
    open_, shut = (
        asked("rt", FOLDER / "input_zhuzhou.csv", *SI, "--from", "2020-01-23", *gate) for gate in ((), ("--gate",))
    )
    shown = shut["date_end"][~np.isnan(shut["mean"])]
    assert (shown[0], shown[-1]) == ("2020-01-30", "2020-02-19")
    assert (open_["status"] == shut["status"]).all()
    at = open_["date_end"].tolist().index("2020-03-20")
    assert open_["mean"][at] == pytest.approx(4.94, abs=0.01)
    assert open_["status"][at] == "over"


@pytest.mark.seeds
@pytest.mark.parametrize("name", ["Flu2009", "Measles1861", "SARS2003"])
@pytest.mark.parametrize("window", [1, 7])
def test_cohorts_equal_epiestim(name: str, window: int) -> None:
    wanted = list(table(f"wt_{name}_w{window}.csv").values())
    got = asked(
        "wt",
        FOLDER / f"input_{name}_incidence.csv",
        "--si",
        FOLDER / f"input_{name}_si.csv",
        "--window",
        window,
        "--no-censoring",
    )
    at = np.searchsorted(got["t_start"], wanted[0])
    assert furthest(got["mean"][at], wanted[2]) < 1e-9


@pytest.mark.seeds
@pytest.mark.parametrize(
    ("transition", "start", "tolerance"), [("published", "epifilter_", 1e-9), ("exact", "epifilter_exact_", 1e-6)]
)
@pytest.mark.parametrize(
    ("name", "file", "words"),
    [
        ("Flu2009", "input_Flu2009_incidence.csv", ("--si", FOLDER / "input_Flu2009_si.csv")),
        ("SARS2003", "input_SARS2003_incidence.csv", ("--si", FOLDER / "input_SARS2003_si.csv")),
        ("zhuzhou_4.7_2.9", "input_zhuzhou.csv", (*SI, "--from", "2020-01-23")),
    ],
)
def test_the_filter_equals_epifilter(
    transition: str, start: str, tolerance: float, name: str, file: str, words: tuple[Any, ...]
) -> None:
    wanted = table(f"{start}{name}.csv")
    got = asked("filter", FOLDER / file, *words, "--transition", transition)
    assert furthest(got["Lam"], wanted["Lam"]) < 1e-9
    for column in set(wanted) & set(got) - {"t", "date"}:
        assert furthest(got[column], wanted[column]) < tolerance, column


@pytest.mark.seeds
def test_back_projection_equals_surveillance() -> None:
    wanted = table("backproj_zhuzhou_gamma4_1_k2.csv")
    got = asked("backproject", FOLDER / "input_zhuzhou.csv", "--delay", FOLDER / "backproj_incu_pmf.csv")
    assert furthest(got["lambda"], wanted["lambda"]) < 1e-9
    assert got["observed"].tolist() == wanted["observed"].tolist()


@pytest.mark.seeds
@pytest.mark.parametrize("method", ["C1", "C2", "C3"])
@pytest.mark.parametrize(
    ("name", "file"),
    [("k1", "input_k1.csv"), ("salmonella_agona", "input_salmonella_agona.csv"), ("zhuzhou", "input_zhuzhou.csv")],
)
def test_ears_equals_surveillance(method: str, name: str, file: str) -> None:
    variants = [("", ("--min-sigma", 0))]
    if name != "zhuzhou":
        variants.append(("_min0.5_a0.001", ("--alpha", 0.001)))
    for ending, words in variants:
        wanted = table(f"ears_{method}_{name}{ending}.csv")
        got = asked("alarms", FOLDER / file, "--method", f"ears-{method.lower()}", *words)
        at = wanted["t"].astype(int) - 1
        assert furthest(got["upperbound"][at], wanted["upperbound"]) < 1e-9
        assert (got["alarm"][at] == (wanted["alarm"] == 1)).all()


@pytest.mark.seeds
@pytest.mark.parametrize("trans", ["standard", "rossi", "anscombe", "none"])
def test_cusum_equals_surveillance(trans: str) -> None:
    wanted = table(f"cusum_{trans}_salmonella_agona.csv")
    got = asked("alarms", FOLDER / "input_salmonella_agona.csv", "--method", "cusum", "--trans", trans, "--first", 209)
    assert np.abs(got["cusum"] - wanted["cusum"]).max() < 1e-9
    assert (got["alarm"] == wanted["alarm"]).all()
    assert got["t"].tolist() == wanted["t"].tolist()


@pytest.mark.seeds
def test_cusum_around_a_column_of_expected_counts() -> None:
    wanted = table("cusum_glm_salmonella_agona.csv")
    got = asked("alarms", FOLDER / "cusum_glm_salmonella_agona.csv", "--method", "cusum", "--expected", "m")
    assert np.abs(got["cusum"] - wanted["cusum"]).max() < 1e-9
    assert (got["alarm"] == wanted["alarm"]).all()


@pytest.mark.seeds
def test_farrington_equals_surveillance() -> None:
    wanted = table("farrington1996_salmonella_agona.csv")
    got = asked("alarms", FOLDER / "input_salmonella_agona.csv", "--method", "farrington", "--first", 282)
    assert furthest(got["upperbound"], wanted["upperbound"]) < 1e-4
    assert got["t"][got["alarm"] == 1].tolist() == [284, 285]
    flexible = asked("alarms", FOLDER / "input_salmonella_agona.csv", "--method", "farrington-flexible", "--first", 282)
    assert flexible["t"].tolist() == wanted["t"].tolist()


@pytest.mark.seeds
def test_a_nowcast_equals_surveillances() -> None:
    wanted = table("nowcast_hus_2011-06-02.csv")
    got = asked(
        "nowcast",
        FOLDER / "input_husO104Hosp.csv",
        "--now",
        "2011-06-02",
        "--since",
        "2011-05-01",
        "--max-delay",
        14,
        "--method",
        "bayes.trunc",
        "--prior-mean",
        50,
        "--prior-size",
        2500 / 2950,
        "--draws",
        20000,
    )
    for at in np.flatnonzero(wanted["method"] == "bayes.trunc"):
        day = got["date"].tolist().index(str(wanted["date"][at]))
        late = day >= len(got["date"]) - 2
        assert got["mean"][day] == pytest.approx(float(wanted["mean"][at]), abs=1.5 if late else 1)
        for mine, theirs in (("q025", "q025"), ("median", "q50"), ("q975", "q975")):
            assert got[mine][day] == pytest.approx(float(wanted[theirs][at]), abs=6 if late else 2)
        assert got["reported"][day] == float(wanted["observed_now"][at])


@pytest.mark.seeds
def test_growth_equals_rs_glm() -> None:
    wanted = table("growth_poisson_glm.csv")
    spans = {
        "zhuzhou_0123_0129": ("2020-01-23", "2020-01-29"),
        "zhuzhou_0201_0215": ("2020-02-01", "2020-02-15"),
        "zhuzhou_0209_0222": ("2020-02-09", "2020-02-22"),
    }
    for at, tag in enumerate(wanted["tag"].tolist()):
        if tag not in spans:
            continue
        first, last = spans[tag]
        got = asked("growth", FOLDER / "input_zhuzhou.csv", "--from", first, "--until", last)
        assert got["r"][0] == pytest.approx(wanted["r"][at], rel=1e-9)
        assert got["se"][0] == pytest.approx(wanted["se"][at] * max(1, wanted["phi"][at]) ** 0.5, abs=1e-5)
        clear = got["lo"][0] > 0 or got["hi"][0] < 0
        assert np.isnan(got["doubling"][0]) == (not clear)
        if clear:
            assert got["doubling"][0] == pytest.approx(wanted["doubling"][at], rel=1e-9)


@pytest.mark.seeds
def test_chains_equal_epicontacts() -> None:
    for name, linelist, contacts in (
        ("mers_korea", "input_mers_korea_linelist.csv", "input_mers_korea_contacts.csv"),
        ("ebola_sim", "input_ebola_sim_linelist.csv", "input_ebola_sim_contacts.csv"),
    ):
        both = (FOLDER / linelist, FOLDER / contacts)
        found = asked("chains", *both)
        said = dict(zip(found["metric"], found["value"], strict=True))
        wanted = table(f"chains_{name}_summary.csv")
        for metric, value in zip(wanted["metric"], wanted["value"], strict=True):
            if metric in said:
                assert float(said[metric]) == pytest.approx(float(value)), metric
        fits = table("offspring_nbinom_linelist.csv")
        at = fits["data"].tolist().index(name)
        assert float(said["R"]) == pytest.approx(fits["R"][at], rel=1e-3)
        assert float(said["k"]) == pytest.approx(fits["k"][at], rel=1e-3)
        sizes, of_size = asked("chains", *both, "--table", "sizes"), table(f"chains_{name}_cluster_sizes.csv")
        mine = dict(zip(sizes["size"], sizes["n"], strict=True))
        assert [mine.get(size, 0) for size in of_size["size"]] == of_size["n"].tolist()
        cases, degree = asked("chains", *both, "--table", "cases"), table(f"chains_{name}_outdegree.csv")
        out = dict(zip(cases["id"], cases["deg_out"], strict=True))
        assert [out[one] for one in degree["id"]] == degree["deg_out"].tolist()


@pytest.mark.seeds
def test_the_curve_of_a_line_list_and_of_counts() -> None:
    wanted = table("input_ebola_sim_onset.csv")
    got = asked("curve", FOLDER / "input_ebola_sim_linelist.csv", "--date", "date_of_onset")
    assert got["date"].tolist() == wanted["date"].tolist()
    assert got["n"].tolist() == wanted["n"].tolist()
    weeks = asked("curve", FOLDER / "input_zhuzhou.csv", "--counts", "new_confirmed", "--interval", "isoweek")
    assert [n for n in weeks["n"] if n] == [5, 21, 32, 20, 2]
    by = asked(
        "curve",
        FOLDER / "input_ebola_sim_linelist.csv",
        "--date",
        "date_of_onset",
        "--group",
        "gender",
        "--interval",
        30,
    )
    assert by["n"].sum() == 5829


@pytest.mark.seeds
def test_delays_equal_the_published_and_fitdistrplus() -> None:
    got = call("delay", FOLDER / "input_lauer2020_incubation.csv", "--boot", 0, "--json")
    said = {(row["dist"], row["par"]): row for row in json.loads(got.stdout)["rows"]}
    published = table("incubation_lauer2020_dicfit.csv")
    for letter, name, pars in (
        ("L", "lognormal", ("meanlog", "sdlog")),
        ("G", "gamma", ("shape", "scale")),
        ("W", "weibull", ("shape", "scale")),
    ):
        rows = [i for i, dist in enumerate(published["dist"]) if dist == letter]
        wanted = dict(zip(published["par"][rows], published["est"][rows], strict=True))
        for par in pars:
            assert said[name, par]["est"] == pytest.approx(float(wanted[par]), abs=1e-3)
        assert said[name, "p50"]["loglik"] == pytest.approx(float(published["loglik"][rows[0]]), abs=1e-3)
    whole = call("delay", FOLDER / "input_ebola_sim_onset_to_hosp.csv", "--dist", "gamma", "--boot", 0, "--json")
    fit = {row["par"]: row["est"] for row in json.loads(whole.stdout)["rows"]}
    assert (fit["shape"], 1 / fit["scale"]) == pytest.approx((1.6171, 0.6478), rel=1e-3)
    dated = call(
        "delay",
        FOLDER / "input_ebola_sim_linelist.csv",
        "--first",
        "date_of_onset",
        "--second",
        "date_of_hospitalisation",
        "--dist",
        "gamma",
        "--boot",
        0,
        "--json",
    )
    assert json.loads(dated.stdout)["rows"][0]["n"] == 5829


@pytest.mark.seeds
@pytest.mark.parametrize(("R", "model", "k"), [(0.5, "poisson", "inf"), (1, "negbin", 0.43), (1.5, "negbin", 0.43)])
def test_forecasts_equal_projections(R: float, model: str, k: Any) -> None:
    wanted = table(f"project_zhuzhou_0209_R{R:g}_{model}.csv")
    got = asked(
        "forecast",
        FOLDER / "input_zhuzhou.csv",
        "--si",
        FOLDER / "input_si_4.7_2.9_norm30.csv",
        "--until",
        "2020-02-09",
        "--R",
        R,
        "--k",
        k,
        "--draws",
        20000,
        "--seed",
        1,
    )
    assert (np.abs(got["mean"] - wanted["mean"]) < 4 * np.sqrt((got["sd"] ** 2 + wanted["sd"] ** 2) / 20_000)).all()
    assert got["q975"] == pytest.approx(wanted["q975"], abs=1)
    assert set(got["type"]) == {"scenario"}


@pytest.mark.seeds
def test_every_input_of_the_reference_is_read_as_it_is() -> None:
    for file in (
        "input_Flu1918_incidence.csv",
        "input_zeros.csv",
        "input_k1.csv",
        "input_zhuzhou.csv",
        "input_ebola_sim_onset.csv",
    ):
        assert len(asked("growth", FOLDER / file)["r"]) == 1
    assert len(asked("nowcast", FOLDER / "input_mpox_nyc_dx.csv", "--now", "2022-08-25", "--draws", 200)["date"]) > 40
