"""Pages of the portal as bytes: made once when something goes out, in Chinese and in English, with addresses that are relative."""

from __future__ import annotations

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils import translation

from shichen.city import queries as city
from shichen.refusal import Refusal

LANGUAGES = {"zh-hans": "", "en": "en/"}


def page(template: str, path: str, context: dict[str, Any]) -> dict[str, bytes]:
    """A page in both languages: `path` is its folder in Chinese, the English one lies under en/ with the same name."""
    return {
        f"{folder}{path}index.html": _said(template, path, language, context) for language, folder in LANGUAGES.items()
    }


def shared() -> dict[str, Any]:
    """What every page names: the city, in both languages."""
    try:
        area = city.the_city()
    except Refusal:  # no profile yet
        return {"city": "", "city_en": ""}
    return {"city": area.name, "city_en": area.name_en or area.name}


def data(value: dict[str, Any]) -> bytes:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1).encode()


def _said(template: str, path: str, language: str, context: dict[str, Any]) -> bytes:
    folder = LANGUAGES[language]
    root = "../" * (folder + path).count("/")
    other = next(one for name, one in LANGUAGES.items() if name != language)
    own = {
        "root": root,
        "home": f"{root}{folder}",
        "here": path,
        "other": f"{root}{other}{path}",
        "files": f"{root}{path}",
        "en": language == "en",
    }
    with translation.override(language):
        html = render_to_string(f"open/{template}", {**context, **own})
    lines = (line.strip() for line in html.splitlines())
    return ("\n".join(line for line in lines if line) + "\n").encode()
