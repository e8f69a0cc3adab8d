"""Refusal: what a service says when an act is not allowed."""

from __future__ import annotations


class Refusal(Exception):
    """An act that the rules of the post do not allow, with one sentence for the person who tried it.

    `sentence` says what is wrong and what to do, in the person's language (Chinese unless translated).
    `rule` names the rule that stands against it, where one can be cited (第3号令第2条).
    `field` is the name of the field the sentence belongs beside, where there is one.
    """

    def __init__(self, sentence: str, *, rule: str = "", field: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.rule = rule
        self.field = field
