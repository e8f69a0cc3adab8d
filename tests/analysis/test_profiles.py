"""Disease profiles: nothing enters without unit, source and date; a version never alters another."""

from __future__ import annotations

import re

import pytest

from shichen.analysis.runs import disease, profiles
from shichen.analysis.runs.models import Profile
from shichen.audit.models import Trail
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.refusal import Refusal
from tests.conftest import Cast

COVID = disease.shipped()["covid19-2020"]


def refused(text: str) -> str:
    with pytest.raises(Refusal) as found:
        disease.read(text)
    return found.value.field


def test_the_profiles_that_come_with_the_product_are_whole() -> None:
    read = {code: disease.read(text) for code, text in disease.shipped().items()}
    assert set(read) == {"covid19-2020", "measles"}
    covid = read["covid19-2020"]
    assert covid.mean_interval() == 4.7
    assert covid.mean_interval("serial_interval_other") == 7.5
    assert covid.parameters["incubation"].values == {"meanlog": 1.621, "sdlog": 0.418}
    assert abs(covid.serial_interval().sum() - 1) < 1e-3
    assert covid.serial_interval()[0] == 0
    assert (covid.gates.cumulative, covid.gates.cases, covid.gates.infectivity) == (12, 5, 3.0)
    assert all(one.source and one.valid_from for said in read.values() for one in said.parameters.values())


@pytest.mark.parametrize("key", ["unit", "source", "valid_from"])
def test_a_parameter_without_unit_source_or_date_does_not_enter(key: str) -> None:
    head, mark, tail = COVID.partition('name = "serial_interval"\n')
    assert refused(head + mark + re.sub(rf"^{key} = .*\n", "", tail, count=1, flags=re.M)) == f"serial_interval.{key}"


@pytest.mark.parametrize("key", ["unit", "source", "valid_from", "cases"])
def test_nor_do_gates(key: str) -> None:
    head, mark, tail = COVID.partition("[gates]\n")
    assert refused(head + mark + re.sub(rf"^{key} = .*\n", "", tail, count=1, flags=re.M)) == f"gates.{key}"


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("mean = 4.7", "mean = 0.7", "serial_interval.mean"),
        ("mean = 4.7", 'mean = "4.7"', "serial_interval.mean"),
        ("mean = 4.7", "mean = nan", "serial_interval.mean"),
        ("sd = 2.9", "sd = 2.9\nmode = 3", "serial_interval.mode"),
        ('unit = "天"', 'unit = "周"', "serial_interval.unit"),
        ("sdlog = 0.418", "sdlog = 0", "incubation.sdlog"),
        ("lower = 0.35", "lower = 0.95", "offspring_k.value"),
        ('"重症" = 0.139', '"重症" = 0.4', "severity.shares"),
        ("onset_known = 0.7", "onset_known = 70", "gates.onset_known"),
        ('name = "window"', 'name = "windows"', "parameter.name"),
        ('name = "serial_interval_other"', 'name = "serial_interval"', "parameter"),
        ("version = 1", 'version = "一"', "version"),
        ("valid_from = 2020-01-20\nnote", 'valid_from = "2020-01-20"\nnote', "valid_from"),
        ("[gates]", "[gate]", "gates"),
        ("mean = 4.7", "mean = 4,7", "file"),
    ],
)
def test_what_cannot_be_names_its_field(old: str, new: str, field: str) -> None:
    assert old in COVID
    assert refused(COVID.replace(old, new, 1)) == field


def test_a_serial_interval_may_be_given_day_by_day() -> None:
    text = COVID.replace("mean = 4.7\nsd = 2.9", "pmf = [0.0, 0.25, 0.5, 0.25]")
    assert disease.read(text).mean_interval() == 2.0
    assert refused(text.replace("[0.0, 0.25", "[0.1, 0.25")) == "serial_interval.pmf"


@pytest.mark.django_db
def test_a_new_version_stands_beside_the_old(cast: Cast) -> None:
    first = profiles.enter(COVID, "首版", by=accounts.system())
    second = COVID.replace("version = 1", "version = 2").replace("mean = 4.7", "mean = 5.0")
    made = profiles.enter(second, "文献更新", by=cast.office)  # type: ignore[arg-type]
    assert profiles.standing(city.the_event()) == made
    assert profiles.said(Profile.objects.get(pk=first.pk)).mean_interval() == 4.7
    row = Trail.objects.filter(action="enter_profile").order_by("-at").first()
    assert row is not None
    assert row.reason == "文献更新"
    assert "serial_interval" in row.fields


@pytest.mark.django_db
def test_versions_follow_one_another_and_need_a_reason(cast: Cast) -> None:
    profiles.enter(COVID, "首版", by=accounts.system())
    for text, reason, field in (
        (COVID, "再来", "version"),
        (COVID.replace("version = 1", "version = 2"), " ", "reason"),
    ):
        with pytest.raises(Refusal) as found:
            profiles.enter(text, reason, by=accounts.system())
        assert found.value.field == field
    with pytest.raises(Refusal, match="您的权限不及于此"):
        profiles.enter(COVID.replace("version = 1", "version = 2"), "改", by=cast.traffic)  # type: ignore[arg-type]
    assert Profile.objects.count() == 1
