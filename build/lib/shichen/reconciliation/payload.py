"""Disagreements as data: what the addresses ending in `.json`, `.csv` and `.xlsx` say."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from shichen.indicators.payload import of_figure
from shichen.reconciliation.evidence import Shown
from shichen.reconciliation.inforce import Listed
from shichen.reconciliation.models import Comparison, Disagreement, Settlement
from shichen.reconciliation.queries import NAMES, last_round
from shichen.sheets.fields import Field
from shichen.web import words
from shichen.web.sentences import said as spoken
from shichen.web.siblings import About

SHEET = (
    Field("family", _("类别")),
    Field("title", _("问题")),
    Field("left_label", _("甲方")),
    Field("left", _("甲方的数")),
    Field("right_label", _("乙方")),
    Field("right", _("乙方的数")),
    Field("others", _("其余各方")),
    Field("state", _("状态")),
    Field("outcome", _("结论")),
    Field("chosen", _("为准的一方")),
    Field("reason", _("说明")),
    Field("owner", _("责任单位")),
    Field("look_again_on", _("再看日期")),
    Field("opened_at", _("发现时间")),
    Field("settled_at", _("处理时间")),
    Field("rule", _("规则")),
    Field("id", _("标识")),
)

COMPARED = (
    Field("family", _("类别")),
    Field("title", _("所比")),
    Field("sides", _("双方")),
    Field("times", _("次数"), "integer"),
    Field("rule", _("规则")),
)

RULES = (
    Field("family", _("类别")),
    Field("says", _("比什么")),
    Field("reason", _("说明")),
    Field("agree", _("相符"), "integer"),
    Field("asked", _("待核"), "integer"),
    Field("explained", _("自带说明"), "integer"),
    Field("where", _("写在")),
)


def of_disagreement(one: Disagreement) -> dict[str, Any]:
    """What does not agree, and what became of it. Persons are not named: units and times are."""
    return {
        "disagreement": f"/disagreements/{one.pk}/",
        "family": one.family,
        "rule": one.rule,
        "title": one.title,
        "sides": one.sides,
        "state": one.state,
        "outcome": one.outcome or None,
        "chosen": one.chosen or None,
        "reason": one.reason,
        "owner": one.owner_id,
        "look_again_on": one.look_again_on,
        "opened_at": one.opened_at,
        "settled_at": one.settled_at,
    }


def of_item(one: Disagreement, sides: list[Shown], steps: list[Settlement]) -> dict[str, Any]:
    """One disagreement with the evidence of each side and every step taken."""
    return {
        **of_disagreement(one),
        "sides": [{"label": s.label, "value": s.value, "href": s.href, **_evidence(s)} for s in sides],
        "steps": [
            {
                "step": step.step,
                "state": step.state,
                "outcome": step.outcome or None,
                "chosen": step.chosen or None,
                "reason": step.reason,
                "owner": step.owner_id,
                "look_again_on": step.look_again_on,
                "at": step.at,
                "sides": step.sides,
            }
            for step in steps
        ],
    }


def of_comparison(one: Comparison) -> dict[str, Any]:
    return {"family": one.family, "rule": one.rule, "title": one.title, "sides": one.sides, "times": one.weight}


def of_agreeing() -> About:
    """What the list of what agrees is."""
    definition = gettext("上一轮核对中比过而相符的：比了什么，双方各是多少，相符了几次。")
    return About(gettext("相符的"), definition, gettext("各报送单位，按可见范围"), COMPARED)


def comparisons(rows: Iterable[Comparison]) -> dict[str, Any]:
    """What agrees, with the round that found so."""
    last = last_round()
    return {"at": last.at if last else None, "comparisons": [of_comparison(row) for row in rows]}


def of_rules() -> About:
    """What the list of rules is."""
    definition = gettext("生效的核对规则：每条比什么，写在哪里；上一轮里相符几次，待核几条，规则自带说明几条。")
    return About(gettext("核对规则"), definition, gettext("各报送单位，按可见范围"), RULES)


def of_rule(one: Listed) -> dict[str, Any]:
    """A rule with what it found, the figures that it names by their keys as well."""
    said = "".join(part.text for part in one.parts)
    counts = {"agree": one.agree, "asked": one.asked, "explained": one.explained}
    keys = [part.key for part in one.parts if part.key]
    return {"family": one.family, "says": said, "keys": keys, "reason": one.reason, **counts, "where": one.where}


def rule(one: Listed) -> dict[str, Any]:
    """A rule as a line of a sheet, in the words of the page."""
    says = "".join(part.text if part.key else spoken(part.text) for part in one.parts)
    return {**of_rule(one), "family": str(NAMES.get(one.family, "")), "says": says, "reason": spoken(one.reason)}


def compared(one: Comparison) -> dict[str, Any]:
    """What agrees as a line of a sheet, in the words of the page."""
    sides = "；".join(f"{side['label']} {side['value']}" for side in one.sides)
    return {**of_comparison(one), "family": str(NAMES.get(one.family, one.family)), "sides": sides}


def row(one: Disagreement) -> dict[str, Any]:
    """One disagreement as a line of a sheet, in the words of the page."""
    sides = [*one.sides, {}, {}]
    others = "；".join(f"{side['label']} {side['value']}" for side in one.sides[2:])
    return {
        "family": str(NAMES.get(one.family, one.family)),
        "title": one.title,
        "left_label": sides[0].get("label", ""),
        "left": sides[0].get("value", ""),
        "right_label": sides[1].get("label", ""),
        "right": sides[1].get("value", ""),
        "others": others,
        "state": one.get_state_display(),
        "outcome": one.get_outcome_display(),
        "chosen": one.chosen,
        "reason": one.reason,
        "owner": words.called(one.owner) if one.owner else "",
        "look_again_on": one.look_again_on.isoformat() if one.look_again_on else "",
        "opened_at": words.moment(one.opened_at),
        "settled_at": words.moment(one.settled_at) if one.settled_at else "",
        "rule": one.rule,
        "id": str(one.pk),
    }


def _evidence(side: Shown) -> dict[str, Any]:
    if side.figure is None:
        return {}
    quote = side.quote
    sentence = f"{quote.opening}{quote.number}{quote.closing}" if quote else None
    definition = side.figure.definition
    return {
        "evidence": {
            **of_figure(side.figure),
            "version": definition.version if definition else None,
            "sentence": sentence,
            "number": quote.number if quote else None,
        }
    }
