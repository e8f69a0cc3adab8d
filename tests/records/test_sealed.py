"""Sealed columns: nobody reads them in the database, cells cannot be swapped, an exact value is found and nothing else."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from shichen.keys import KeyGone, Keyring
from shichen.records import sealed
from shichen.registers.people.models import Person
from tests.made import NOON
from tests.registers.people_made import NUMBER, person

TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=60)


def card() -> Any:
    made = Person()
    made.first = made.pk
    return made


@given(TEXTS)
def test_what_is_put_is_what_is_opened(text: str) -> None:
    one = card()
    sealed.put(one, NOON, name=text)
    assert sealed.opened(one, "name") == text
    assert text.encode() not in bytes(one.name) or len(text.encode()) < 4


@given(TEXTS, st.sampled_from([" ", "\u3000", "\t"]))
def test_width_case_and_blanks_make_no_other_value(text: str, blank: str) -> None:
    spaced = blank.join(text)
    assert sealed.blind(Person, "number", spaced) == sealed.blind(Person, "number", text)


def test_full_and_half_width_are_found_alike() -> None:
    assert sealed.blind(Person, "number", "４３０ｘ") == sealed.blind(Person, "number", "430X")
    assert sealed.blind(Person, "number", "430") != sealed.blind(Person, "number", "431")


def test_the_same_value_in_another_column_has_another_index() -> None:
    assert sealed.blind(Person, "number", "13800001234") != sealed.blind(Person, "phone", "13800001234")


def test_an_index_says_nothing_without_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    before = sealed.blind(Person, "number", NUMBER)
    monkeypatch.setattr(settings, "KEYRING", Keyring())
    assert sealed.blind(Person, "number", NUMBER) != before


def test_a_cell_moved_to_another_record_or_column_does_not_open() -> None:
    one, other = card(), card()
    sealed.put(one, NOON, name="甲某", phone="13800001234")
    other.name = one.name
    with pytest.raises(ValueError, match="altered"):
        sealed.opened(other, "name")
    one.name = one.phone
    with pytest.raises(ValueError, match="altered"):
        sealed.opened(one, "name")


def test_a_later_version_of_a_record_opens_what_the_earlier_held() -> None:
    one = card()
    sealed.put(one, NOON, name="甲某")
    one.pk = uuid.uuid4()
    assert sealed.opened(one, "name") == "甲某"


def test_a_destroyed_period_key_takes_all_of_its_period(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "KEYRING", Keyring())
    one = card()
    sealed.put(one, NOON, name="甲某")
    settings.KEYRING.destroy("identity-2020-02")
    with pytest.raises(KeyGone):
        sealed.opened(one, "name")


def test_nothing_is_nothing() -> None:
    one = card()
    sealed.put(one, NOON, phone="")
    assert bytes(one.phone) == b""
    assert one.phone_index == ""
    assert sealed.opened(one, "phone") == ""


def test_only_sealed_columns_are_sealed() -> None:
    with pytest.raises(AssertionError):
        sealed.blind(Person, "document_type", "x")


@pytest.mark.django_db
def test_the_database_holds_no_identity_in_any_column() -> None:
    person(name="甲某某", phone="13800001234", home="天元区某路1号")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM people_person")
        said = b"".join(
            bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode()
            for row in cursor.fetchall()
            for cell in row
        )
    for clear in (NUMBER, "13800001234", "甲某某", "某路"):
        assert clear.encode() not in said


@pytest.mark.django_db
def test_erasing_empties_cell_and_index_and_keeps_the_row() -> None:
    one = person()
    sealed.erase(Person.objects.filter(first=one.first), ("name", "number"))
    one = Person.objects.get(first=one.first)
    assert (bytes(one.name), bytes(one.number), one.number_index) == (b"", b"", "")
    assert sealed.opened(one, "name") == ""
