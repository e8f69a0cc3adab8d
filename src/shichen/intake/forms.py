"""Web forms of reports: made from the fields of a kind, with what each register offers its reporters (一次填报)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from shichen.city.queries import Standing
from shichen.sheets.fields import Field
from shichen.web.field_forms import Aid, Aids, FieldsForm, Quick

__all__ = ["Aid", "Aids", "Quick", "ReportForm", "aids_for", "offer"]

SUBMISSION = "submission"
"""The box of the id that a report is sent under; no kind has a field of that name."""
Offer = Callable[[Standing, datetime], "Aids | None"]
_OFFERS: dict[str, Offer] = {}


def offer(kind: str) -> Callable[[Offer], Offer]:
    """Say what persons are offered with a kind of report; the function answers None where it does not concern the unit."""

    def declare(function: Offer) -> Offer:
        _OFFERS[kind] = function
        return function

    return declare


def aids_for(kind: str, standing: Standing, at: datetime) -> Aids | None:
    """The aids of a kind for those who act in that name; None where the kind does not concern them."""
    found = _OFFERS.get(kind)
    return found(standing, at) if found else Aids()


class ReportForm(FieldsForm):
    """A report's form. The id of the submission is made when the page is drawn: a second click on 提交 is the same report."""

    submission = forms.UUIDField(
        widget=forms.HiddenInput, initial=uuid.uuid4, error_messages={"invalid": _("表单编号不对。")}
    )

    def __init__(self, fields: Sequence[Field], **kwargs: Any) -> None:
        super().__init__(fields, **kwargs)
        data = kwargs.get("data")
        if data is not None:
            self.data[SUBMISSION] = data.get(SUBMISSION, "")  # type: ignore[index]

    @property
    def said(self) -> dict[str, str]:
        return {name: text for name, text in super().said.items() if name != SUBMISSION}

    @property
    def first(self) -> list[BoundField]:
        return [box for box in super().first if box.name != SUBMISSION]

    @property
    def rest(self) -> list[BoundField]:
        return [box for box in super().rest if box.name != SUBMISSION]
