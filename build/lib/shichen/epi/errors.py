"""What is wrong with the data, in one sentence in each of two languages: an epidemiologist reads it, and so does the post."""

from __future__ import annotations


class BadData(ValueError):
    """Data that a method cannot take.

    `zh` and `en` say what is wrong, where, and what to do; `field` names the argument or column it belongs to.
    """

    def __init__(self, zh: str, en: str, *, field: str = "") -> None:
        super().__init__(f"{zh} · {en}")
        self.zh, self.en, self.field = zh, en, field
