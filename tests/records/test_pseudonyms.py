"""Pseudonyms: keyed, the same one by one and by the thousand, of what is written in any of the usual ways."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shichen.keys import Keyring
from shichen.records import pseudonyms
from shichen.records.pseudonyms import PERIOD, PERSON, VEHICLE, Unfit

RING = Keyring()
AT = datetime(2020, 2, 2, 8, tzinfo=UTC)
GOOD = "11010519491231002X"
"""The example that the standard itself gives (GB 11643-1999)."""


def test_it_is_the_first_half_of_a_keyed_digest_around_nought() -> None:
    period = pseudonyms.period_of(int(AT.timestamp()))
    digest = hmac.new(RING.key(f"passings-{period}"), f"person:{GOOD}".encode(), hashlib.sha256).digest()
    assert pseudonyms.of_person(RING, GOOD, AT) == int.from_bytes(digest[:8], "big") - 2**63


def test_another_key_another_period_and_another_sort_give_other_numbers() -> None:
    one = pseudonyms.made(RING, PERSON, GOOD, 0)
    assert one != pseudonyms.made(Keyring(), PERSON, GOOD, 0)
    assert one != pseudonyms.made(RING, PERSON, GOOD, PERIOD)
    assert one != pseudonyms.made(RING, VEHICLE, GOOD, 0)
    assert one == pseudonyms.made(RING, PERSON, GOOD, PERIOD - 1)


@given(st.lists(st.text("ABCXYZ0123456789湘京学警", min_size=1, max_size=20), max_size=40))
def test_by_the_thousand_they_are_what_they_are_one_by_one(texts: list[str]) -> None:
    many = pseudonyms.many(RING, VEHICLE, [text.encode() for text in texts], 3)
    assert many.tolist() == [pseudonyms.made(RING, VEHICLE, text, 3 * PERIOD) for text in texts]


@pytest.mark.parametrize("text", ["", " ", "无", "无牌", "步行", "none", "/", "-"])
def test_who_has_no_plate_has_the_number_nought(text: str) -> None:
    assert pseudonyms.of_vehicle(RING, text, AT) == 0


@pytest.mark.parametrize("text", ["湘B12345", "湘b·12345", "湘Ｂ１２３４５", " 湘B 12345 ", "湘B-12345"])
def test_one_plate_however_it_is_written(text: str) -> None:
    assert pseudonyms.normalised_plate(text) == "湘B12345"


@pytest.mark.parametrize(
    "text", ["湘AD12345", "湘A1234学", "京A0006警", "粤Z1234港", "WJ湘12345", "ABC1234", "使014578"]
)
def test_plates_of_every_kind_pass(text: str) -> None:
    assert pseudonyms.normalised_plate(text) == text


@pytest.mark.parametrize("text", ["湘B", "湘B12345湘B12345", "car?!", "湘B12345;DROP"])
def test_what_is_no_plate_is_said_to_be_none(text: str) -> None:
    with pytest.raises(Unfit, match="不像车牌"):
        pseudonyms.normalised_plate(text)


def test_an_old_number_of_fifteen_figures_is_the_same_person_as_its_eighteen() -> None:
    assert pseudonyms.normalised_document("110105491231002") == GOOD == pseudonyms.normalised_document(GOOD.lower())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("110105194912310021", "最后一位"),
        ("11010519491331002X", "出生日期"),
        ("11010519490229002X", "出生日期"),
        ("甲", "不像证件"),
    ],
)
def test_a_number_that_cannot_be_is_refused_with_the_reason(text: str, said: str) -> None:
    with pytest.raises(Unfit, match=said):
        pseudonyms.normalised_document(text)


@pytest.mark.parametrize("text", ["G12345678", "H12345678", "EA1234567", "台胞12345678", "P<1234"[:1] + "12345"])
def test_of_other_documents_only_the_form_is_looked_at(text: str) -> None:
    assert pseudonyms.normalised_document(text) == text
