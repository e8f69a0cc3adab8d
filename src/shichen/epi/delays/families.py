"""Families of delays in days: log-normal, gamma, Weibull, and the table of an observed one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, sqrt
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gamma as gamma_function
from scipy.special import gammainc, gammaincinv, ndtr, ndtri

from shichen.epi.errors import BadData
from shichen.epi.shapes import Floats, probabilities


class Delay(Protocol):
    """What every delay can say; all times in days."""

    @property
    def mean(self) -> float:
        """The mean."""

    @property
    def sd(self) -> float:
        """The standard deviation."""

    def cdf(self, x: ArrayLike) -> Floats:
        """P(delay ≤ x), of x's shape; 0 below 0."""

    def ppf(self, q: ArrayLike) -> Floats:
        """The least delay that is reached with the probability q, of q's shape."""

    def sample(self, generator: np.random.Generator, size: int) -> Floats:
        """So many delays drawn at random."""


class Family(Delay, Protocol):
    """A delay of two parameters that can be fitted."""

    name: ClassVar[str]
    parameters: ClassVar[tuple[str, str]]

    @property
    def theta(self) -> Floats:
        """The parameters on the scale on which they are fitted: any two numbers are a family's."""

    @classmethod
    def at(cls, theta: ArrayLike) -> Family:
        """The member with these numbers."""

    @classmethod
    def of_moments(cls, mean: float, sd: float) -> Family:
        """The member with this mean and standard deviation."""


class _Drawn:
    """Sampling by the inverse of the distribution."""

    ppf: Callable[[ArrayLike], Floats]

    def sample(self, generator: np.random.Generator, size: int) -> Floats:
        return self.ppf(generator.random(size))


@dataclass(frozen=True)
class LogNormal(_Drawn):
    """Log-normal, by mean and standard deviation of the logarithm of days."""

    meanlog: float
    sdlog: float
    name: ClassVar[str] = "lognormal"
    parameters: ClassVar[tuple[str, str]] = ("meanlog", "sdlog")

    def __post_init__(self) -> None:
        _positive(sdlog=self.sdlog)

    @property
    def mean(self) -> float:
        with np.errstate(over="ignore"):  # a fit that nothing holds may run away: its mean is then endless
            return float(np.exp(self.meanlog + self.sdlog**2 / 2))

    @property
    def sd(self) -> float:
        with np.errstate(over="ignore"):
            return self.mean * sqrt(float(np.expm1(self.sdlog**2)))

    def cdf(self, x: ArrayLike) -> Floats:
        with np.errstate(divide="ignore"):
            return np.asarray(ndtr((np.log(np.maximum(x, 0)) - self.meanlog) / self.sdlog))

    def ppf(self, q: ArrayLike) -> Floats:
        return np.asarray(np.exp(self.meanlog + self.sdlog * ndtri(q)))

    @property
    def theta(self) -> Floats:
        return np.array([self.meanlog, np.log(self.sdlog)])

    @classmethod
    def at(cls, theta: ArrayLike) -> LogNormal:
        first, second = np.asarray(theta, np.float64)
        return cls(float(first), float(np.exp(second)))

    @classmethod
    def of_moments(cls, mean: float, sd: float) -> LogNormal:
        _positive(mean=mean, sd=sd)
        spread = float(np.log1p((sd / mean) ** 2))
        return cls(float(np.log(mean)) - spread / 2, sqrt(spread))


@dataclass(frozen=True)
class Gamma(_Drawn):
    """Gamma, by shape and scale in days."""

    shape: float
    scale: float
    name: ClassVar[str] = "gamma"
    parameters: ClassVar[tuple[str, str]] = ("shape", "scale")

    def __post_init__(self) -> None:
        _positive(shape=self.shape, scale=self.scale)

    @property
    def mean(self) -> float:
        return self.shape * self.scale

    @property
    def sd(self) -> float:
        return sqrt(self.shape) * self.scale

    def cdf(self, x: ArrayLike) -> Floats:
        return np.asarray(gammainc(self.shape, np.maximum(x, 0) / self.scale))

    def ppf(self, q: ArrayLike) -> Floats:
        return np.asarray(gammaincinv(self.shape, q) * self.scale)

    @property
    def theta(self) -> Floats:
        return np.log([self.shape, self.scale])

    @classmethod
    def at(cls, theta: ArrayLike) -> Gamma:
        first, second = np.exp(np.asarray(theta, np.float64))
        return cls(float(first), float(second))

    @classmethod
    def of_moments(cls, mean: float, sd: float) -> Gamma:
        _positive(mean=mean, sd=sd)
        return cls((mean / sd) ** 2, sd**2 / mean)


