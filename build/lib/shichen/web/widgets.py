"""Boxes that say so where what stands in them is in another language than the page."""

from __future__ import annotations

from typing import Any

from django import forms

from shichen.web import words


class _Foreign(forms.Widget):
    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        foreign = {"lang": words.ZH} if words.chinese(str(value or "")) else {}
        return super().get_context(name, value, {**(attrs or {}), **foreign})


class Line(_Foreign, forms.TextInput):
    """One line of text."""


class Text(_Foreign, forms.Textarea):
    """Several lines of text."""


class Choice(forms.Select):
    """A list; each of its answers says so by itself."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(*args, **kwargs)
        if words.chinese(str(option["label"])):
            option["attrs"]["lang"] = words.ZH
        return option
