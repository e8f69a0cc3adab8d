"""Growth (增长): the counts of the days looked at with the exponential that was fitted to them, and its 95 % band.

`days` and `counts` go together, None or NaN where a day is missing. `fitted` are (day, expected, lower, upper) of the days the fit
rests on, one after the other; the band is None where it is not known.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shichen.web.charts.axes import WIDE, ticks
from shichen.web.charts.panel import (
    HEAD,
    Day,
    Layer,
    Panel,
    Value,
    bands,
    columns,
    floor,
    grid,
    heading,
    known,
    line,
    named,
    ribbon,
    sure,
    told,
)
from shichen.web.charts.svg import drawing

HIGH, UNDER = 180.0, 24.0


def growth(
    days: Sequence[Day],
    counts: Sequence[Value],
    fitted: Sequence[tuple[Day, Value, Value, Value]],
    *,
    title: str,
    finding: str = "",
    name: str = "",
    event: str = "",
    axis: str = "",
    width: float = WIDE,
) -> SafeString:
    """Columns with the fitted line over them, which is called `name`; `finding` says the rate and the doubling time in words."""
    name = name or _("指数拟合")
    held = {day: (middle, low, high) for day, middle, low, high in fitted}
    middle, low, high = ([held.get(day, (None,) * 3)[at] for day in days] for at in range(3))
    label = _("新增病例（%(event)s）") % {"event": event} if event else _("新增病例")
    keys = [("s3", _("已报告")), ("line s2", name), ("ribbon s2", "95%")]
    head, lines = heading(label, keys if any(map(known, low)) else keys[:2], y=12.0, width=width)
    top = 12 + HEAD * lines - 4
    most = max((sure(value) for value in counts if known(value)), default=0.0)
    seen = [sure(value) for values in (counts, middle, high) for value in values if known(value)]
    panel = Panel(bands(len(days), width), top, top + HIGH, ticks(min(max(seen, default=0), 3 * max(most, 2))))
    titles = [f"{named(day)} {told(value, 0)}" for day, value in zip(days, counts, strict=True)]
    return drawing(
        width,
        panel.base + UNDER,
        head,
        grid(panel),
        columns(panel, [Layer(_("已报告"), "s3", counts)], titles),
        ribbon(panel, low, high, "s2"),
        line(panel, middle, "s2", title=finding or name),
        floor(panel, days, axis=axis),
        label=f"{title}{_('：')}{finding}" if finding else title,
        class_="is-wide" if width >= WIDE else "is-narrow",
    )
