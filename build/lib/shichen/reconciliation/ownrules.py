"""The check of the rules themselves: one that a post wrote and that cannot be followed is a work item like any gap."""

from __future__ import annotations

from collections.abc import Iterator

from shichen.reconciliation.checks import Finding, Side, check
from shichen.reconciliation.rulebook import rulebook


@check
def rules_that_can_be_followed() -> Iterator[Finding]:
    """本地写的核对规则要读得懂；有误的不生效，改正后自动生效。"""
    for fault in rulebook().faults:
        where = f"{fault.file} 第{fault.line}行"
        sides = (Side(where, fault.field or fault.file, "/disagreements/rules/"), Side("怎么改", fault.remedy))
        yield Finding(
            "rules", fault.file, f"核对规则有误，未生效：{fault}", sides, owner="office", about=f"{where} {fault.field}"
        )
