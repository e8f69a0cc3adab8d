"""Siblings of a page at its own address (下载): the same rows as CSV and Excel, and what the columns mean."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from shichen.audit.context import now
from shichen.sheets import writing
from shichen.sheets.fields import Field
from shichen.web import clock
from shichen.web.attached import attached
from shichen.web.sentences import headed

DOWNLOADS = (("csv", "CSV"), ("xlsx", "Excel"), ("json", "JSON"), ("metadata.json", ""))
LICENCE = "internal"  # what leaves the building goes by its releases, not by a sheet


@dataclass(frozen=True)
class About:
    """What a list is: its name, what stands in it, whose it is, and the columns of its sheet."""

    title: str
    definition: str
    source: str
    fields: Sequence[Field]


def files(
    request: HttpRequest,
    ending: str,
    about: About,
    rows: Callable[[], Iterable[Mapping[str, Any]]],
    said: Callable[[], Mapping[str, Any]],
) -> HttpResponse:
    """One of a list's siblings: `rows` in the words of the page for a sheet, `said` for JSON, or what it is about."""
    if ending == "json":
        return data(said())
    if ending == "metadata.json":
        endings = ("csv", "xlsx", "json")
        return metadata(request, about.title, about.definition, about.fields, source=about.source, endings=endings)
    return sheet(rows(), about.fields, about.title, ending)


def sheet(rows: Iterable[Mapping[str, Any]], fields: Sequence[Field], name: str, ending: str) -> HttpResponse:
    """Rows as a file to keep, its headings in the language of the page."""
    if ending == "csv":
        return attached(writing.write_csv(rows, headed(fields)), f"{name}.csv", "csv")
    return attached(writing.write_xlsx(list(rows), headed(fields), title=name), f"{name}.xlsx", "xlsx")


def data(said: Mapping[str, Any]) -> JsonResponse:
    """What a page says as JSON, its Chinese readable as it stands."""
    return JsonResponse(said, json_dumps_params={"ensure_ascii": False, "indent": 1})


def metadata(
    request: HttpRequest,
    title: str,
    definition: str,
    fields: Sequence[Field],
    *,
    source: str,
    endings: Sequence[str],
    **more: Any,
) -> JsonResponse:
    """What a page is about and what the columns of its sheet mean; whose it is, as it was known when."""
    base = request.path.removesuffix(".metadata.json")
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    said = {
        "title": title,
        "definition": definition,
        "source": source,
        "as_of": (then(request) or now()).isoformat(timespec="seconds"),
        "licence": LICENCE,
        "columns": [{"name": one.name, "title": one.label, "type": str(one.kind)} for one in headed(fields)],
        "siblings": {ending: f"{base}.{ending}{query}" for ending in endings},
        **more,
    }
    return data(said)


def then(request: HttpRequest) -> datetime | None:
    """The moment whose knowledge is shown: that of `?as_of=`, or of a replay; None means now. Raises Refusal."""
    return clock.as_of(str(request.GET.get("as_of", "")))
