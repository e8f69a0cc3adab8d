"""What is offered at posts and when the duty officer is told, as data: posts.toml, and the city's own over it."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from shichen.refusal import Refusal

FILE = Path(__file__).with_name("posts.toml")


def rules() -> dict[str, dict[str, Any]]:
    """Every table of the rules, the city's own values in place of those that come with the house. Raises Refusal."""
    own = settings.HOME.path / "profile" / FILE.name
    return _merged(own.read_text(encoding="utf-8") if own.exists() else "", str(own))


@cache
def _merged(own: str, where: str) -> dict[str, dict[str, Any]]:
    ours = tomllib.loads(FILE.read_text(encoding="utf-8"))
    try:
        theirs = tomllib.loads(own)
    except tomllib.TOMLDecodeError as error:
        raise Refusal(f"卡点规则 {where} 读不懂：{error}。改正后重试。") from None
    for name, table in theirs.items():
        unknown = [key for key in table if key not in ours.get(name, {})] if isinstance(table, dict) else [name]
        if unknown or name not in ours:
            raise Refusal(f"卡点规则 {where} 里没有名为 {name}.{(unknown or [''])[0]} 的一项。")
        ours[name] |= table
    return ours
