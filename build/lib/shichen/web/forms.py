"""Forms of the shell: a name with its password, a new password."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from shichen.city.models import Account


class SignIn(forms.Form):
    """Who comes in; whether the two belong together is asked elsewhere."""

    username = forms.CharField(
        label=_("账号"),
        max_length=40,
        error_messages={"required": _("请填写账号。")},
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True, "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=_("密码"),
        max_length=200,
        strip=False,
        error_messages={"required": _("请填写密码。")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class Enrolment(forms.Form):
    """The code that makes this browser a screen of the command room."""

    code = forms.CharField(
        label=_("登记码"),
        help_text=_("八位，一小时内用一次；大小写和中间的短横不拘。"),
        max_length=20,
        error_messages={"required": _("请填写登记码。")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True, "autocapitalize": "characters"}),
    )


class NewPassword(forms.Form):
    """A password chosen twice; who has one already shows it first."""

    old = forms.CharField(
        label=_("现在的密码"),
        max_length=200,
        strip=False,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=_("新密码"),
        max_length=200,
        strip=False,
        error_messages={"required": _("请填写新密码。")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("再填一次新密码"),
        max_length=200,
        strip=False,
        error_messages={"required": _("请再填一次新密码。")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, account: Account, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        if not account.has_usable_password():
            del self.fields["old"]

    def clean_old(self) -> str:
        given = str(self.cleaned_data["old"])
        if not self.account.check_password(given):
            raise forms.ValidationError(_("现在的密码不对。"))
        return given

    def clean_new(self) -> str:
        given = str(self.cleaned_data["new"])
        password_validation.validate_password(given, self.account)
        return given

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "new" in cleaned and "again" in cleaned and cleaned["new"] != cleaned["again"]:
            self.add_error("again", _("两次填的新密码不一样。"))
        return cleaned
