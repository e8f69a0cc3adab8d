"""Numbers by which a person is known (证件号码、手机号): their form, and the check character of 公民身份号码."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import re2
from django.utils.translation import gettext_noop as _

from shichen.records.sealed import normalised
from shichen.refusal import Refusal

RESIDENT = "resident_id"
DOCUMENTS = {
    RESIDENT: _("居民身份证"),
    "residence_permit": _("港澳台居民居住证"),
    "mainland_permit": _("港澳居民来往内地通行证"),
    "taiwan_permit": _("台湾居民来往大陆通行证"),
    "passport": _("护照"),
    "foreign_permit": _("外国人永久居留身份证"),
    "other": _("其他证件"),
}
# Others than the resident's own are known by their form alone: no register of theirs is at hand.
FORMS = {
    "mainland_permit": re2.compile(r"[HM][0-9]{8}(?:[0-9]{2})?"),
    "taiwan_permit": re2.compile(r"[0-9]{8}(?:[0-9]{2})?"),
    "passport": re2.compile(r"[A-Z0-9]{5,17}"),
    "foreign_permit": re2.compile(r"[A-Z]{3}[0-9]{12}|9[0-9]{17}"),
    "other": re2.compile(r"[A-Z0-9-]{4,30}"),
}
EIGHTEEN = re2.compile(r"[0-9]{17}[0-9X]")
FIFTEEN = re2.compile(r"[0-9]{15}")
TERRITORIES = ("81", "82", "83")  # the area codes of a 居住证: 香港、澳门、台湾
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999, ISO 7064 MOD 11-2
CHECKS = "10X98765432"
SYNTHETIC = "000000"
"""An area code that GB/T 2260 gives to no place: numbers of invented people begin with it, and nobody's real one does."""
MOBILE = re2.compile(r"(?:\+?86|0086)?(1[3-9][0-9]{9})")
PHONE = re2.compile(r"\+?[0-9]{7,15}")
WRITTEN_PHONE = re2.compile(r"1[3-9][0-9]{9}|(?:\+|00)[0-9-]{8,18}|0[0-9]{2,3}-?[0-9]{7,8}")
"""A number that is a telephone where it stands beside documents: mobile, from abroad, or with an area code."""


@dataclass(frozen=True)
class Identity:
    """What a report says of who somebody is, in one form; what it leaves out is empty."""

    name: str
    document_type: str = ""
    number: str = ""
    phone: str = ""
    home: str = ""


def read(values: Mapping[str, Any], *, on: date) -> Identity:
    """The identity in a report's values. Raises Refusal naming the field; a person needs a name and a number or a phone."""
    name = " ".join(str(values.get("name") or "").split())
    if not name:
        raise Refusal("请填姓名；不知道的也请写明。", field="name")
    said = str(values.get("number") or "")
    sort = str(values.get("document_type") or "") or (RESIDENT if said else "")
    number = checked(sort, said, on=on, synthetic=bool(values.get("synthetic"))) if said else ""
    phone = phone_read(str(values.get("phone") or ""))
    if not number and not phone:
        raise Refusal("证件号码和电话至少填一项；没有这两项的人无从核查。", field="number")
    return Identity(name, sort if number else "", number, phone, str(values.get("home") or "").strip())


def checked(sort: str, said: str, *, on: date, synthetic: bool = False) -> str:
    """A document's number in its one form. Raises Refusal where it cannot be such a number."""
    number = normalised(said)
    if sort in (RESIDENT, "residence_permit"):
        return _resident(sort, number, on, synthetic)
    form = FORMS.get(sort)
    if form is None:
        raise Refusal("没有这种证件类型；请从列出的里面选。", field="document_type")
    if not form.fullmatch(number):
        raise Refusal("证件号码不是这种证件的样子；请核对号码和证件类型。", field="number")
    return number


def sort_of(said: str) -> str:
    """What sort of document a number looks like, where nobody could be asked; a resident's where it looks like no other."""
    number = normalised(said)
    if (number.isdigit() and len(number) in (15, 18)) or EIGHTEEN.fullmatch(number):
        return RESIDENT
    sorts = ("mainland_permit", "taiwan_permit", *(("passport",) if any(one.isalpha() for one in number[:-1]) else ()))
    return next((sort for sort in sorts if FORMS[sort].fullmatch(number)), RESIDENT)


def check_character(seventeen: str) -> str:
    """The last character of a 公民身份号码, from the seventeen before it (GB 11643-1999, 4.2)."""
    return CHECKS[sum(int(digit) * weight for digit, weight in zip(seventeen, WEIGHTS, strict=True)) % 11]


def phone_read(said: str) -> str:
    """A telephone number as its digits; one of the mainland without its country code. Raises Refusal."""
    plain = normalised(said).replace("-", "").replace("(", "").replace(")", "")
    if not plain:
        return ""
    mobile = MOBILE.fullmatch(plain)
    if mobile:
        return str(mobile[1])
    if not PHONE.fullmatch(plain):
        raise Refusal("电话不是号码的样子；请填手机号或带区号的座机号。", field="phone")
    return plain


def _resident(sort: str, number: str, on: date, synthetic: bool) -> str:
    """An old number of fifteen digits is the same person's number of eighteen."""
    if FIFTEEN.fullmatch(number):
        number = f"{number[:6]}19{number[6:]}"
        number += check_character(number)
    if not EIGHTEEN.fullmatch(number):
        raise Refusal("身份证号应为 18 位，末位可为 X；请核对。", field="number")
    if check_character(number[:17]) != number[17]:
        raise Refusal("身份证号的校验码不对，多半有一位抄错；请与证件核对。", field="number")
    if (number[:6] == SYNTHETIC) != synthetic:
        raise Refusal("身份证号的地区码不对；000000 只用于合成数据。", field="number")
    if sort == "residence_permit" and not synthetic and number[:2] not in TERRITORIES:
        raise Refusal("港澳台居民居住证的号码以 81、82、83 开头；请核对证件类型。", field="number")
    born = _born(number)
    if born is None or not date(1900, 1, 1) <= born <= on:
        raise Refusal("身份证号里的出生日期不对；请与证件核对。", field="number")
    return number


def _born(number: str) -> date | None:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
