"""A bar of a part in its whole (床位条), with a line across it where one is to be kept: no axis, the words beside it say all."""

from __future__ import annotations

from django.utils.safestring import SafeString

from shichen.web.charts.svg import NOTHING, el

WIDTH, HEIGHT = 200.0, 10.0


def gauge(
    share: float, *, label: str, line: float | None = None, span: tuple[float, float] | None = None
) -> SafeString:
    """`share` of the whole is filled, in another colour where it is more than the whole; `line` stands at that share,
    and the interval of the share is a line through the middle, from `span` to `span`.
    """
    filled = max(0.0, min(share, 1.0))
    mark = NOTHING
    if line is not None:
        x = WIDTH * max(0.0, min(line, 1.0))
        mark = el("line", class_="event", x1=x, x2=x, y1=-2.0, y2=HEIGHT + 2)
    interval = NOTHING
    if span is not None:
        low, high = (WIDTH * max(0.0, min(end, 1.0)) for end in span)
        interval = el("line", class_="event", x1=low, x2=high, y1=HEIGHT / 2, y2=HEIGHT / 2)
    return el(
        "svg",
        el("rect", class_="whole", width=WIDTH, height=HEIGHT),
        el("rect", class_="over" if share > 1 else "part", width=WIDTH * filled, height=HEIGHT),
        interval,
        mark,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH:.0f} {HEIGHT:.0f}",
        preserveAspectRatio="none",
        class_="gauge",
        role="img",
        aria_label=label,
    )
