"""The register of places: a number is given once for ever, a place is a part of another, classes are the ones rows carry."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from shichen.audit.context import acting
from shichen.intake.models import Reject
from shichen.intake.services import Receipt
from shichen.journal.models import Entry
from shichen.records.bulk import stays
from shichen.refusal import Refusal
from shichen.registers.loads import services as loads
from shichen.registers.places import bulk, queries, services
from shichen.registers.places.models import CLASSES, Place
from shichen.registers.places.reports import PLACE
from tests.made import body, deliver, place, place_row

pytestmark = pytest.mark.django_db


def test_a_place_comes_in_by_a_report_and_the_log_tells_it(db: None) -> None:
    place("H1", "株洲宾馆", "hotel")
    assert Entry.objects.get(topic="venues").text == "登记场所1处：株洲宾馆。"


def test_a_sheet_of_places_comes_in_with_its_parts_below_their_whole(db: None) -> None:
    said = "编号,名称,类别,上级,县市区,自\nH1,株洲宾馆,宾馆,,天元区,2020-01-01\nH1-2,二楼,hotel,H1,天元区,2020-01-01\nH1-3,三楼,宾馆,H9,天元区,2020-01-01\n"
    sent = deliver("place", said.encode(), unit="office", media_type="text/csv", filename="a.csv", channel="sheet")
    assert [(one.code, one.kind, one.within) for one in Place.objects.current()] == [
        ("H1", "hotel", ""),
        ("H1-2", "hotel", "H1"),
    ]
    assert "H9" in refused(sent)


def test_a_number_is_never_given_again_also_in_the_database(db: None, cast: Any) -> None:
    one = place("P1", "一号店")
    with acting("test"):
        services.void_place(one, "录错", by=cast.office)
    again = deliver("place", place_row("P1", "另一家"), unit="office")
    assert "不再给别处" in refused(again)
    copy = Place.objects.get(pk=one.pk)
    copy.pk, copy.first, copy.row_no, copy._state.adding = None, one.first, 9, True
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save(force_insert=True)


def test_what_was_entered_stays_in_the_database_as_it_was(db: None) -> None:
    one = place("P1", "一号店")
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        Place.objects.filter(pk=one.pk).update(name="别的店")


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"within": "P9"}, "没有编号"),
        ({"within": "P1"}, "自己之内"),
        ({"closed_on": "2019-12-31"}, "早于起"),
        ({"kind": "castle"}, ""),
        ({"area": "洞口区"}, ""),
    ],
)
def test_what_cannot_be_is_refused(db: None, changed: dict[str, str], sentence: str) -> None:
    came = deliver("place", place_row("P1", "一号店") | changed, unit="office")
    assert not Place.objects.exists()
    assert sentence in refused(came)


def test_a_whole_is_not_put_into_its_own_part_and_not_taken_out_before_it(db: None, cast: Any) -> None:
    whole = place("H1", "株洲宾馆", "hotel")
    place("H1-2", "二楼", "hotel", within="H1")
    with acting("test"), pytest.raises(Refusal, match="自己之内"):
        services.correct_place(whole, {"within": "H1-2"}, "试", by=cast.office)
    with acting("test"), pytest.raises(Refusal, match="下面还有"):
        services.void_place(whole, "试", by=cast.office)


def test_words_of_places_are_numbers_names_in_full_and_names_that_only_one_has(db: None) -> None:
    place("H1", "甲宾馆", "hotel")
    place("H2", "乙宾馆", "hotel")
    for one in ("H1", "H2"):
        place(f"{one}-2", "二楼", "hotel", within=one)
    place("S1", "一号店", closed_on="2020-02-01")
    words = {word: (code, kind) for word, code, _, _, kind in bulk.words_of(body("office"))}
    assert set(words) == {"H1", "甲宾馆", "H2", "乙宾馆", "H1-2", "甲宾馆/二楼", "H2-2", "乙宾馆/二楼", "S1", "一号店"}
    assert (words["H1"][1], words["甲宾馆/二楼"][1], words["S1"][1]) == (stays.WHOLE, 4, 1)
    names = loads.names_of_places()
    assert names[words["H2-2"][0]] == "乙宾馆/二楼"
    assert queries.named_in_full([]) == {}


def test_a_correction_keeps_the_number_that_rows_carry(db: None, cast: Any) -> None:
    one = place("P1", "一号店")
    before = {word: code for word, code, *_ in bulk.words_of(body("office"))}["P1"]
    with acting("test"):
        services.correct_place(one, {"name": "一号超市"}, "改名", by=cast.office)
    after = {word: code for word, code, *_ in bulk.words_of(body("office"))}
    assert after == {"P1": before, "一号超市": before}


def test_classes_are_the_ones_that_rows_carry(db: None) -> None:
    assert {word for word, _ in CLASSES} == set(bulk.CODES) == {one[0] for one in stays.KINDS.values()}
    assert len(set(bulk.CODES.values())) == len(CLASSES)
    assert next(one for one in PLACE.fields if one.name == "kind").choices == CLASSES


def test_pages_list_a_place_its_whole_and_its_parts_in_both_languages(db: None, cast: Any) -> None:
    place("H1", "株洲宾馆", "hotel")
    floor = place("H1-2", "二楼", "hotel", within="H1")
    client = Client()
    client.force_login(cast.office)
    page = client.get("/registers/places/?class=hotel&within=H1").content.decode()
    assert "二楼" in page
    assert "株洲宾馆</" not in page.split("<tbody")[1]
    assert "H1 株洲宾馆" in client.get(f"/registers/places/{floor.pk}/").content.decode()
    client.cookies["django_language"] = "en"
    assert "Hotel" in client.get("/registers/places/").content.decode()


def refused(came: Receipt) -> str:
    """All that was said of why rows were not taken."""
    return str(list(Reject.objects.filter(envelope=came.envelope).values_list("faults", flat=True)))
