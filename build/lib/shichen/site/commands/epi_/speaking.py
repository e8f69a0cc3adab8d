"""In which language a command speaks: what the environment says (LC_ALL, LC_MESSAGES, LANG), Chinese where it says nothing."""

from __future__ import annotations

import os
from typing import NamedTuple

NAMES = ("LC_ALL", "LC_MESSAGES", "LANG")


class Said(NamedTuple):
    """One sentence in each of two languages."""

    zh: str
    en: str

    def in_(self, language: str) -> str:
        return self.en if language == "en" else self.zh


def language(asked: str | None = None) -> str:
    """`zh` or `en`: as asked, else as the environment has it."""
    if asked:
        return asked
    said = next((os.environ[name] for name in NAMES if os.environ.get(name)), "")
    return "en" if said.lower().startswith("en") else "zh"