@dataclass(frozen=True)
class Weibull(_Drawn):
    """Weibull, by shape and scale in days."""

    shape: float
    scale: float
    name: ClassVar[str] = "weibull"
    parameters: ClassVar[tuple[str, str]] = ("shape", "scale")

    def __post_init__(self) -> None:
        _positive(shape=self.shape, scale=self.scale)

    @property
    def mean(self) -> float:
        return self.scale * float(gamma_function(1 + 1 / self.shape))

    @property
    def sd(self) -> float:
        return sqrt(max(self.scale**2 * float(gamma_function(1 + 2 / self.shape)) - self.mean**2, 0.0))

    def cdf(self, x: ArrayLike) -> Floats:
        with np.errstate(over="ignore"):  # far beyond a steep one everybody is there
            return np.asarray(-np.expm1(-((np.maximum(x, 0) / self.scale) ** self.shape)))

    def ppf(self, q: ArrayLike) -> Floats:
        return np.asarray(self.scale * (-np.log1p(-np.asarray(q, np.float64))) ** (1 / self.shape))

    @property
    def theta(self) -> Floats:
        return np.log([self.shape, self.scale])

    @classmethod
    def at(cls, theta: ArrayLike) -> Weibull:
        first, second = np.exp(np.asarray(theta, np.float64))
        return cls(float(first), float(second))

    @classmethod
    def of_moments(cls, mean: float, sd: float) -> Weibull:
        """The shape is found by halving: the ratio of sd and mean falls as it grows."""
        _positive(mean=mean, sd=sd)
        low, high = np.log(0.05), np.log(1000.0)
        for _ in range(80):
            middle = (low + high) / 2
            one = cls(exp(middle), 1.0)
            low, high = (middle, high) if one.sd / one.mean > sd / mean else (low, middle)
        return cls(exp(low), mean / float(gamma_function(1 + 1 / exp(low))))


@dataclass(frozen=True)
class NonParametric(_Drawn):
    """A delay as it was observed: the probability of each whole day from 0 on; within a day all moments are as likely."""

    pmf: tuple[float, ...]

    def __post_init__(self) -> None:
        probabilities(self.pmf, name="pmf", whole=True)

    @property
    def mean(self) -> float:
        return float(np.dot(np.arange(len(self.pmf)) + 0.5, self.pmf) / sum(self.pmf))

    @property
    def sd(self) -> float:
        square = float(
            np.dot(np.arange(len(self.pmf)) ** 2 + np.arange(len(self.pmf)) + 1 / 3, self.pmf) / sum(self.pmf)
        )
        return sqrt(max(square - self.mean**2, 0.0))

    def cdf(self, x: ArrayLike) -> Floats:
        return np.asarray(np.interp(np.asarray(x, np.float64), np.arange(len(self.pmf) + 1), self._total))

    def ppf(self, q: ArrayLike) -> Floats:
        return np.asarray(np.interp(np.asarray(q, np.float64), self._total, np.arange(len(self.pmf) + 1)))

    @property
    def _total(self) -> Floats:
        total = np.concatenate([[0.0], np.cumsum(self.pmf)])
        return np.asarray(total / total[-1])


FAMILIES: dict[str, type[Family]] = {one.name: one for one in (LogNormal, Gamma, Weibull)}


def _positive(**values: float) -> None:
    for name, value in values.items():
        if not (np.isfinite(value) and value > 0):
            raise BadData(
                f"{name} 要大于零，这里是 {value}。", f"{name} must be above zero; it is {value}.", field=name
            )
