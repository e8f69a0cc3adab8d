"""Questions about disagreements: which lie within reach, how many of which kind, which figures are asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, F, Q, QuerySet, Sum, Value, When
from django.utils.translation import gettext_lazy as _

from shichen.audit.context import known
from shichen.city.models import Account
from shichen.city.scope import Sight
from shichen.indicators.models import Figure
from shichen.indicators.remarks import ASKED, SETTLED, Remark, remarks
from shichen.reconciliation import looking_back, then
from shichen.reconciliation.models import Comparison, Disagreement, Pass, Round

State = Disagreement.State
NAMES = {
    "part": _("其中数"),
    "sum": _("分项与合计"),
    "same": _("同一件事"),
    "running": _("累计与各次"),
    "step": _("逐日累计"),
    "flow": _("当期与累计"),
    "change": _("环比"),
    "rate": _("率与样本"),
    "ratio": _("两数之比"),
    "between": _("上下限"),
    "measure": _("量词"),
    "repeat": _("一事两日"),
    "overlap": _("两网并立"),
    "gate": _("一口一数"),
    "shift": _("班次与逐车"),
    "moved": _("记录已变"),
    "stated_computed": _("报称与实算"),
    "two_dates": _("两个日期"),
    "single_seat": _("一职两人"),
    "issuer": _("机构更名"),
    "missing": _("有题无数"),
    "doubled": _("叠字"),
    "orphan": _("孤行"),
    "place": _("地名"),
    "duplicate": _("重报"),
    "falls": _("累计下降"),
    "two_clocks": _("两个时钟"),
    "jump": _("十倍之差"),
    "agencies": _("两家说法"),
    "lapsed": _("机构失效"),
    "cover": _("可供天数"),
    "names": _("病名"),
    "slot": _("版面时辰"),
    "areas": _("区域合计"),
    "series": _("序列之间"),
    "rules": _("规则有误"),
}


@dataclass(frozen=True)
class Tally:
    """How a family stands: comparisons that agree, gaps that are asked, gaps that were settled."""

    family: str
    agree: int
    open: int
    settled: int

    @property
    def total(self) -> int:
        return self.agree + self.open + self.settled


def disagreements(sight: Sight) -> QuerySet[Disagreement]:
    """The work items of the units within reach; those that nobody owns yet belong to whoever reaches every unit."""
    rows = Disagreement.objects.select_related("owner", "assignee", "settled_by")
    if sees_all(sight):
        return rows
    return rows.filter(owner__in=[unit for unit, _, _ in sight.reaches if unit])


def sees_all(sight: Sight) -> bool:
    return any(unit is None for unit, _, _ in sight.reaches)


def accepted(matter: str) -> str:
    """The reason for which a gap was accepted by a person, if one did."""
    found = Disagreement.objects.filter(matter=matter, state=State.EXPLAINED).exclude(outcome=Disagreement.Outcome.RULE)
    return found.values_list("reason", flat=True).first() or ""


def open_count(*, as_of: datetime | None = None) -> int:
    """How many gaps wait for somebody, or waited at a moment."""
    if as_of is None:
        return Disagreement.objects.filter(state=State.OPEN).count()
    return then.standing(Disagreement.objects.all(), as_of).filter(Q(stood=State.OPEN)).count()


def open_figures() -> set[UUID]:
    """The figures that stand on one side of an open disagreement."""
    return {figure for one in Disagreement.objects.filter(state=State.OPEN).only("sides") for figure in one.figures}


def disputed(sight: Sight) -> dict[str, list[Disagreement]]:
    """The open disagreements of each figure, by the figure's address."""
    found: dict[str, list[Disagreement]] = {}
    rows, moment = disagreements(sight), known()
    asked = rows.filter(state=State.OPEN) if moment is None else then.standing(rows, moment).filter(Q(stood=State.OPEN))
    for one in asked if moment is None else then.as_it_stood(asked, moment):
        for href in dict.fromkeys(side["href"] for side in one.sides if side.get("href")):
            found.setdefault(href, []).append(one)
    return found


@remarks
def on_a_figure(figure: Figure, sight: Sight) -> Iterable[Remark]:
    """What is asked of a figure, and what was asked and settled."""
    rows = disagreements(sight).filter(sides__icontains=str(figure.pk)) if figure.pk else Disagreement.objects.none()
    moment = known()
    found = list((rows.filter(opened_at__lte=moment) if moment else rows).order_by("opened_at")[:20])
    for one in then.as_it_stood(found, moment) if moment else found:
        kind = ASKED if one.state in (State.OPEN, State.TASK) else SETTLED
        yield Remark(kind, one.title, f"/disagreements/{one.pk}/", one.get_state_display(), one.reason)


def tallies(sight: Sight) -> list[Tally]:
    """Every family that compared anything, the ones with open gaps first."""
    items, moment = disagreements(sight).order_by(), known()
    stood = F("state") if moment is None else F("stood")
    rows = items if moment is None else then.standing(items, moment)
    counts = (
        rows.alias(at_hand=stood)
        .values("family")
        .annotate(
            asked=Count("pk", filter=Q(at_hand__in=[State.OPEN, State.TASK])),
            done=Count("pk", filter=~Q(at_hand__in=[State.OPEN, State.TASK])),
        )
    )
    agree = agreeing(sight).order_by().values("family").annotate(n=Sum("weight"))
    good = {row["family"]: row["n"] for row in agree}
    bad = {row["family"]: (row["asked"], row["done"]) for row in counts}
    found = [Tally(family, good.get(family, 0), *bad.get(family, (0, 0))) for family in {*good, *bad}]
    order = list(NAMES)
    return sorted(found, key=lambda one: (-one.open, order.index(one.family) if one.family in order else len(order)))


def agreeing(sight: Sight) -> QuerySet[Any]:
    """What was compared and agrees (已比且相符), for those who see every unit; or agreed, at the moment that is looked back to."""
    rows: QuerySet[Any] = compared().filter(ok=True).order_by("family", "rule", "title")
    return rows if sees_all(sight) else rows.none()


def compared() -> QuerySet[Any]:
    """What was compared, as the last round found it that is known of to whoever looks."""
    moment = known()
    return Comparison.objects.all() if moment is None else looking_back.comparisons(moment)


def last_round() -> Round | Pass | None:
    """The last round of checks that is known of to whoever looks."""
    moment = known()
    return Round.objects.first() if moment is None else looking_back.last_pass(moment)


def by_urgency(rows: QuerySet[Disagreement], me: Account | None) -> QuerySet[Disagreement]:
    """In the order in which to decide: one's own, those whose day comes first, the newest."""
    mine = Case(When(assignee=me, then=Value(0)), default=Value(1)) if me is not None else Value(1)
    return rows.alias(mine=mine).order_by(
        "mine", F("look_again_on").asc(nulls_last=True), "-opened_at", "family", "title", "pk"
    )
