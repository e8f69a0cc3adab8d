"""A disease's profile (疾病参数档) as it is read: typed parameters, each with unit, source and the day from which it may be used."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property
from typing import Any, TypeGuard

from django.utils.translation import pgettext_lazy

from shichen.analysis import papers
from shichen.epi.delays import Delay, Gamma, LogNormal, discr_si
from shichen.epi.gates import Gates
from shichen.epi.shapes import Floats
from shichen.refusal import Refusal

REACH = 60
"""Days of a serial interval that are kept; what lies beyond does not matter for any disease that the post answers."""
DAYS, NONE = "天", ""
SHIPPED = "diseases"
ABOUT = ("name", "unit", "source", "valid_from", "note")


@dataclass(frozen=True)
class Parameter:
    """One parameter: its numbers, their unit, where they come from, from which day they may be used."""

    name: str
    values: Mapping[str, Any]
    unit: str
    source: str
    valid_from: date
    note: str = ""

    @property
    def label(self) -> str:
        return str(LABELS[self.name])


@dataclass(frozen=True)
class Disease:
    """One version of a profile."""

    code: str
    version: int
    name: str
    name_en: str
    valid_from: date
    note: str
    parameters: Mapping[str, Parameter]
    text: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()

    @cached_property
    def gates(self) -> Gates:
        """The thresholds below which a figure is not shown (发布门槛)."""
        return Gates(**self.parameters["gates"].values)

    def number(self, name: str, key: str = "value", default: float | None = None) -> float:
        """One number of the profile. Raises Refusal where the profile has none and no default is given."""
        found = self.parameters.get(name)
        if found is None or key not in found.values:
            if default is None:
                raise Refusal(f"参数档 {self.code} 没有「{LABELS[name]}」；请先补上再算。", field=name)
            return default
        return float(found.values[key])

    def serial_interval(self, name: str = "serial_interval") -> Floats:
        """P(serial interval = k days), (REACH + 1,), from day 0 on."""
        import numpy as np  # a list of profiles does not need it

        values = self.parameters[name].values
        if "pmf" in values:
            return np.asarray(values["pmf"], np.float64)
        return discr_si(np.arange(REACH + 1), values["mean"], values["sd"])

    def spread(self, name: str) -> Delay | None:
        """A delay of the profile as a distribution over days; None where the profile has none with a spread."""
        values = self.parameters[name].values if name in self.parameters else {}
        if "meanlog" in values:
            return LogNormal(values["meanlog"], values["sdlog"])
        return Gamma.of_moments(values["mean"], values["sd"]) if "sd" in values else None

    def interval_said(self, name: str = "serial_interval") -> str:
        """Which serial interval this is, short: its mean and standard deviation and the version of the profile."""
        values = self.parameters[name].values
        mean, sd = values.get("mean"), values.get("sd")
        numbers = "pmf" if mean is None else f"{mean:g}±{sd:g}"
        return f"{numbers} d · {self.code} v{self.version}"

    def mean_interval(self, name: str = "serial_interval") -> float:
        """Mean of the serial interval, days."""
        values = self.parameters[name].values
        if "mean" in values:
            return float(values["mean"])
        pmf = self.serial_interval(name)
        return float(sum(k * w for k, w in enumerate(pmf)) / pmf.sum())


def read(text: str) -> Disease:
    """A profile from its TOML. Raises Refusal that names the field."""
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise Refusal(f"参数档读不懂：{wrong}。", field="file") from None
    for name in ("code", "name", "name_en"):
        if not isinstance(said.get(name), str) or not said[name].strip():
            raise Refusal(f"参数档缺「{name}」。", field=name)
    if not _whole(said.get("version")) or said["version"] < 1:
        raise Refusal("参数档的版次 version 要是1以上的整数。", field="version")
    begin = _day(said.get("valid_from"), "valid_from")
    found = {one.name: one for one in map(_parameter, _tables(said.get("parameter", [])))}
    if len(found) != len(said.get("parameter", [])):
        raise Refusal("同一个参数写了两遍。", field="parameter")
    found["gates"] = _parameter({"name": "gates", **_table(said.get("gates"), "gates")})
    for name in REQUIRED:
        if name not in found:
            raise Refusal(f"参数档缺参数「{LABELS[name]}」({name})。", field=name)
    note = str(said.get("note", ""))
    return Disease(said["code"].strip(), said["version"], said["name"], said["name_en"], begin, note, found, text)


def shipped() -> dict[str, str]:
    """The profiles that come with the product, by their code: files to begin with, none of them in force by itself."""
    return papers.shipped("shichen.analysis.runs", SHIPPED)


def _parameter(said: Mapping[str, Any]) -> Parameter:
    name = str(said.get("name", ""))
    if name not in CHECKS:
        raise Refusal(f"没有名为「{name}」的参数；可用：{'、'.join(sorted(CHECKS))}。", field="parameter.name")
    for key in ("unit", "source"):
        if not isinstance(said.get(key), str) or (key == "source" and len(said[key].strip()) < 4):
            what = "单位" if key == "unit" else "出处(文献或文件)"
            raise Refusal(f"参数「{LABELS[name]}」缺{what}；没有的不能入档。", field=f"{name}.{key}")
    begin = _day(said.get("valid_from"), f"{name}.valid_from")
    if said["unit"] != UNITS[name]:
        raise Refusal(f"参数「{LABELS[name]}」的单位应是「{UNITS[name]}」。", field=f"{name}.unit")
    values = {key: value for key, value in said.items() if key not in ABOUT}
    CHECKS[name](name, values)
    return Parameter(name, values, said["unit"], said["source"].strip(), begin, str(said.get("note", "")))


def _moments(name: str, values: Mapping[str, Any]) -> None:
    if "pmf" in values:
        _only(name, values, "pmf")
        pmf = values["pmf"]
        if not isinstance(pmf, list) or not all(_number(one) and one >= 0 for one in pmf):
            raise Refusal(f"参数「{LABELS[name]}」的 pmf 要是从第0天起每天的概率。", field=f"{name}.pmf")
        if not pmf or pmf[0] != 0 or abs(sum(pmf) - 1) > 1e-3:
            raise Refusal(f"参数「{LABELS[name]}」的 pmf 第0天要是0，合计要是1。", field=f"{name}.pmf")
        return
    _only(name, values, "mean", "sd")
    _bounded(name, values, "mean", low=1)
    _bounded(name, values, "sd", low=0)


def _spread(name: str, values: Mapping[str, Any]) -> None:
    if "meanlog" in values:
        _only(name, values, "meanlog", "sdlog")
        _bounded(name, values, "meanlog", low=-10)
        _bounded(name, values, "sdlog", low=0)
        return
    _only(name, values, "mean", "sd")
    _bounded(name, values, "mean", low=0)
    if "sd" in values:
        _bounded(name, values, "sd", low=0)


def _value(low: float, high: float) -> Callable[[str, Mapping[str, Any]], None]:
    def check(name: str, values: Mapping[str, Any]) -> None:
        _only(name, values, "value", "lower", "upper", *(("days",) if name == "scenario_fall" else ()))
        _bounded(name, values, "value", low=low, high=high)
        for key in ("lower", "upper", "days"):
            if key in values:
                _bounded(name, values, key, low=low if key != "days" else 0, high=high if key != "days" else 60)
        if not values.get("lower", low) <= values["value"] <= values.get("upper", high):
            raise Refusal(f"参数「{LABELS[name]}」的值不在它的上下限之间。", field=f"{name}.value")

    return check


def _shares(name: str, values: Mapping[str, Any]) -> None:
    _only(name, values, "shares")
    shares = _table(values.get("shares"), f"{name}.shares")
    if not all(_number(one) and 0 <= one <= 1 for one in shares.values()) or abs(sum(shares.values()) - 1) > 5e-3:
        raise Refusal(f"参数「{LABELS[name]}」各份要在0与1之间，合计要是1。", field=f"{name}.shares")


def _gates(name: str, values: Mapping[str, Any]) -> None:
    known = {one.name for one in fields(Gates)}
    _only(name, values, *known)
    for key in sorted(known):
        _bounded(name, values, key, low=-1e-9, high=1 if key in ("onset_known", "share", "hatched") else 10_000)


def _only(name: str, values: Mapping[str, Any], *known: str) -> None:
    other = sorted(set(values) - set(known))
    if other:
        raise Refusal(f"参数「{LABELS[name]}」里不认识「{other[0]}」。", field=f"{name}.{other[0]}")


def _bounded(name: str, values: Mapping[str, Any], key: str, *, low: float, high: float = float("inf")) -> None:
    value = values.get(key)
    if not _number(value) or not low < value <= high:
        if high == float("inf"):
            raise Refusal(f"参数「{LABELS[name]}」的 {key} 要是大于{low:g}的数。", field=f"{name}.{key}")
        raise Refusal(f"参数「{LABELS[name]}」的 {key} 要是大于{low:g}、不超过{high:g}的数。", field=f"{name}.{key}")


def _number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _day(value: Any, field: str) -> date:
    if type(value) is not date:
        raise Refusal("缺启用日期 valid_from，或写法不对；请写成 2020-02-04，不加引号。", field=field)
    return value


def _table(value: Any, field: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise Refusal(f"参数档缺一段「{field}」，或写法不对。", field=field)
    return value


def _tables(value: Any) -> list[Mapping[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise Refusal("参数写成 [[parameter]] 一段一段。", field="parameter")
    return value


CHECKS: dict[str, Callable[[str, Mapping[str, Any]], None]] = {
    "serial_interval": _moments,
    "serial_interval_other": _moments,
    "incubation": _spread,
    "report_delay": _spread,
    "length_of_stay": _spread,
    "offspring_k": _value(0, float("inf")),
    "r_without_measures": _value(0, 100),
    "admitted": _value(0, 1),
    "severity": _shares,
    "window": _value(0, 60),
    "growth_window": _value(2, 60),
    "scenario_fall": _value(0, 10),
    "gates": _gates,
}
UNITS = {
    **dict.fromkeys(CHECKS, NONE),
    **dict.fromkeys(("serial_interval", "serial_interval_other", "incubation", "report_delay"), DAYS),
    **dict.fromkeys(("length_of_stay", "window", "growth_window", "scenario_fall"), DAYS),
    "gates": "例、天、比例",
}
REQUIRED = ("serial_interval", "window", "growth_window", "offspring_k", "scenario_fall")
LABELS = {
    "serial_interval": pgettext_lazy("参数", "序列间隔"),
    "serial_interval_other": pgettext_lazy("参数", "序列间隔(另一估计)"),
    "incubation": pgettext_lazy("参数", "潜伏期"),
    "report_delay": pgettext_lazy("参数", "发病至报告时滞(先验)"),
    "length_of_stay": pgettext_lazy("参数", "住院日(先验)"),
    "offspring_k": pgettext_lazy("参数", "传播离散度 k"),
    "r_without_measures": pgettext_lazy("参数", "无措施时的再生数"),
    "admitted": pgettext_lazy("参数", "收治比例"),
    "severity": pgettext_lazy("参数", "病情构成"),
    "window": pgettext_lazy("参数", "Rt 窗口"),
    "growth_window": pgettext_lazy("参数", "增长率窗口"),
    "scenario_fall": pgettext_lazy("参数", "情景：R 降至"),
    "gates": pgettext_lazy("参数", "发布门槛"),
}
