"""Keyed pseudonyms of persons and vehicles (假名): a number that nobody finds again without the key of its period.

P = int64(first 8 bytes, big-endian, of HMAC-SHA256(K_period, type ‖ ":" ‖ normalised id)) − 2⁶³, with 0 mapped to 1; 0 says that
there is none. An identity number can be enumerated, so a bare hash would hide nothing. The key changes every thirty days and is
destroyed with the rows it made unreadable; nothing is joined across the border of two periods.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import re2

from shichen.keys import Keyring

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PERIOD = 30 * 86_400
"""Seconds that one key holds, counted from the first second of 1970 (UTC)."""
NONE = 0
PERSON, VEHICLE = "person", "vehicle"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
"""GB 11643: what each of the first seventeen figures of an identity number weighs."""
CHECK = "10X98765432"
NO_PLATE = ("", "无", "无牌", "无车牌", "未上牌", "步行", "行人", "NONE", "NO", "/", "N/A")
NO_PERSON = ("", "无", "不详", "未知", "无证件", "NONE", "NO", "/", "N/A")
PROVINCES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新"
DROPPED = " \t\r\n.-_·•・∙‧.　"
"""What people write between the parts of a plate or a number, and what says nothing."""

PLATE, DOCUMENT = r"[\p{Han}A-Z0-9]{4,12}", r"[\p{Han}A-Z0-9()/]{4,24}"
"""Patterns that both RE2 and DuckDB read: what a plate, and a document that is no resident's, is made of."""

_TYPED = re2.compile(
    f"[{PROVINCES}][A-Z][A-Z0-9]{{4,5}}[A-Z0-9挂学警港澳领超试]"  # ordinary, new energy, police, Hong Kong and Macau
    f"|WJ[{PROVINCES}]?[A-Z0-9]{{4,6}}|[A-Z]{{2}}[A-Z0-9]{{5}}|使[0-9]{{6}}|[0-9]{{6}}使"
)
_BLOCK = 64
_MIDDLE = 1 << 63
_PLATE, _DOCUMENT = re2.compile(PLATE), re2.compile(DOCUMENT)


class Unfit(ValueError):
    """What is written is no plate or no number of a document; `sentence` says so to the person, in Chinese."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def period_of(t: int) -> int:
    """The number of the period that a second (epoch, UTC) lies in."""
    return t // PERIOD


def key_name(period: int) -> str:
    """What the keyring calls the key of a period."""
    return f"passings-{period}"


def of_person(ring: Keyring, document: str, at: datetime) -> int:
    """The pseudonym of a person, 0 where no document was shown. Raises Unfit."""
    return made(ring, PERSON, normalised_document(document), int(at.timestamp()))


def of_vehicle(ring: Keyring, plate: str, at: datetime) -> int:
    """The pseudonym of a vehicle, 0 for one without a plate and for who comes on foot. Raises Unfit."""
    return made(ring, VEHICLE, normalised_plate(plate), int(at.timestamp()))


def made(ring: Keyring, sort: str, normalised: str, t: int) -> int:
    """The pseudonym of what is normalised already, under the key of the period of `t`; 0 for nothing."""
    if not normalised:
        return NONE
    digest = hmac.digest(ring.key(key_name(period_of(t))), f"{sort}:{normalised}".encode(), hashlib.sha256)
    return (int.from_bytes(digest[:8], "big") - _MIDDLE) or 1


def many(ring: Keyring, sort: str, normalised: Sequence[bytes], period: int) -> NDArray[np.int64]:
    """The pseudonyms of many normalised texts (UTF-8) of one period, as `made` gives them one by one.

    The two pads of the key are hashed once: a third of the time that the database's engine takes, and no key comes near it.
    """
    import numpy as np  # loaded where there are many

    key = ring.key(key_name(period)).ljust(_BLOCK, b"\0")
    inner, outer = (hashlib.sha256(bytes(one ^ pad for one in key)) for pad in (0x36, 0x5C))
    inner.update(f"{sort}:".encode())
    begin, end, digests = inner.copy, outer.copy, []
    for text in normalised:
        hashed, answer = begin(), end()
        hashed.update(text)
        answer.update(hashed.digest())
        digests.append(answer.digest())
    first = np.frombuffer(b"".join(digests), ">u8")[:: hashlib.sha256().digest_size // 8]
    numbers = (first.astype(np.uint64) ^ np.uint64(_MIDDLE)).view(np.int64)
    return np.where(numbers == 0, 1, numbers)


def normalised_plate(text: str) -> str:
    """A plate as it is compared: NFKC, upper case, no dots or blanks; empty for none. Raises Unfit.

    Ordinary, new-energy, police, army, consular, Hong Kong, Macau and foreign plates all pass: a plate is letters, figures and
    the characters that name who gave it out. Which of them are real is for the post to see, not for a pattern.
    """
    plain = _plain(text)
    if plain in NO_PLATE:
        return ""
    if not _PLATE.fullmatch(plain):
        raise Unfit(f"「{text[:20]}」不像车牌；请核对，无牌或步行的留空。")
    return plain


def typed_plate(text: str) -> str:
    """A plate that somebody has just typed, held to the forms there are, so that a slip is seen at once. Raises Unfit.

    A foreign one begins with 外; as it is compared the mark is left out.
    """
    plain = _plain(text)
    if plain in NO_PLATE:
        return ""
    foreign = plain[1:]
    if plain.startswith("外") and 4 <= len(foreign) <= 12 and foreign.isascii() and foreign.isalnum():
        return foreign
    if not _TYPED.fullmatch(plain):
        raise Unfit("号牌读不懂；请写成湘B12345，新能源多一位，境外号牌前加“外”，没有号牌的空着。")
    return plain


def normalised_document(text: str) -> str:
    """The number of a document as it is compared: NFKC, upper case, no blanks; empty for none. Raises Unfit.

    A resident identity number keeps GB 11643: a day that exists and a right last figure. One of fifteen figures (before 1999)
    becomes its eighteen. Of other documents only the form is looked at.
    """
    plain = _plain(text)
    if plain in NO_PERSON:
        return ""
    if len(plain) == 15 and plain.isascii() and plain.isdigit():
        plain = plain[:6] + "19" + plain[6:]
        plain += check_figure(plain)
    elif not (len(plain) == 18 and plain[:17].isascii() and plain[:17].isdigit()):
        if not _DOCUMENT.fullmatch(plain):
            raise Unfit(f"「{text[:4]}…」不像证件号码；请核对，没有证件的留空。")
        return plain
    if not _is_day(plain[6:14]):
        raise Unfit("身份证号码里的出生日期不存在；请核对。")
    if plain[17] != check_figure(plain[:17]):
        raise Unfit("身份证号码的最后一位不对(GB 11643)；请核对。")
    return plain


def check_figure(seventeen: str) -> str:
    """The last figure that belongs to the first seventeen of an identity number."""
    return CHECK[sum(weight * int(figure) for weight, figure in zip(WEIGHTS, seventeen, strict=True)) % 11]


def _plain(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).upper()
    return "".join(one for one in plain if one not in DROPPED)


def _is_day(figures: str) -> bool:
    year, month, day = int(figures[:4]), int(figures[4:6]), int(figures[6:])
    if not (1850 <= year <= 2100 and 1 <= month <= 12 and day >= 1):
        return False
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return day <= (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]
