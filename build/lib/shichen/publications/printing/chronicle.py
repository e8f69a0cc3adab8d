"""The chronicle as it is printed: the curve, the dates, the rules of selection, as plain data for paper and for Word."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime

from django.utils.translation import gettext as _

from shichen.city import queries as city
from shichen.documents.pages import chronicle_job
from shichen.documents.paper import ChronicleSheet, Curve, Date, Head
from shichen.documents.pictures import picture_job, standing_alone
from shichen.documents.typesetting import Job, typeset
from shichen.publications import amending, words
from shichen.publications.amending import Amended
from shichen.publications.chronicle import curve
from shichen.publications.chronicle.selecting import OCCURRED
from shichen.publications.chronicle.telling import Chronicle, ChronicleDay
from shichen.publications.editions import pages
from shichen.publications.printing import shared as printing
from shichen.publications.printing.shared import Imprint
from shichen.web import printed
from shichen.web import words as common
from shichen.web.charts.axes import WIDE
from shichen.web.charts.curve import Band, Mark, numbered
from shichen.web.charts.curve import curve as drawing

DASH = "—"


@dataclass(frozen=True)
class Told:
    """A chronicle with its curve: what is printed of it."""

    chronicle: Chronicle
    curve: curve.Curve
    imprint: Imprint


def job(told: Told) -> Job:
    """What is to be set."""
    amended = amending.of(told.chronicle.items)
    at = printing.moment(told.imprint, told.chronicle.items, amended)
    return chronicle_job(sheet(told, amended), at=at)


def docx(told: Told) -> bytes:
    """The chronicle for Word; the curve in it is a picture. Raises Refusal."""
    amended = amending.of(told.chronicle.items)
    said, at = sheet(told, amended), printing.moment(told.imprint, told.chronicle.items, amended)
    key = json.dumps([asdict(said), str(at)], ensure_ascii=False, sort_keys=True).encode()
    return printed.kept(key, "docx", lambda: _word(said, at))


def drawing_of(told: Told) -> bytes:
    """The curve as a drawing that needs no style sheet."""
    return standing_alone(svg(told.curve, told.chronicle)).encode()


def picture(told: Told) -> bytes:
    """The curve as PNG. Raises Refusal."""
    return printed.file(picture_job(svg(told.curve, told.chronicle)))


def _word(said: ChronicleSheet, at: datetime | None) -> bytes:
    # 0.2 s to load: only who asks for a document pays for it
    from shichen.documents.word import chronicle_docx

    return chronicle_docx(said, typeset(picture_job(said.curve.svg)), at=at)


def sheet(told: Told, amended: Amended) -> ChronicleSheet:
    """Every date that has an event, with all of them."""
    chronicle = told.chronicle
    placed = [(common.day(day.on), item) for day in chronicle.days for item in day.items]
    return ChronicleSheet(
        language="en" if common.english() else "zh",
        head=_head(chronicle),
        curve=drawn(told.curve, chronicle),
        dates=tuple(_date(day, amended) for day in chronicle.days if day.items),
        rules=_rules(chronicle),
        amendments=amended.listed(placed),
        foot=printing.foot(told.imprint, chronicle.items, ()),
        words=printing.around(file_title=f"{_('大事记')} {_span(chronicle)}"),
    )


def svg(told: curve.Curve, chronicle: Chronicle) -> str:
    """The curve as a drawing; away from its page it leads to the entries and records themselves."""
    marks, bands = _marks(told), [Band(one.first, one.gone, one.label, one.record) for one in told.measures]
    as_of = chronicle.as_of or told.until
    return str(drawing(told.days, title=told.title, unit=_("例"), as_of=as_of, marks=marks, bands=bands, width=WIDE))


def drawn(told: curve.Curve, chronicle: Chronicle) -> Curve:
    """The curve with what is seen in it, and its numbers as a table."""
    marks = _marks(told)
    events: dict[date, list[str]] = {}
    for on, text, _entry in marks:
        events.setdefault(on, []).append(text)
    rows = [
        (
            common.day(day.on),
            *(common.number(value) for value in (day.new, day.cumulative, day.discharged)),
            "；".join(events.get(day.on, [])),
        )
        for day in told.days
    ]
    unplaced = [f"{n} {common.day(on)} {text}" for n, (on, text, _entry) in numbered(told.days, marks, WIDE)]
    return Curve(
        svg=svg(told, chronicle),
        title=told.title,
        finding=words.finding(told),
        notes=(*unplaced, _as_of(told, chronicle), *_redrawn(told, chronicle)),
        heading=(_("日期"), _("新增"), _("累计确诊"), _("累计出院"), _("事件")),
        rows=tuple(rows),
        further=tuple(_measure(one) for one in told.further),
    )


def _head(chronicle: Chronicle) -> Head:
    counted = {
        "n": len(chronicle.items),
        "d": sum(1 for day in chronicle.days if day.items),
        "m": len(chronicle.figures),
    }
    notes = [_("按发布日立条，一句一事"), _("病例数另注数据截止日"), _("%(n)s 条 · %(d)s 天 · 数字 %(m)s 个") % counted]
    if not chronicle.whole:
        notes.append(_("只含可见范围内的条目"))
    return Head(
        title=_("大事记"),
        city=common.called(city.the_city()),
        subject=printing.subject(),
        day="",
        month=_span(chronicle),
        weekday="",
        lunar="",
        period="",
        notes=tuple(notes),
    )


def _span(chronicle: Chronicle) -> str:
    """1月21日—2月19日 with the year once, where it is the same."""
    first, last = chronicle.first, chronicle.last
    whole_first, whole_last = words.masthead(first).day, words.masthead(last).day
    if first == last:
        return whole_first
    if common.english():
        return f"{common.day(first) if first.year == last.year else whole_first} – {whole_last}"
    return f"{whole_first}{DASH}{common.day(last) if first.year == last.year else whole_last}"


def _date(day: ChronicleDay, amended: Amended) -> Date:
    month = f"{day.on:%b}" if common.english() else f"{day.on.month}月"
    return Date(
        day=str(day.on.day),
        month=month,
        long=common.day(day.on),
        weekday=f"{day.on:%a}" if common.english() else words.masthead(day.on).weekday,
        passages=tuple(printing.passage(item, amended, _never) for item in day.items),
    )


def _never(figure: object) -> bool:
    """Under a date everything is of that date; only the day page mixes two calendars."""
    return False


def _rules(chronicle: Chronicle) -> tuple[str, ...]:
    """The rules of selection as they stand in the rules file, after what holds for all of them."""
    rule = chronicle.rules
    filed = (
        _("按发生日立条，不知发生日的按发布日；两日不同的，另一日随文注明。")
        if rule.files_by == OCCURRED
        else _("按发布日立条；与发生日、数据截止日不同的，随文注明。")
    )
    return (
        _("取日志中标为大事、未划去的条目；同日按入册先后，没有条目的日子不列。"),
        filed,
        *(f"{one.number}. {rule.kind(one.kind).label}{_('：')}{one.says}" for one in rule.selection),
        _("%(mark)s：由记录实算；其余为报称。") % {"mark": _("实")},
    )


def _marks(told: curve.Curve) -> Sequence[Mark]:
    return [Mark(event.on, event.label, event.entry) for event in told.events]


def _as_of(told: curve.Curve, chronicle: Chronicle) -> str:
    said = _("各日之和 %(n)s 例，由病例日报逐条算出") % {"n": common.number(told.total)}
    if chronicle.as_of is not None:
        return f"{said}{_('；')}{_('截至 %(at)s 入册的记录') % {'at': common.moment(chronicle.as_of)}}"
    return said


def _redrawn(told: curve.Curve, chronicle: Chronicle) -> list[str]:
    """The corrections of the numbers that the curve is drawn from."""
    name = "name_en" if common.english() else "name"
    found = curve.corrected_in(told, city.the_city(), as_of=chronicle.as_of)
    return [
        f"{_('图中已按更正后的数画')}{_('：')}{_('更正第{n}号').format(n=one['number'])} "
        f"{common.day(date.fromisoformat(one['day']))} {one[name]} {one['was']} → {one['is']} {common.measure(one['unit'])}"
        for one in found
    ]


def _measure(one: curve.Measure) -> str:
    until = common.until(one.end) if one.end is not None else _("未说明止期")
    return f"{one.label} {common.day(one.first)}{DASH}{until}"


def of_edition(told: Chronicle, imprint: Imprint) -> Chronicle:
    """The chronicle of an edition speaks of what was known when it was fixed, its curve too."""
    return replace(told, as_of=pages.known_at(imprint.edition, told)) if imprint.edition is not None else told
