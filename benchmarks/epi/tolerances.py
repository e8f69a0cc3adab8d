"""How near every method comes to its reference, beside the tolerance it is held to.

    python -m benchmarks.epi.tolerances

Reads the reference tables that stand beside the checkout; what they are and where they come from is said in their README.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from tests.epi.reference import furthest, panel, table

from shichen.epi.chains import estimate_offspring
from shichen.epi.delays import bootstrapped_dist_fit, discr_si, estimate_delay
from shichen.epi.forecast import forecast_infections
from shichen.epi.growth import growth_rate
from shichen.epi.nowcast import estimate_truncation, nowcast, reporting_triangle
from shichen.epi.nowcast.hazards import Completeness
from shichen.epi.rt import Grid, estimate_infections, estimate_R, overall_infectivity, wallinga_teunis
from shichen.epi.rt.epifilter import epifilter
from shichen.epi.signals import cusum, ears, farrington


@dataclass(frozen=True)
class Line:
    method: str
    reference: str
    reached: float
    allowed: float
    kind: str = "relative"


def si(length: int, mean: float, sd: float) -> np.ndarray:
    return discr_si(np.arange(length), mean, sd)


def of_R() -> Iterator[Line]:
    wanted = table("discr_si.csv")
    off = max(
        abs(float(discr_si(k, m, s)) - w)
        for k, m, s, w in zip(wanted["k"], wanted["mu"], wanted["sigma"], wanted["w"], strict=True)
    )
    yield Line("serial interval", "EpiEstim 2.2-4 `discr_si`", off, 1e-12, "absolute")

    def cori(name: str, *given: np.ndarray, area: object = ..., **options: object) -> float:
        said = table(name)
        found = estimate_R(*given, **options)  # type: ignore[arg-type]
        numbers = np.column_stack([found.mean[area], found.sd[area], found.quantiles[area]])  # type: ignore[index]
        return furthest(numbers, np.column_stack([said[one] for one in list(said)[2:]]))

    for data, windows in (("Flu2009", (1, 3, 7, 14)), ("Flu1918", (7,)), ("Measles1861", (7,)), ("SARS2003", (7,))):
        y, w = table(f"input_{data}_incidence.csv")["I"], table(f"input_{data}_si.csv")["w"]
        yield Line(
            f"R, Cori, {data}",
            "EpiEstim",
            max(cori(f"cori_{data}_nonparam_w{n}.csv", y, w=w, window=n) for n in windows),
            1e-9,
        )
    made, gaps, zhuzhou = (
        table("input_synth_imported.csv"),
        table("input_zeros.csv")["I"],
        table("input_zhuzhou.csv")["new_confirmed"],
    )
    yield Line(
        "R, Cori, imports",
        "EpiEstim",
        cori("cori_synth_imported_w7.csv", made["local"], made["imported"], w=si(len(made["t"]), 7.5, 3.4)),
        1e-9,
    )
    yield Line(
        "R, Cori, zeros", "EpiEstim", cori("cori_zeros_param_7.5_3.4_w7.csv", gaps, w=si(len(gaps), 7.5, 3.4)), 1e-9
    )
    yield Line(
        "R, Cori, Zhuzhou", "EpiEstim", cori("cori_zhuzhou_4.7_2.9_w7.csv", zhuzhou, w=si(len(zhuzhou), 4.7, 2.9)), 1e-9
    )
    yield Line(
        "R, Cori, 350 areas at once",
        "EpiEstim, last area",
        cori("cori_bench_panel_last_area.csv", panel(), w=si(365, 4.7, 2.9), area=-1),
        1e-9,
    )
    flu = table("input_Flu2009_incidence.csv")["I"]
    yield Line(
        "infectivity Λ",
        "EpiEstim",
        furthest(
            overall_infectivity(flu, w=si(len(flu), 2.6, 1.5)), table("lambda_Flu2009_param_2.6_1.5.csv")["lambda"]
        ),
        1e-9,
    )
    drawn = table("cori_Flu2009_uncertain_si_moments.csv")
    w = np.array([si(len(flu), *pair) for pair in zip(drawn["Mean"], drawn["Std"], strict=True)])
    yield Line(
        "R, 1,000 serial intervals",
        "EpiEstim, 100,000 draws",
        cori("cori_Flu2009_uncertain_w7_n1000x100.csv", flu, w=w),
        0.01,
    )


def of_cohorts() -> Iterator[Line]:
    for data in ("Flu2009", "Measles1861", "SARS2003"):
        y, w, off = table(f"input_{data}_incidence.csv")["I"], table(f"input_{data}_si.csv")["w"], 0.0
        for n in (1, 7):
            wanted = list(table(f"wt_{data}_w{n}.csv").values())
            found = wallinga_teunis(y, w, window=n, censoring=False)
            off = max(off, furthest(found.mean[np.searchsorted(found.t_start, wanted[0])], wanted[2]))
        yield Line(f"cohort R, {data}", "EpiEstim `wallinga_teunis`", off, 1e-9)
    for way, start, allowed, source in (
        ("published", "epifilter_", 1e-9, "the author's scripts"),
        ("exact", "epifilter_exact_", 1e-6, "its equations by direct code"),
    ):
        off = 0.0
        for data in ("Flu2009", "SARS2003", "zhuzhou_4.7_2.9"):
            wanted = table(f"{start}{data}.csv")
            both = epifilter(wanted["I"], wanted["Lam"], eta=0.1, grid=Grid(), transition=way, levels=(0.025, 0.975))  # type: ignore[arg-type]
            off = max(off, furthest(both.filter.mean, wanted["f_mean"]), furthest(both.smoother.mean, wanted["s_mean"]))
        yield Line(f"EpiFilter, {way}", source, off, allowed)
    back = table("backproj_zhuzhou_gamma4_1_k2.csv")
    found = estimate_infections(back["observed"], table("backproj_incu_pmf.csv")["pmf"], k=2, eps=0.005)
    yield Line("back-projection", "surveillance `backprojNP`", furthest(found.mean, back["lambda"]), 1e-9)


def of_delays() -> Iterator[Line]:
    seen = table("input_lauer2020_incubation.csv")
    wanted = table("incubation_lauer2020_dicfit.csv")
    off = like = 0.0
    for letter, family in (("L", "lognormal"), ("G", "gamma"), ("W", "weibull")):
        fit = estimate_delay(seen["EL"], seen["ER"], seen["SL"], seen["SR"], dist=family, n_boot=0)
        rows = wanted["dist"] == letter
        numbers = [getattr(fit.dist, name) for name in fit.dist.parameters]
        off = max(off, float(np.abs(np.array(numbers) - wanted["est"][rows][:2]).max()))
        like = max(like, abs(abs(fit.loglik) - float(np.abs(wanted["loglik"][rows][0]))))
    yield Line(
        "incubation, three families, parameters", "coarseDataTools `dic.fit`, 3 decimals", off, 1.5e-3, "absolute"
    )
    yield Line("incubation, log-likelihood", "coarseDataTools", like, 1.5e-3, "absolute")
    single = bootstrapped_dist_fit(table("input_ebola_sim_onset_to_hosp.csv")["delay"], dist="gamma", n_boot=0)
    said = np.array([single.dist.shape, 1 / single.dist.scale])  # type: ignore[attr-defined]
    yield Line(
        "onset to hospital, gamma", "fitdistrplus `fitdistcens`", float(np.abs(said / [1.6171, 0.6478] - 1).max()), 1e-3
    )
    hus = table("input_husO104Hosp.csv")
    triangle = reporting_triangle(hus["dHosp"], hus["dReport"], now="2011-06-02", longest=14, since="2011-05-01")
    share, cdf = estimate_truncation(triangle.n, m=None), table("nowcast_hus_delayCDF.csv")
    yield Line("share reported, `lawless`", "surveillance `nowcast`", furthest(share.F, cdf["lawless"]), 1e-12)
    yield Line(
        "share reported, posterior mean",
        "surveillance, 2,000 draws",
        float(np.abs(Completeness(share.F, share.n, share.N, 1.0).posterior_mean - cdf["bayes.trunc"]).max()),
        5e-4,
        "absolute",
    )
    found, rows = (
        nowcast(triangle, method="bayes.trunc", draws=20_000, prior_mean=50, prior_size=2500 / 2950),
        table("nowcast_hus_2011-06-02.csv"),
    )
    mine = rows["method"] == "bayes.trunc"
    at = (rows["date"][mine].astype("datetime64[D]") - found.dates[0]).astype(int)
    yield Line(
        "nowcast `bayes.trunc`, means",
        "surveillance",
        float(np.abs(found.mean[at] - rows["mean"][mine]).max()),
        1.5,
        "cases",
    )


def of_counts() -> Iterator[Line]:
    wanted = table("offspring_nbinom_linelist.csv")
    for data, k in zip(wanted["data"], wanted["k"], strict=True):
        found = estimate_offspring(
            table(f"chains_{data}_offspring_linelist.csv")["offspring"]
            if "offspring" in table(f"chains_{data}_offspring_linelist.csv")
            else list(table(f"chains_{data}_offspring_linelist.csv").values())[-1]
        )
        yield Line(f"offspring k, {data}", "fitdistrplus `fitdist`", abs(found.k / float(k) - 1), 1e-3)
    history, w = table("input_zhuzhou.csv"), np.append(0.0, table("input_si_4.7_2.9_norm30.csv")["w"])
    y = history["new_confirmed"][history["date"].astype("datetime64[D]") <= np.datetime64("2020-02-09")]
    for way, k, allowed in (("poisson", np.inf, 0.03), ("negbin", 0.43, 0.07)):
        off = 0.0
        for R in ("0.5", "1", "1.5"):
            said = table(f"project_zhuzhou_0209_R{R}_{way}.csv")
            found = forecast_infections(y, float(R), w=w, k=k, draws=20_000, seed=4)
            off = max(off, float(np.abs(found.draws.std(axis=0) / said["sd"] - 1).max()))
        yield Line(f"forecast, {way}, sd of 14 days", "projections, 20,000 draws", off, allowed)
    glm, series = table("growth_poisson_glm.csv"), history["new_confirmed"][2:9]
    at = int(np.argmin(np.abs(glm["r"] - 0.3697)))
    yield Line(
        "growth, Zhuzhou 23–29 January",
        "R `glm`",
        abs(float(growth_rate(series, window=None).r) / float(glm["r"][at]) - 1),
        1e-9,
    )
    for data in ("salmonella_agona", "k1"):
        y, off = table(f"input_{data}.csv")["observed"], 0.0
        for method in ("C1", "C2", "C3"):
            said = table(f"ears_{method}_{data}.csv")
            bound = ears(y, method=method, min_sigma=0.0).upperbound[said["t"].astype(int) - 1]  # type: ignore[arg-type]
            off = max(off, furthest(bound, said["upperbound"]))
        yield Line(f"EARS, {data}", "surveillance `earsC`", off, 1e-9)
    agona, off = table("input_salmonella_agona.csv")["observed"], 0.0
    for trans in ("standard", "rossi", "anscombe", "none"):
        said = table(f"cusum_{trans}_salmonella_agona.csv")
        _, total = cusum(agona[208:], said["m"], trans=trans)  # type: ignore[arg-type]
        off = max(off, furthest(total, said["cusum"]))
    yield Line("cumulative sum", "surveillance `cusum`", off, 1e-9)
    said = table("farrington1996_salmonella_agona.csv")
    found = farrington(agona, said["t"].astype(int).tolist())
    yield Line(
        "Farrington 1996, bound", "surveillance `farrington`", furthest(found.upperbound, said["upperbound"]), 1e-4
    )


def main() -> None:
    print("| method | reference | reached | allowed | | |\n|---|---|---|---|---|---|")
    for line in (*of_R(), *of_cohorts(), *of_delays(), *of_counts()):
        verdict = "holds" if line.reached <= line.allowed else "falls short"
        print(
            f"| {line.method} | {line.reference} | {line.reached:.1e} | {line.allowed:.0e} | {line.kind} | {verdict} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
