"""Pictures of the command line: the charts of the pages with a title and a foot, as SVG, PNG or PDF, without a post."""

from __future__ import annotations

from pathlib import Path

import django
from django.conf import settings

import shichen
from shichen.documents import typesetting
from shichen.documents.pictures import picture_job, standing_alone
from shichen.site.commands.epi_.answering import Answer

ROOT = Path(shichen.__file__).parent
MILLIMETRES = 180.0


def picture(answer: Answer, ending: str, tongue: str, *, narrow: bool) -> bytes:
    """The picture of an answer. Raises BadData where the method draws none, Refusal where it cannot be set."""
    _speak(tongue)
    from django.utils import translation

    from shichen.epi.errors import BadData
    from shichen.web.charts.axes import NARROW, WIDE
    from shichen.web.charts.svg import framed, text_width

    if answer.draw is None:
        raise BadData(*answer.undrawn, field="plot")
    width = NARROW if narrow else WIDE
    with translation.override("en" if tongue == "en" else "zh-hans"):
        title = answer.title.in_(tongue)
        foot = [part for said in answer.foot for part in _lines(said.in_(tongue), width - 16, text_width)]
        drawn = str(framed(answer.draw(float(width)), tuple(_lines(title, width - 16, text_width)), foot))
    if ending == ".svg":
        return standing_alone(drawn).encode()
    size = MILLIMETRES * width / WIDE
    return typesetting.typeset(picture_job(drawn, millimetres=size, form=ending[1:], title=title, lang=tongue))


def _lines(text: str, room: float, width: object) -> list[str]:
    """Words in as many lines as they need: cut at blanks and Chinese commas."""
    lines, now = [], ""
    for piece in text.replace("；", "； ").replace("，", "， ").split(" "):
        apart = "" if not now or now[-1] in "；，" else " "
        if now and width(now + apart + piece) > room:  # type: ignore[operator]
            lines.append(now)
            now = piece
        else:
            now += apart + piece
    return [*lines, now] if now else lines


def _speak(tongue: str) -> None:
    """Only the words of the charts are wanted of Django: no post, no database, no settings of a home."""
    if settings.configured:
        return
    locales = [str(path) for path in sorted(ROOT.glob("*/locale"))]
    settings.configure(USE_I18N=True, LANGUAGE_CODE="zh-hans", LOCALE_PATHS=locales, INSTALLED_APPS=[])
    django.setup()
