"""`shichen epi` prints what the reference tables hold, at their tolerances."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.epi.reference import FOLDER, furthest, table
from tests.site.epi import SI, asked

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
def test_weeks_by_date_give_what_weeks_by_number_give(tmp_path: Path) -> None:
    cases = table("input_salmonella_agona.csv")["observed"]
    file = tmp_path / "周.csv"
    weeks = np.datetime64("1990-01-01") + 7 * np.arange(len(cases))
    file.write_text(
        "week,n\n" + "".join(f"{week},{int(n)}\n" for week, n in zip(weeks, cases, strict=True)), encoding="utf-8"
    )
    dated = asked("alarms", file, "--method", "farrington", "--first", weeks[281])
    numbered = asked("alarms", FOLDER / "input_salmonella_agona.csv", "--method", "farrington", "--first", 282)
    assert dated["t"].tolist() == numbered["t"].tolist()
    assert dated["date"].tolist() == weeks[281:].astype(str).tolist()
    assert (
        np.abs(dated["upperbound"] - numbered["upperbound"]).max() < 8
    )  # another week of a year may be the nearest by date
