"""A proposed number as the desk shows it (拟采数字): what it is taken for, what speaks for and against it, what was put in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_noop as _

from shichen.bulletins import forms, history
from shichen.bulletins.history import Weighed
from shichen.bulletins.models import Proposal, ProposedEntry
from shichen.bulletins.proposed import Number
from shichen.bulletins.review import CHECKS, PERIODS, TIERS
from shichen.indicators.declare import Indicator, known
from shichen.indicators.models import Figure
from shichen.indicators.telling import plain
from shichen.web.words import called

ACTS = {"accept": _("采纳"), "reject": _("驳回"), "not_a_figure": _("非数字"), "undo": _("撤销")}


@dataclass(frozen=True)
class Line:
    """A proposed number for the list on the right; `about` where an act on it was refused, with what was `given`."""

    proposal: Number
    indicator: Indicator | None
    candidates: list[tuple[str, str, Any]]
    weighed: Weighed
    about: bool = False
    given: Mapping[str, str] = field(default_factory=dict)

    @property
    def failed(self) -> list[tuple[str, str, str]]:
        return self._checks(ok=False)

    @property
    def held(self) -> list[tuple[str, str, str]]:
        return self._checks(ok=True)

    @property
    def tier_key(self) -> str:
        return self.weighed.tier

    @property
    def tier(self) -> str:
        return TIERS.get(self.tier_key, self.tier_key)

    @property
    def percent(self) -> int:
        return int(self.weighed.confidence * 100)

    @property
    def last(self) -> Figure | None:
        return self.weighed.last

    @property
    def last_on(self) -> date | None:
        return history.day_of(self.last) if self.last else None

    @property
    def period(self) -> str:
        label = self.proposal.period
        return f"自 {label.removeprefix('since:')} 起" if label.startswith("since:") else PERIODS.get(label, label)

    @property
    def plain(self) -> str:
        """The value as a box holds it: digits, no separators, no noughts behind the point."""
        return plain(self.proposal.value)

    @property
    def own_href(self) -> str:
        """Where the city declares a figure for this number (设为新指标), and comes back to the number with it."""
        one = self.proposal
        if not isinstance(one, Proposal):
            return ""
        back = f"/bulletins/{one.entry.bulletin_id}/?entry={one.entry.ordinal}&number={one.pk}#p-{one.pk}"
        return f"/figures/own/?{urlencode({'name': one.subject[:80], 'unit': one.unit, 'next': back})}"

    @property
    def conflict(self) -> bool:
        """Whether somebody else was first: both decisions are shown, and neither is lost."""
        return self.about and self.proposal.state != Number.State.OPEN

    @property
    def box(self) -> Any:
        """What the boxes hold: what was put in and refused, else what is proposed."""
        if self.about and self.given.get("act") == "edit":
            return forms.boxed(self.given)
        return self.proposal

    @property
    def boxed(self) -> Any:
        return SimpleNamespace(plain=self.given["value"], period=self.period) if self.box is not self.proposal else self

    @property
    def typed(self) -> str:
        """What was put in, in one line, to be read beside another's decision."""
        if self.box is self.proposal:
            return _now(ACTS[self.given["act"]]) if self.given.get("act") in ACTS else ""
        said = [self.given.get(name, "") for name in ("value", "unit", "indicator", "subject", "reason")]
        return " · ".join(filter(None, said))

    def _checks(self, *, ok: bool) -> list[tuple[str, str, str]]:
        """The checks that held or failed, each once: what it asks, what it found, the figure on record that it laid beside.

        The reader's own flag says again what its check says with words.
        """
        told = {f"{one['id']}_failed" for one in self.weighed.checks}
        return [
            (CHECKS.get(one["id"], one["id"]), str(one.get("note", "")), str(one.get("figure", "")))
            for one in self.weighed.checks
            if one["ok"] is ok and one["id"] not in told
        ]


def line(number: Number, names: Mapping[str, Indicator], weighed: Weighed | None = None) -> Line:
    """A number with what its indicator is called, and the others that it might be."""
    others = [
        (str(one["indicator"]), called(names[one["indicator"]]), one.get("score"))
        for one in number.candidates
        if one.get("indicator") in names and one["indicator"] != number.indicator
    ]
    return Line(number, names.get(number.indicator), others, weighed or history.as_stored(number))


def lines(entry: ProposedEntry, *, about: Proposal | None = None, given: Mapping[str, str] | None = None) -> list[Line]:
    """The numbers of an entry in the order of the text; the one that an act was refused of holds what was put in."""
    names, rows = known(), entry.proposals.select_related("figure", "decided_by").order_by("start")
    numbers = list(rows)
    weighed = history.Record(entry.bulletin).weighed(entry, numbers)
    found = [line(one, names, weighed[one.pk]) for one in numbers]
    refused = about.pk if about else None
    return [replace(one, about=True, given=given or {}) if one.proposal.pk == refused else one for one in found]
