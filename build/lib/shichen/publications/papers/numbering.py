"""发文字号: the next number of a series without a gap, by issuer, kind and year; orders run on without a year."""

from __future__ import annotations

from datetime import date

from django.db.models import Max, QuerySet

from shichen.documents.official.paper import Number
from shichen.publications.papers.models import Paper
from shichen.refusal import Refusal

MOST = 9999


def year_of(kind: str, on: date) -> int:
    """The year that a number is counted in; 0 for orders, whose series goes on."""
    return 0 if kind == Paper.Kind.ORDER else on.year


def series_of(paper: Paper, on: date) -> QuerySet[Paper]:
    """What was issued so far in the series that a document would come into."""
    year = year_of(paper.kind, on)
    return Paper.objects.filter(issuer=paper.issuer_id, kind=paper.kind, year=year, serial__isnull=False)


def coming(paper: Paper, code: str, on: date, *, after: int = 0) -> Number:
    """The number that a document would have if it were issued now. Raises Refusal for another code within a year.

    `after` is the last number that was given on paper before the post kept the series; it counts for its first one only.
    """
    if not 0 <= after <= MOST:
        raise Refusal(f"此前用到的号是 0 到 {MOST} 之间的整数。", field="after")
    series = series_of(paper, on)
    other = series.exclude(code=code).first()
    if other is not None:
        raise Refusal(f"这一年这个机关的这种公文用的机关代字是「{other.code}」，一个序列里不能换。", field="code")
    last: int = series.aggregate(last=Max("serial"))["last"] or after
    return Number(last + 1, code, on.year if code else 0)


def given(paper: Paper) -> Number:
    """The number that a document has; before it is issued, its place is blank."""
    return Number(paper.serial or 0, paper.code, paper.year if paper.code else 0)


def still_open(code: str, on: date) -> Number:
    """The number as a draft prints it."""
    return Number(0, code, on.year if code else 0)
