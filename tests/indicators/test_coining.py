"""The city's own figures: declared, changed as a new version, taken back while unused; every process learns of them."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from shichen.audit.models import Trail
from shichen.indicators import coining, declare
from shichen.indicators.coining import Meant
from shichen.indicators.definitions import versions
from shichen.indicators.models import Coined, Definition, Figure
from shichen.refusal import Refusal
from shichen.web import looking
from tests import made
from tests.conftest import Cast
from tests.intake.doors import signed_in

MEANT = Meant("night_patrols", "夜间巡查次数", "次", "flow", "当日二十时至次日六时的巡查次数；一队一趟算一次。")
FORM = {
    "key": "night_patrols",
    "name": "夜间巡查次数",
    "unit": "次",
    "sort": "flow",
    "definition": "一队一趟算一次。",
    "reason": "通报里常有",
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def patrols(cast: Cast) -> declare.Indicator:
    return coining.coin(MEANT, "通报里常有", by=cast.office)  # type: ignore[arg-type]


def changed(**more: str) -> Meant:
    return Meant(**{**{name: getattr(MEANT, name) for name in ("key", "name", "unit", "sort", "definition")}, **more})


def test_it_is_known_at_once_with_its_definition_and_on_the_trail(patrols: declare.Indicator) -> None:
    assert declare.named("city.night_patrols") == declare.known()["city.night_patrols"] == patrols
    assert "city.night_patrols" not in declare.declared()
    assert Definition.objects.get(key="city.night_patrols").text == MEANT.definition
    assert Trail.objects.filter(table="indicators.coined", action="coin", subject="city.night_patrols").count() == 1


def test_a_changed_meaning_is_a_new_version_and_says_why(cast: Cast, patrols: declare.Indicator) -> None:
    made_now = coining.coin(changed(definition="一队一趟算一次，中途折返不算。"), "基层问起", by=cast.office)  # type: ignore[arg-type]
    told = versions(made_now)
    assert [one.version for one in told] == [made_now.version, patrols.version]
    assert [one.note.why for one in told if one.note] == ["基层问起", "通报里常有"]
    assert any(stretch.kind == "added" and "折返" in stretch.text for stretch in told[0].differs)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"name": ""}, "name"),
        ({"unit": " "}, "unit"),
        ({"definition": "\n"}, "definition"),
        ({"key": "Night"}, "key"),
        ({"key": "x"}, "key"),
        ({"key": "city..a"}, "key"),
        ({"key": "夜巡"}, "key"),
        ({"sort": "streak"}, "sort"),
        ({"sort": ""}, "sort"),
        ({"name": "长" * 81}, "name"),
        ({"name": "新增确诊病例"}, "name"),
    ],
)
def test_what_cannot_be_declared_is_refused_by_its_field(cast: Cast, more: dict[str, str], field: str) -> None:
    with pytest.raises(Refusal) as refused:
        coining.coin(changed(**more), "理由", by=cast.office)  # type: ignore[arg-type]
    assert refused.value.field == field
    assert not Coined.objects.exists()


def test_a_reason_is_asked_for_and_the_same_is_not_declared_twice(cast: Cast, patrols: declare.Indicator) -> None:
    with pytest.raises(Refusal, match="理由"):
        coining.coin(changed(unit="趟"), " ", by=cast.office)  # type: ignore[arg-type]
    with pytest.raises(Refusal, match="没有改动"):
        coining.coin(MEANT, "再来", by=cast.office)  # type: ignore[arg-type]
    assert Coined.objects.count() == 1


def test_it_is_taken_back_while_no_figure_of_it_is_there(cast: Cast, patrols: declare.Indicator) -> None:
    coining.take_back("city.night_patrols", "重复了", by=cast.office)  # type: ignore[arg-type]
    assert "city.night_patrols" not in declare.known()
    with pytest.raises(Refusal, match="没有这个自设指标"):
        coining.take_back("city.night_patrols", "再撤", by=cast.office)  # type: ignore[arg-type]
    again = coining.coin(MEANT, "还是要用", by=cast.office)  # type: ignore[arg-type]
    assert again == patrols


def test_once_the_ledger_has_a_figure_of_it_it_stays(cast: Cast, patrols: declare.Indicator) -> None:
    figure = made.stated(12, "次", key="city.night_patrols")
    assert Figure.objects.get(pk=figure.pk).definition.text == MEANT.definition  # type: ignore[union-attr]
    with pytest.raises(Refusal, match="不能撤销"):
        coining.take_back("city.night_patrols", "不要了", by=cast.office)  # type: ignore[arg-type]


def test_another_process_learns_of_it_when_it_looks(
    patrols: declare.Indicator, monkeypatch: pytest.MonkeyPatch
) -> None:
    coining.forget()
    looking.look()
    assert "city.night_patrols" not in declare.known()  # it looked a moment ago
    monkeypatch.setattr(looking, "EVERY", 0.0)
    looking.look()
    assert "city.night_patrols" in declare.known()


def test_what_is_rolled_back_is_forgotten_at_the_next_look(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction.atomic():
        coining.coin(MEANT, "试", by=cast.office)  # type: ignore[arg-type]
        transaction.set_rollback(True)
    monkeypatch.setattr(looking, "EVERY", 0.0)
    looking.look()
    assert "city.night_patrols" not in declare.known()


def test_the_database_keeps_every_meaning(patrols: declare.Indicator) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE indicators_coined SET name = 'x'")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM indicators_coined")


def test_by_the_page(cast: Cast) -> None:
    office: Client = signed_in(cast, "office")
    empty = office.get("/figures/own/")
    assert "还没有。" in empty.content.decode()
    told = office.post("/figures/own/", FORM, follow=True).content.decode()
    assert "已设指标「夜间巡查次数」，代码 city.night_patrols。" in told
    assert "一队一趟算一次。" in office.get("/figures/city.night_patrols/").content.decode()
    assert "夜间巡查次数" in office.get("/figures/", {"q": "夜间巡查"}).content.decode()
    wrong: Any = office.post("/figures/own/", {**FORM, "key": "夜"})
    assert wrong.status_code == 422
    assert "一队一趟算一次。</textarea>" in wrong.content.decode()  # nothing typed is lost
    gone = office.post("/figures/own/take-back/", {"key": "city.night_patrols", "reason": "试过了"}, follow=True)
    assert "已撤销" in gone.content.decode()


def test_who_came_from_another_page_goes_back_with_it(cast: Cast) -> None:
    office = signed_in(cast, "office")
    answer = office.post("/figures/own/", {**FORM, "next": "/bulletins/1/#p3"})
    assert answer["Location"] == "/bulletins/1/?indicator=city.night_patrols#p3"
    answer = office.post("/figures/own/", {**FORM, "unit": "趟", "next": "//example.invalid/"})
    assert answer["Location"] == "/figures/own/"


def test_who_does_not_review_declares_nothing(cast: Cast) -> None:
    auditor = signed_in(cast, "auditor")
    assert auditor.post("/figures/own/", FORM).status_code == 403
    assert not Coined.objects.exists()
