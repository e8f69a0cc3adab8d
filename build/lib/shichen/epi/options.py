"""What a whole analysis is told (选项), each group as one frozen object that is checked when it is made; names as in EpiNow2."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from shichen.epi.delays import Delay, convolve, discr_si, discretise
from shichen.epi.delays.discrete import CUT
from shichen.epi.errors import BadData
from shichen.epi.forecast import LONGEST, Falling
from shichen.epi.shapes import Floats, intervals

EVENTS = ("infection", "onset", "report", "confirmation")


@dataclass(frozen=True)
class generation_time_opts:
    """The serial interval (代间距): mean and sd in days, or `pmf` from day 0 on; with `mean_sd` and `sd_sd` so many equally likely ones.

    Means are drawn from a normal distribution above 1 day, as EpiEstim's `uncertain_si`; intervals are cut off at 99.9 % and add up to 1.
    """

    mean: float = 0.0
    sd: float = 0.0
    pmf: tuple[float, ...] = ()
    mean_sd: float = 0.0
    sd_sd: float = 0.0
    draws: int = 500

    def __post_init__(self) -> None:
        if self.pmf:
            intervals(self.pmf, name="pmf")
            _must(
                not (self.mean or self.sd or self.mean_sd or self.sd_sd),
                "pmf",
                "pmf 与 mean、sd 只能给一种",
                "give either pmf or mean and sd",
            )
        else:
            _must(
                self.mean > 1 and self.sd > 0,
                "mean",
                "代间距的均值要大于 1 天，标准差大于 0",
                "the serial interval needs a mean above one day and an sd above zero",
            )
        _must(
            self.mean_sd >= 0 and self.sd_sd >= 0,
            "mean_sd",
            "mean_sd、sd_sd 不小于零",
            "mean_sd and sd_sd must not be below zero",
        )
        _must(self.draws >= 1, "draws", "draws 至少 1", "draws must be one at least")

    @property
    def days(self) -> float:
        """The mean of the interval as it is used, in days."""
        w = self._whole()
        return float(w @ np.arange(len(w)))

    @property
    def uncertain(self) -> bool:
        return self.mean_sd > 0 or self.sd_sd > 0

    def w(self, seed: int = 0) -> Floats:
        """The interval over days from 0 on, (K,), or where it is uncertain (draws, K)."""
        if not self.uncertain:
            return self._whole()
        generator = np.random.Generator(np.random.PCG64(seed))
        means = _above(generator, self.mean, self.mean_sd, 1.0, self.draws)
        spreads = _above(generator, self.sd, self.sd_sd, 0.0, self.draws)
        many = [_cut(mean, sd) for mean, sd in zip(means, spreads, strict=True)]
        return np.stack([np.pad(one, (0, max(map(len, many)) - len(one))) for one in many])

    def tail(self) -> Floats:
        """The interval with its far tail, (K,): for whether it is over, where one day more or less counts."""
        return self._whole() if self.pmf else _cut(self.mean, self.sd, 1 - 1e-9)

    def _whole(self) -> Floats:
        if not self.pmf:
            return _cut(self.mean, self.sd)
        w = np.asarray(self.pmf, np.float64)
        return np.asarray(w / w.sum())


@dataclass(frozen=True)
class delay_opts:
    """Delays of the disease and of its reports where none are fitted: infection to onset (潜伏期), onset to report (报告时滞)."""

    incubation: Delay | None = None
    report: Delay | None = None

    def infection_to_report(self) -> Floats:
        """The sum of both over whole days, (K,). Raises BadData unless both are known."""
        if self.incubation is None or self.report is None:
            raise BadData(
                "潜伏期与报告时滞都要给出。", "both the incubation and the report delay are needed.", field="incubation"
            )
        return convolve(discretise(self.incubation), discretise(self.report))


@dataclass(frozen=True)
class trunc_opts:
    """The nowcast: the longest delay D, the days `m` its shares come from, paths, weekdays of reports, and the fewest reports to go by."""

    longest: int = 14
    m: int | None = 28
    draws: int = 200
    weekday: bool = True
    least: int = 10

    def __post_init__(self) -> None:
        _must(self.longest >= 1, "longest", "最长时滞至少 1 天", "the longest delay is one day at least")
        _must(self.m is None or self.m >= 7, "m", "m 至少 7 天", "m needs seven days")
        _must(
            self.draws >= 2 and self.least >= 1,
            "draws",
            "draws 至少 2，least 至少 1",
            "draws are two, least is one at least",
        )


@dataclass(frozen=True)
class obs_opts:
    """The curve: what it is dated by, the share of onsets known, the window of growth and its weekdays, whether counts are weekly totals."""

    event: str = "onset"
    onset_known: float = 1.0
    growth_window: int = 14
    weekday: bool | None = None
    weekly: bool = False

    def __post_init__(self) -> None:
        _must(
            self.event in EVENTS, "event", f"event 是 {'、'.join(EVENTS)} 之一", f"event is one of {', '.join(EVENTS)}"
        )
        _must(
            0 <= self.onset_known <= 1, "onset_known", "onset_known 在 0 与 1 之间", "onset_known lies between 0 and 1"
        )
        _must(
            self.growth_window >= 3, "growth_window", "增长率的窗口至少 3 天", "the window of growth needs three days"
        )


@dataclass(frozen=True)
class rt_opts:
    """R: window and prior of Cori, the walk of EpiFilter; `without_measures` and its `k` tell whether an outbreak is over."""

    window: int = 7
    prior_mean: float = 5.0
    prior_sd: float = 5.0
    eta: float = 0.1
    without_measures: float | None = None
    k: float = np.inf

    def __post_init__(self) -> None:
        _must(self.window >= 1, "window", "窗口至少 1 天", "a window has at least one day")
        _must(
            self.prior_mean > 0 and self.prior_sd > 0,
            "prior_mean",
            "先验的均值与标准差要大于零",
            "prior mean and sd must be above zero",
        )
        _must(self.eta > 0, "eta", "eta 要大于零", "eta must be above zero")
        _must(
            self.k > 0 and (self.without_measures is None or self.without_measures >= 0),
            "without_measures",
            "无措施时的 R 不小于零，k 大于零",
            "R without measures must not be below zero, k above it",
        )


@dataclass(frozen=True)
class forecast_opts:
    """The forecast: days, scatter k, imports a day, the walk of R and its damping towards 1 (1: R stays), paths; beside “R stays” always “R falls” (两种情形)."""

    horizon: int = 14
    k: float = np.inf
    imports: float = 0.0
    rw: float = 0.0
    damping: float = 1.0
    falling: Falling | None = field(default_factory=lambda: Falling(0.5, 7))
    draws: int = 2000

    def __post_init__(self) -> None:
        _must(
            0 <= self.horizon <= LONGEST,
            "horizon",
            f"预测 0（不预测）至 {LONGEST} 天",
            f"a forecast runs for 0 (none) to {LONGEST} days",
        )
        _must(
            self.k > 0 and self.imports >= 0 and self.rw >= 0,
            "k",
            "k 大于零，imports、rw 不小于零",
            "k must be above zero, imports and rw not below it",
        )
        _must(
            self.draws >= 1 and 0 <= self.damping <= 1,
            "draws",
            "draws 至少 1，damping 在 0 与 1 之间",
            "draws must be one at least, damping lies between 0 and 1",
        )


def _must(holds: bool, name: str, zh: str, en: str) -> None:
    if not holds:
        raise BadData(f"{zh}。", f"{en}.", field=name)


def _cut(mean: float, sd: float, level: float = CUT) -> Floats:
    """The interval up to the day on which 99.9 % (`level`) are reached, made to add up to 1."""
    w = discr_si(np.arange(int(mean + 20 * sd) + 20), mean, sd)
    w = w[: int(np.searchsorted(np.cumsum(w), level)) + 1]
    return np.asarray(w / w.sum())


def _above(generator: np.random.Generator, mean: float, sd: float, least: float, draws: int) -> Floats:
    """Normal numbers, drawn again where they are not above `least`."""
    found = np.full(draws, mean)
    wrong = np.ones(draws, bool) if sd > 0 else np.zeros(draws, bool)
    while wrong.any():
        found[wrong] = generator.normal(mean, sd, int(wrong.sum()))
        wrong = found <= least
    return found
