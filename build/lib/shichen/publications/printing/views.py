"""The doors to the printed pages and to their tables: PDF, Word, pictures, sheets. Looking changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shichen.audit.context import now
from shichen.city import queries as city
from shichen.city.scope import Sight
from shichen.publications.chronicle import asked as asking
from shichen.publications.chronicle import curve as curves
from shichen.publications.day.page import DayPage
from shichen.publications.day.views import told
from shichen.publications.editions import pages
from shichen.publications.editions.outgoing import href
from shichen.publications.models import Edition
from shichen.publications.printing import chronicle as print_chronicle
from shichen.publications.printing import day as print_day
from shichen.publications.printing import sheets
from shichen.publications.printing.chronicle import Told
from shichen.publications.printing.shared import Imprint
from shichen.web import asker, clock, printed, siblings, words
from shichen.web.past import known_then, says_always
from shichen.web.policy import policy

TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "svg": "image/svg+xml",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
SHOWN = ("pdf", "png")
"""What a browser shows by itself and nothing can run in; the rest is saved."""
EVERYWHERE = Sight(((None, "", None),))
"""An edition that went out says the same to everybody."""
SIZE = "a3"
CURVES: dict[str, Callable[[Told], bytes]] = {
    "svg": print_chronicle.drawing_of,
    "png": print_chronicle.picture,
    "csv": lambda told: sheets.as_csv(sheets.of_curve(told.curve), sheets.CURVE),
}


@known_then
@policy("view")
@require_safe
def day_pdf(request: HttpRequest, on: str) -> HttpResponse:
    """日版 PDF：A3 一版，或 A4 数页，或 A2；已发布的印发布的一版，否则印日志现在的样子，注明未定版。"""
    page, edition = _day(request, on)
    here = _as_asked(request, reverse("day", args=[on]), "as_of", "live")
    return _day_file(request, page, Imprint(edition, request.build_absolute_uri(href(edition) if edition else here)))


@says_always
@policy("view")
@require_safe
def day_edition(request: HttpRequest, on: str, edition: str) -> HttpResponse:
    """日版某一版的 PDF，照当时定下的文字。"""
    held = told(request, Edition.Kind.DAY, _date(on), _date(on), edition)
    return _day_file(request, pages.day_of(held), Imprint(held, request.build_absolute_uri(href(held))))


@known_then
@policy("view")
@require_safe
def day_sheet(request: HttpRequest, on: str, table: str) -> HttpResponse:
    """日版的表：一条目一行，一数字一行。"""
    return _sheet(sheets.of_day(_day(request, on)[0]), f"day-{on}", table)


@known_then
@policy("view")
@require_safe
def day_metadata(request: HttpRequest, on: str) -> JsonResponse:
    page, _edition = _day(request, on)
    definition = _("日版：一日十二时辰、四栏；取日志中标为上日版、未划去的条目。日版日自前一日23时起。")
    title = f"{_('日版')} {page.on}"
    return _metadata(request, title, definition, sheets.of_day(page))


@known_then
@policy("view")
@require_safe
def chronicle_file(request: HttpRequest, paper: str) -> HttpResponse:
    """大事记：PDF 或 Word。"""
    asked = _asked(request)
    name = f"chronicle-{asked.chronicle.first}-{asked.chronicle.last}"
    return file_answer(_made(asked, paper), name, paper)


@says_always
@policy("view")
@require_safe
def chronicle_edition(request: HttpRequest, first: str, last: str, edition: str, paper: str) -> HttpResponse:
    """大事记某一版，照当时定下的文字。"""
    held = told(request, Edition.Kind.CHRONICLE, _date(first), _date(last), edition)
    imprint = Imprint(held, request.build_absolute_uri(href(held)))
    chronicle = print_chronicle.of_edition(pages.chronicle_of(held), imprint)
    drawn = curves.drawn(chronicle, city.the_city(), EVERYWHERE)
    return file_answer(
        _made(Told(chronicle, drawn, imprint), paper), f"chronicle-{first}-{last}-edition-{held.number}", paper
    )


@known_then
@policy("view")
@require_safe
def chronicle_sheet(request: HttpRequest, table: str) -> HttpResponse:
    asked = asking.read(request, asker.reach(request))
    rows = sheets.of_chronicle(asking.shown(asked, asker.reach(request))[0])
    return _sheet(rows, f"chronicle-{asked.first}-{asked.last}", table)


@known_then
@policy("view")
@require_safe
def chronicle_metadata(request: HttpRequest) -> JsonResponse:
    chronicle, _edition = asking.shown(asking.read(request, asker.reach(request)), asker.reach(request))
    definition = _("大事记：按发布日立条，一句一事；取日志中标为大事、未划去的条目。")
    title = f"{_('大事记')} {chronicle.first}—{chronicle.last}"
    return _metadata(request, title, definition, sheets.of_chronicle(chronicle))


@known_then
@policy("view")
@require_safe
def curve_file(request: HttpRequest, picture: str) -> HttpResponse:
    """疫情曲线：图，或图上的数。"""
    asked = _asked(request)
    chronicle = asked.chronicle
    return file_answer(CURVES[picture](asked), f"curve-{chronicle.first}-{chronicle.last}", picture)


def _asked(request: HttpRequest) -> Told:
    """The chronicle that the address asks for, with its curve. Raises Refusal."""
    reach = asker.reach(request)
    asked = asking.read(request, reach)
    chronicle, edition = asking.shown(asked, reach)
    link = _as_asked(request, reverse("chronicle"), "from", "to", "kind", "area", "unit", "dated", "as_of", "live")
    imprint = Imprint(edition, request.build_absolute_uri(href(edition) if edition and not asked.only else link))
    chronicle = print_chronicle.of_edition(chronicle, imprint)
    curve = curves.drawn(chronicle, city.the_city(), EVERYWHERE if edition else reach, dated=asked.dated)
    return Told(chronicle, curve, imprint)


def _made(told: Told, ending: str) -> bytes:
    return print_chronicle.docx(told) if ending == "docx" else printed.file(print_chronicle.job(told))


def _day(request: HttpRequest, on: str) -> tuple[DayPage, Edition | None]:
    as_of = clock.as_of(request.GET.get("as_of", ""))
    return pages.day(_date(on), asker.reach(request), as_of=as_of, live=bool(request.GET.get("live")))


def _day_file(request: HttpRequest, page: DayPage, imprint: Imprint) -> HttpResponse:
    size = request.GET.get("size", SIZE)
    made = printed.file(print_day.job(page, imprint, size=size))
    edition = f"-edition-{imprint.edition.number}" if imprint.edition else ""
    return file_answer(made, f"day-{page.on}{edition}-{size}", "pdf")


def _as_asked(request: HttpRequest, path: str, *names: str) -> str:
    """The address of the page itself, with what was asked of it."""
    given = [(name, value) for name in names for value in request.GET.getlist(name) if value]
    return f"{path}?{urlencode(given)}" if given else path


def file_answer(data: bytes, name: str, ending: str) -> HttpResponse:
    """A file that a browser shows, or saves."""
    answer = HttpResponse(data, content_type=TYPES[ending])
    how = "inline" if ending in SHOWN else "attachment"
    answer["Content-Disposition"] = f'{how}; filename="{name}.{ending}"'
    return answer


def _sheet(rows: list[sheets.Row], name: str, ending: str) -> HttpResponse:
    return file_answer(sheets.as_csv(rows) if ending == "csv" else sheets.as_xlsx(rows, name), name, ending)


def _metadata(request: HttpRequest, title: str, definition: str, rows: list[sheets.Row]) -> JsonResponse:
    said = sheets.metadata(
        title,
        definition,
        rows,
        as_of=(siblings.then(request) or now()).isoformat(timespec="seconds"),
        source=words.called(city.the_city()),
    )
    return siblings.data(said)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Http404("no such date") from None
