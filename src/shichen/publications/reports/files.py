"""The PDF and the .docx of a report: of a draft made anew, of an issued one as they were kept, byte for byte."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import datetime

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from shichen import watches
from shichen.analysis.runs.drawing import charts
from shichen.analysis.runs.models import Run
from shichen.city.scope import Sight
from shichen.documents.report import PICTURE, Part, ReportSheet, Section, report_job
from shichen.publications.reports import composing
from shichen.publications.reports.composing import LANGUAGES
from shichen.publications.reports.models import Report, ReportFile
from shichen.refusal import Refusal
from shichen.web import printed, words

FORMS = ("pdf", "docx")
ALL = tuple((form, language) for form in FORMS for language in LANGUAGES)
EVERYWHERE = Sight(((None, "", None),))
"""A report says the same to everybody who may read it."""
CHANGED = "这份文件与签发时的指纹不符；请告诉管理员，从备份取回。"


def of(report: Report, form: str, language: str) -> bytes:
    """A report as a file. Raises Refusal where what was kept is not what was signed."""
    kept = ReportFile.objects.filter(report=report, form=form, language=language).first() if report.serial else None
    if kept is None:
        return made(report, form, language)
    data = bytes(kept.data)
    if hashlib.sha256(data).hexdigest() != kept.digest:
        raise Refusal(CHANGED)
    return data


def made(report: Report, form: str, language: str) -> bytes:
    """The file of a report, set once and kept by what it says. Raises Refusal."""
    with translation.override(LANGUAGES[language]):
        said, at = sheet(report, language), report.issued_at or report.made_at
        if form == "pdf":
            return printed.file(report_job(said, at=at))
        key = json.dumps([asdict(said), at.isoformat()], ensure_ascii=False, sort_keys=True).encode()
        pictures = _pictures(report, language)  # type is set for each in its own turn
        return printed.kept(key, form, lambda: _word(said, pictures, at))


def keep(report: Report) -> None:
    """All files of a report that is being issued, for good. Raises Refusal."""
    for form, language in ALL:
        data = made(report, form, language)
        ReportFile.objects.create(
            report=report, form=form, language=language, digest=hashlib.sha256(data).hexdigest(), data=data
        )


def number(report: Report) -> str:
    """2020年第3期; of a draft nothing, for it has none."""
    if not report.serial:
        return ""
    return _("%(year)s年第%(n)s期") % {"year": report.year, "n": report.serial}


def sheet(report: Report, language: str) -> ReportSheet:
    """The report as it is printed, in the language that is in force."""
    runs = {str(one.pk): one for one in Run.objects.filter(pk__in=composing.runs_of(report.content))}
    sections = [
        Section(_ordinal(place, section["title"], language), tuple(_part(one, runs) for one in section["parts"]))
        for place, section in enumerate(report.content[language], start=1)
    ]
    if report.opinion:
        lines = [Part("said", line) for line in report.opinion.splitlines() if line.strip()]
        sections.append(Section(_ordinal(len(sections) + 1, _("专家意见"), language), tuple(lines)))
    issued = watches.local(report.issued_at or report.made_at)
    return ReportSheet(
        language=language,
        title=f"{words.called(report.area)}{' ' if language == 'en' else ''}{_('疫情分析报告')}",
        number=number(report),
        unit=words.called(report.unit),
        dated=f"{issued:%Y-%m-%d}" if language == "en" else f"{issued.year}年{issued.month}月{issued.day}日",
        subject=_("%(event)s · 数据截至 %(at)s")
        % {"event": words.called(report.event), "at": f"{watches.local(report.as_of):%Y-%m-%d %H:%M}"},
        sections=tuple(sections),
        foot=(
            _("文字与数字由记录写成，未经签发不对外。") if not report.serial else _("签发后不改；有更正另出一期。"),
            f"{_('内容指纹')} {report.digest}",
            reverse("report", args=[report.pk]),
        ),
        live=not report.serial,
        words={"live": _("草稿")},
    )


def _part(part: composing.Part, runs: dict[str, Run]) -> Part:
    if part["kind"] == PICTURE:
        return Part(PICTURE, part["text"], drawing=charts.file(runs[part["run"]], EVERYWHERE, "svg").decode())
    rows = tuple(tuple(cell["text"] for cell in row) for row in part.get("rows", ()))
    return Part(part["kind"], composing.text_of(part), tuple(part.get("heading", ())), rows)


def _ordinal(place: int, title: str, language: str) -> str:
    return f"{place}. {title}" if language == "en" else f"{'一二三四五六七八九十'[place - 1]}、{title}"


def _pictures(report: Report, language: str) -> list[bytes]:
    """The charts as PNG, in their order."""
    drawn = [part for section in report.content[language] for part in section["parts"] if part["kind"] == PICTURE]
    runs = {str(one.pk): one for one in Run.objects.filter(pk__in=[part["run"] for part in drawn])}
    return [charts.file(runs[part["run"]], EVERYWHERE, "png") for part in drawn]


def _word(said: ReportSheet, pictures: list[bytes], at: datetime) -> bytes:
    # 0.2 s to load: only who asks for a document pays for it
    from shichen.documents.report_word import report_docx

    return report_docx(said, pictures, at=at)
