"""A series as a picture that goes out alone (走势图): its title, unit, moment and source stand in the picture itself."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from shichen import watches
from shichen.documents.pictures import picture_job, standing_alone
from shichen.indicators import series
from shichen.indicators.declare import Indicator
from shichen.indicators.models import Figure
from shichen.indicators.series import HEIGHT, LEFT, WIDTH
from shichen.web import printed, words
from shichen.web.charts.svg import drawing, el, text_width

HEAD, FOOT = 40.0, 40.0


def svg(one: Indicator, figures: Sequence[Figure]) -> str:
    """The drawing with what must be read beside it."""
    parts, label = series.drawn(figures)
    title = f"{words.called(one)} · {words.called(figures[-1].area)}"
    says = [
        el("text", title, class_="is-title", x=LEFT, y=18.0, font_weight="600"),
        el("text", _unit(one), x=LEFT, y=34.0),
        el("g", *parts, transform=f"translate(0 {HEAD:.0f})"),
        *(el("text", said, x=8.0, y=HEAD + HEIGHT + 14 + 16 * at) for at, said in enumerate(_foot(figures))),
    ]
    return str(drawing(WIDTH, HEAD + HEIGHT + FOOT, *says, label=f"{title}：{label}", class_="series"))


def of(one: Indicator, figures: Sequence[Figure], ending: str) -> bytes:
    """The picture as SVG with its own style, or as PNG. Raises Refusal."""
    said = svg(one, figures)
    return printed.file(picture_job(said)) if ending == "png" else standing_alone(said).encode()


def _unit(one: Indicator) -> str:
    return _("单位：%(unit)s") % {"unit": words.measure(one.unit)}


def _foot(figures: Sequence[Figure]) -> list[str]:
    """As of when, from whom, and what else there is to know; cut where the picture ends."""
    until = _("截至 %(at)s") % {"at": f"{watches.local(max(one.as_of for one in figures)):%Y-%m-%d %H:%M}"}
    source = _("来源：%(who)s") % {"who": _("、").join(dict.fromkeys(words.called(one.reporter) for one in figures))}
    return [_fitting(f"{until} · {source}"), _fitting(series.caption(figures))]


def _fitting(text: str) -> str:
    while text_width(text) > WIDTH - 16:
        text = text[:-2] + "…"
    return text
