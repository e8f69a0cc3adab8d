"""Plates of vehicles (车牌) as passes are held against them: any a road may see, in one form."""

from __future__ import annotations

import re2

from shichen.records.sealed import normalised
from shichen.refusal import Refusal
from shichen.web.masking import STAR

PREFIX = re2.compile(r"[A-Z0-9][A-Z0-9-]{0,11}")
# Provinces, offices and armed police begin with a character or letters; at the end may stand 学、警、挂 (GA 36-2018).
PLATE = re2.compile(r"[\p{Han}A-Z]{1,3}[A-Z0-9]{4,8}[\p{Han}]?")
DIGITS = re2.compile(r"[0-9].*[0-9]")


def read(said: str | None) -> str:
    """A plate in its one form: 湘B·12345 is 湘B12345. Raises Refusal."""
    plain = normalised(str(said or ""))
    for mark in "·•.-":
        plain = plain.replace(mark, "")
    if not PLATE.fullmatch(plain) or len(plain) > 10 or not DIGITS.search(plain):
        raise Refusal("车牌不是号牌的样子；请照车上的写。", field="plate")
    return plain


def masked(plate: str) -> str:
    """A plate as pages show it: 湘B***45."""
    return plate[:2] + STAR * max(len(plate) - 4, 0) + plate[-2:] if len(plate) > 4 else STAR * len(plate)
