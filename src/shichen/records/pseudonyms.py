"""Keyed pseudonyms (假名) of vehicles and persons: the same one within a period of thirty days, another in the next."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from datetime import UTC, datetime

import re2
from django.conf import settings

PERIOD = 30  # days that one key is used for
PROVINCES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新"
_DOTS = " \t\u3000·•・.-－—"
_PLATES = re2.compile(
    f"[{PROVINCES}][A-Z][A-Z0-9]{{4,5}}[A-Z0-9挂学警港澳领超试]"  # ordinary, new energy, police, Hong Kong and Macau
    f"|WJ[{PROVINCES}]?[A-Z0-9]{{4,6}}|[A-Z]{{2}}[A-Z0-9]{{5}}|使[0-9]{{6}}|[0-9]{{6}}使"
)


def normalised_plate(text: str) -> str:
    """A plate as it is compared: full width folded, upper case, no dot and no blank; empty where there is none.

    Raises ValueError with a sentence for the person where it is no plate; a foreign one begins with 外.
    """
    plain = "".join(one for one in unicodedata.normalize("NFKC", text).upper() if one not in _DOTS)
    if plain in ("", "无", "无牌"):
        return ""
    foreign = plain.startswith("外") and 2 <= len(plain) - 1 <= 12 and plain[1:].isascii() and plain[1:].isalnum()
    if foreign or _PLATES.fullmatch(plain):
        return plain
    raise ValueError("号牌读不懂；请写成湘B12345，新能源多一位，境外号牌前加“外”，没有号牌的空着。")


def vehicle(plate: str, at: datetime) -> int:
    """The pseudonym of a plate at that time. Raises ValueError for what is no plate."""
    return _pseudonym("vehicle", normalised_plate(plate), at)


def person(id: str, at: datetime) -> int:
    """The pseudonym of an identity number at that time."""
    plain = "".join(unicodedata.normalize("NFKC", id).upper().split())
    return _pseudonym("person", plain, at)


def _pseudonym(kind: str, plain: str, at: datetime) -> int:
    """The first eight bytes of HMAC-SHA256 over the kind and what is meant, as a signed number; nought becomes one."""
    period = int(at.astimezone(UTC).timestamp()) // (PERIOD * 86_400)
    key = settings.KEYRING.key(f"passings-{period}")
    digest = hmac.new(key, f"{kind}:{plain}".encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big") - 2**63 or 1
