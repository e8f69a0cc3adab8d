"""The figures of passes: the five states of the stock, which add up to it, and how often passes were shown."""

from __future__ import annotations

from shichen.indicators.declare import Scope, Sort, indicator
from shichen.records.keeper import RowRecords
from shichen.registers.checkpoints.passes import queries
from shichen.registers.checkpoints.passes.choices import BLANK, EXPIRED, ISSUED, REVOKED, VOID
from shichen.watches import Period


@indicator("passes.stock", "通行证总数", en="Passes in stock", unit="张", sort=Sort.STOCK)
def stock(period: Period, scope: Scope) -> RowRecords:
    """期末各号段的通行证张数：空白、签发、到期、吊销、作废五种状态之和。

    All passes of all series at the end of the period: blank, issued, expired, revoked and void together.
    """
    return queries.stock(period, scope)


@indicator("passes.blank", "空白通行证", en="Blank passes", unit="张", sort=Sort.STOCK)
def blank(period: Period, scope: Scope) -> RowRecords:
    """期末还没有发出的通行证(其中数)。

    Of the stock, those not given to anybody yet.
    """
    return queries.stock(period, scope, BLANK)


@indicator("passes.issued", "有效通行证", en="Passes in force", unit="张", sort=Sort.STOCK)
def issued(period: Period, scope: Scope) -> RowRecords:
    """期末已签发、未过止日、未吊销的通行证(其中数)。

    Of the stock, those issued whose last day is not past and that nobody revoked.
    """
    return queries.stock(period, scope, ISSUED)


@indicator("passes.expired", "到期通行证", en="Expired passes", unit="张", sort=Sort.STOCK)
def expired(period: Period, scope: Scope) -> RowRecords:
    """期末已过止日的通行证(其中数)；过期即失效，不待登记。

    Of the stock, those past their last day.
    """
    return queries.stock(period, scope, EXPIRED)


@indicator("passes.revoked", "吊销通行证", en="Revoked passes", unit="张", sort=Sort.STOCK)
def revoked(period: Period, scope: Scope) -> RowRecords:
    """期末被吊销的通行证(其中数)。

    Of the stock, those taken back before their end.
    """
    return queries.stock(period, scope, REVOKED)


@indicator("passes.void", "作废通行证", en="Void passes", unit="张", sort=Sort.STOCK)
def void(period: Period, scope: Scope) -> RowRecords:
    """期末作废的空白通行证(其中数)。

    Of the stock, blanks that were spoilt or lost.
    """
    return queries.stock(period, scope, VOID)


@indicator("passes.uses", "用证次数", en="Passes shown", unit="次", facets=("post",), during=True)
def uses(period: Period, scope: Scope) -> RowRecords:
    """卡点查验通行证的次数，按次计，有效与未予放行的都在内。

    Times that a pass was shown at a post, let through or not.
    """
    return queries.uses(period, scope)


@indicator("passes.uses_refused", "用证未予放行", en="Passes not accepted", unit="次", facets=("post",), during=True)
def uses_refused(period: Period, scope: Scope) -> RowRecords:
    """其中未予放行的次数：过期、吊销、车牌不符、签名不符、查无此证。

    Of these, the times that the vehicle was not let through.
    """
    return queries.uses(period, scope, let_through=False)
