"""脱敏：证件号与手机号逐字遮盖，别的数字和文字一个不动。"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shichen.web.masking import STAR, masked, masked_deep


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("身份证430202199001011234。", "身份证430***********1234。"),
        ("43020219900101123X", "430***********123X"),
        ("130503670401001", "130********1001"),
        ("电话13812345678", "电话138****5678"),
        ("+8613812345678", "+86138****5678"),
        ("138-1234-5678", "138-****-5678"),
        ("430202 19900101 123X", "430*** ******** 123X"),
        ("１３８１２３４５６７８", "１３８****５６７８"),
        ("13812345678、13987654321", "138****5678、139****4321"),
        ("149461台次，361122人次", "149461台次，361122人次"),
        ("2020-02-02 15:58，0731-28888888，12345", "2020-02-02 15:58，0731-28888888，12345"),
        ("12345678901", "12345678901"),
        ("共1381234567人", "共1381234567人"),
        ("湘B·12342已放行", "湘B·****2已放行"),
        ("鄂AD12345、粤Z1234港", "鄂A****45、粤Z****港"),
        ("湘A级响应 12345", "湘A级响应 12345"),
    ],
)
def test_numbers_of_persons_are_masked_and_no_others(said: str, shown: str) -> None:
    assert masked(said) == shown


@given(st.text(max_size=80))
def test_no_character_moves(text: str) -> None:
    shown = masked(text)
    assert len(shown) == len(text)
    assert all(new in (old, STAR) for new, old in zip(shown, text, strict=True))


@given(st.text(max_size=20), st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.text(max_size=20))
def test_a_mobile_number_never_stays_whole(before: str, number: str, after: str) -> None:
    around = before.rstrip("0123456789０１２３４５６７８９") + "|", "|" + after
    assert number not in masked(f"{around[0]}{number}{around[1]}")


def test_texts_within_json_are_masked_too() -> None:
    assert masked_deep({"a": ["13812345678", 5], "13812345678": None}) == {"a": ["138****5678", 5], "138****5678": None}
