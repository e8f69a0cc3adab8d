"""How long reports take (报告时滞): three families fitted to onset and report, with what is not reported yet allowed for."""

from __future__ import annotations

import numpy as np

from shichen.analysis.runs.computing.listed import FEW, Listed, prior
from shichen.analysis.runs.computing.results import Figures, Refused, rounded, row
from shichen.analysis.runs.disease import Disease
from shichen.epi import gates
from shichen.epi.delays import FAMILIES, Delay, DelayFit, estimate_delay
from shichen.epi.errors import BadData

BOOTS = 200
STEPS = 4
"""Points a day at which the fitted curves are kept."""
RUNAWAY = 3
"""How many times the longest delay seen a 95th percentile may be (chosen)."""
OPEN = Refused(
    "open",
    "疫情增长太快、报告太新，时滞的长尾还看不出，暂不拟合。",
    "The outbreak grows too fast and its reports are too new: they do not show how long the delay can be, so nothing is fitted.",
)
ALIKE = Refused(
    "spread",
    "各例从发病到报告的天数都一样，看不出离散程度，不作拟合。",
    "All cases took the same days from onset to report; nothing tells their spread, so nothing is fitted.",
)


def delay(one: Listed, disease: Disease, seed: int) -> tuple[Figures, str]:
    """Rows of the best family by AIC: median, 95th percentile and mean with 95 % intervals, the curves; of the others their AIC.

    With fewer pairs than the gate the profile's delay stands, and is called so. Raises Refused where it has none.
    """
    pairs, known = int(one.known.sum()), one.known
    status, _why = gates.delay(pairs, gates=disease.gates)
    said = [
        row("pairs", one.now, float(pairs)),
        row("onset_unknown", one.now, float((~known).sum())),
        *observed(one),
    ]
    if status != gates.OK:
        expected = prior(disease)
        if expected is None:
            raise FEW
        return said + summary(expected, one, "profile") + curves(expected, one, "profile"), gates.WITHHELD
    with np.errstate(over="ignore", invalid="ignore"):  # what runs away is left out, or its end is not told
        return said + _best(one, seed), gates.OK


def _best(one: Listed, seed: int) -> Figures:
    fits = {name: found for name in FAMILIES if held(found := fitted(one, name), one)}
    if not fits:
        raise OPEN
    best = min(fits, key=lambda name: fits[name].aic)
    said = [row("aic", one.now, fit.aic, strat=name) for name, fit in sorted(fits.items(), key=lambda at: at[1].aic)]
    bounds = fitted(one, best, boots=BOOTS, seed=seed).intervals()
    said += summary(fits[best].dist, one, best, bounds)
    for name in sorted(fits, key=lambda name: fits[name].aic):
        said += curves(fits[name].dist, one, name)
    return said


def held(found: DelayFit, one: Listed) -> bool:
    """Whether the reports seen hold the tail of a fit: while an outbreak grows fast, some families run away."""
    return float(found.dist.ppf(0.95)) <= RUNAWAY * max(float(one.delays.max()) + 1, 7.0)


def fitted(one: Listed, name: str, *, boots: int = 0, seed: int = 0) -> DelayFit:
    """One family: onset somewhere in its day, report in its own, the last day known ending the sight."""
    first = one.onset[one.known].min()
    begin = (one.onset[one.known] - first).astype(np.float64)
    end = (one.report[one.known] - first).astype(np.float64)
    sight = float((one.now - first).astype(np.int64)) + 1
    try:
        return estimate_delay(
            begin,
            begin + 1,
            end,
            end + 1,
            obs_time=sight,
            dist=name,
            n_boot=boots,
            seed=seed,
            levels=(0.025, 0.5, 0.95, 0.975),
        )
    except BadData as wrong:
        raise (ALIKE if wrong.field == "SL" else wrong) from None


def summary(found: Delay, one: Listed, name: str, bounds: dict[str, tuple[float, float]] | None = None) -> Figures:
    said = []
    for variable, value, key in (
        ("delay_median", float(found.ppf(0.5)), "p50"),
        ("delay_p95", float(found.ppf(0.95)), "p95"),
        ("delay_mean", found.mean, "mean"),
        ("delay_sd", found.sd, "sd"),
    ):
        made = row(variable, one.now, value, strat=name)
        if bounds:
            low, high = bounds[key]
            made |= {"lower_95": rounded(low), "upper_95": rounded(high)}
        said.append(made)
    return said


def curves(found: Delay, one: Listed, name: str) -> Figures:
    """The share reached and the density, from 0 to the 99.5th percentile: `t_start` counts quarters of a day."""
    most = int(np.ceil(max(float(found.ppf(0.995)), float(one.delays.max(initial=1)) + 1)))
    said = []
    for step in range(min(most, 60) * STEPS + 1):
        day = step / STEPS
        density = float(found.cdf(day + 1e-3) - found.cdf(max(day - 1e-3, 0.0))) / (1e-3 + min(day, 1e-3))
        for variable, value in (("delay_cdf", float(found.cdf(day))), ("delay_density", density)):
            said.append({**row(variable, one.now, value, strat=name), "t_start": step})
    return said


def observed(one: Listed) -> Figures:
    """The share of the pairs reported within so many whole days (`t_start`), of those reported by now."""
    seen = one.delays
    if not len(seen):
        return []
    share = np.bincount(seen).cumsum() / len(seen)
    return [
        {**row("delay_observed", one.now, float(value), strat="observed"), "t_start": place}
        for place, value in enumerate(share)
    ]
