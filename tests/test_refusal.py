"""Refusal: the house says no in one sentence for a person, with the rule and the field where there are such."""

from __future__ import annotations

from shichen.refusal import Refusal


def test_a_refusal_carries_its_sentence_rule_and_field() -> None:
    no = Refusal("不得给自己授权。", rule="不得自授", field="role")
    assert (no.sentence, no.rule, no.field) == ("不得给自己授权。", "不得自授", "role")
    assert str(no) == no.sentence


def test_rule_and_field_may_be_left_out() -> None:
    no = Refusal("没有权限。")
    assert (no.rule, no.field) == ("", "")
