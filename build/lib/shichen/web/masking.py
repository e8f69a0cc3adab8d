"""Masking of identities in shown text (脱敏): numbers of identity cards, telephones and plates, character for character."""

from __future__ import annotations

from typing import Any

import re2

from shichen.sheets.numbers import fold_digits

STAR = "*"
_RUN = re2.compile(r"[0-9]{11,}[Xx]?")
_SPACED = re2.compile(r"(?:1[3-9][0-9]([ -])[0-9]{4}[ -][0-9]{4}|[0-9]{6}[ -][0-9]{8}[ -][0-9]{3}[0-9Xx])")
_PLATE = re2.compile(
    "[京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新][A-Za-z][·• ]?([A-Za-z0-9]{4})[A-Za-z0-9挂学警港澳]"
)
_MOBILE = re2.compile(r"^(?:0{0,2}86)?(1[3-9][0-9]{9})$")


def masked(text: str) -> str:
    """The text with identity numbers as 430***********1234, mobile numbers as 138****1234 and plates as 湘B·****5.

    No character moves.
    """
    plain = fold_digits(text)
    if len(plain) != len(text):
        raise AssertionError("folding digits moved characters")
    shown = list(text)
    for found in _RUN.finditer(plain):
        _hide(shown, plain, found.start(), found.end())
    for found in _SPACED.finditer(plain):
        if not _digit(plain, found.start() - 1) and not _digit(plain, found.end()):
            _hide(shown, plain, found.start(), found.end())
    for found in _PLATE.finditer(plain):
        if any(_digit(plain, at) for at in range(found.start(1), found.end(1))):
            shown[found.start(1) : found.end(1)] = STAR * 4
    return "".join(shown)


def masked_deep(value: Any) -> Any:
    """The same for every text within a JSON value."""
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, dict):
        return {masked(str(key)): masked_deep(one) for key, one in value.items()}
    return [masked_deep(one) for one in value] if isinstance(value, list) else value


def masked_name(name: str) -> str:
    """A person's name as pages show it (张*): its first character; how long it is is not told."""
    return name[0] + STAR if name else ""


def masked_number(number: str) -> str:
    """Any number by which a person is known: as `masked` has it, others by their first character and the last two."""
    shown = masked(number)
    if shown != number or not number:
        return shown
    return number[0] + STAR * (len(number) - 3) + number[-2:] if len(number) > 5 else STAR * len(number)


def _hide(shown: list[str], plain: str, start: int, end: int) -> None:
    """Three characters stay in front of a number and four behind; a number too short to be one stays whole."""
    run = plain[start:end].replace(" ", "").replace("-", "")
    mobile = _MOBILE.match(run)
    if not mobile and len(run) < 15:
        return
    first = start + (end - start - 11 if mobile and end - start == len(run) else 0) + 3
    for at in range(first, end - 4):
        if _digit(plain, at):
            shown[at] = STAR


def _digit(plain: str, at: int) -> bool:
    return 0 <= at < len(plain) and plain[at] in "0123456789"
