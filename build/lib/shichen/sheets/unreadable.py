"""Unreadable: why a value cannot be taken, in one sentence for the person who filled it in."""

from __future__ import annotations


class Unreadable(ValueError):
    """`sentence` says what is wrong with the value and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
