"""Forms of the log: the composer, a correction, a reason."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from shichen import watches
from shichen.board import filetypes
from shichen.journal.models import Column
from shichen.journal.services import LONGEST
from shichen.web.sentences import said
from shichen.web.widgets import Text

NO_TEXT = {"required": _("记录内容是空的；请写明何事。")}
NO_REASON = {"required": _("请写明理由。")}


class Composer(forms.Form):
    """A duty note; the unit is the writer's own."""

    text = forms.CharField(
        label=_("内容"),
        max_length=LONGEST,
        error_messages=NO_TEXT,
        widget=Text(attrs={"rows": 3, "data-key": "n"}),
    )
    occurred_at = forms.DateTimeField(
        label=_("时间"),
        required=False,
        error_messages={"invalid": _("时间读不懂；请写成 2020-02-02 16:00。")},
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )
    column = forms.ChoiceField(label=_("栏目"), required=False, choices=lambda: [("", _("不进日版")), *_columns()])
    significant = forms.BooleanField(label=_("重要"), required=False)
    next_update = forms.DateTimeField(
        label=_("下次更新"),
        required=False,
        error_messages={"invalid": _("时间读不懂；请写成 2020-02-02 16:00。")},
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )
    attachment = forms.FileField(
        label=_("附件"), required=False, widget=forms.FileInput(attrs={"accept": filetypes.ACCEPTED})
    )
    impersonal = forms.BooleanField(label=_("附件不含个人信息"), required=False)
    follows = forms.UUIDField(required=False, widget=forms.HiddenInput)


class Correction(forms.Form):
    """What an entry should have said, and why."""

    text = forms.CharField(
        label=_("更正为"), max_length=LONGEST, error_messages=NO_TEXT, widget=Text(attrs={"rows": 4})
    )
    reason = forms.CharField(label=_("理由"), max_length=200, error_messages=NO_REASON)


class Reason(forms.Form):
    """Why an entry is struck."""

    reason = forms.CharField(label=_("理由"), max_length=200, error_messages=NO_REASON)


def _columns() -> list[tuple[str, str]]:
    return [(value, said(label)) for value, label in Column.choices]


def composer_at(moment: datetime, follows: UUID | None = None) -> Composer:
    """An empty composer with the clock's time in it, and the entry that it goes on from, if it does."""
    local = watches.local(moment).replace(tzinfo=None, second=0, microsecond=0)
    return Composer(initial={"occurred_at": local, "follows": follows})
