"""`shichen epi` on outbreaks of the reference: nowcast, growth, chains, curve, delays and forecasts at their tolerances."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from tests.epi.reference import FOLDER, table
from tests.site.epi import asked, call


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
