"""A case bulletin as a table: how many were confirmed, suspected, cured and dead so far, by place."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from shichen.prose.labels import labelled
from shichen.prose.nation import Nation, nation
from shichen.prose.spans import Figure, Reading
from shichen.prose.tables import Place

COUNTS = {
    "cases.confirmed_cum": "confirmed",
    "cases.suspected_now": "suspected",
    "cases.discharged": "cured",
    "cases.dead": "dead",
}
"""The indicators that have a column, and its name."""
COLUMNS = ("date", "province", "city", *COUNTS.values())
ABROAD = "country"
_ABROAD = ("国外", "境外", "海外", "全球")
_DATES, _PROVINCES = ("时间", "日期", "数据日期"), ("省", "省份", "地区", "省市")
_LAST = "9" * 6


@dataclass
class Row:
    """One place; a column nothing was said of stays empty. Of a place abroad only the country is known."""

    date: dt.date | None
    province: str = ""
    city: str = ""
    country: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    code: str = ""

    @property
    def order(self) -> tuple[bool, str]:
        return bool(self.country), self.code or _LAST

    def cells(self) -> dict[str, str]:
        day = self.date.isoformat() if self.date else ""
        told = {name: str(value) for name, value in self.counts.items()}
        return {"date": day, "province": self.province, "city": self.city, ABROAD: self.country, **told}


def table(reading: Reading, raw: str, places: Nation | None = None) -> list[Row]:
    """The rows of a bulletin in the order of the national codes: the whole first, then its parts, then places abroad.

    Only numbers that hold so far count (累计), of the suspected those of that day; 新增 never does.
    """
    return _Table(reading, raw, places or nation()).rows()


def as_csv(rows: list[Row]) -> str:
    """The rows as CSV; the column of countries stands only where a bulletin tells of places abroad."""
    columns = [*COLUMNS, ABROAD] if any(row.country for row in rows) else list(COLUMNS)
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(row.cells() for row in rows)
    return text.getvalue()


def unlisted(rows: list[Row]) -> list[str]:
    """The places that stand under the names the bulletin printed, since no list has them in their province."""
    return [row.city for row in rows if row.city and not row.code]


class _Table:
    """The table of one bulletin while it is being filled."""

    def __init__(self, reading: Reading, raw: str, places: Nation) -> None:
        self.reading, self.places = reading, places
        told = dict(labelled(raw[block.start : block.end]) for block in reading.blocks)
        self.date = _date(told) or reading.covers
        self.province = _named(told, places) or (None if self._of_provinces() else self._mentioned(raw))
        self._rows: dict[tuple[str, str, str], Row] = {}

    def rows(self) -> list[Row]:
        for figure, column in self._told():
            place = dict(figure.facets).get("place", "")
            for name in place.split("、") if "各" in figure.qualifiers else [place]:
                self._row(figure, name).counts.setdefault(column, int(figure.value))
        return sorted(self._rows.values(), key=lambda row: row.order)

    def _told(self) -> Iterator[tuple[Figure, str]]:
        """The figures that have a place in the table, and their column."""
        for figure in self.reading.figures:
            column = COUNTS.get(figure.indicator or "")
            if column and (figure.cumulative or column == "suspected") and "新增" not in figure.subject:
                yield figure, column

    def _row(self, figure: Figure, place: str) -> Row:
        if place and figure.subject.startswith(_ABROAD):
            return self._at(country=place)
        if not place:
            return self._whole(self.province)
        province = self.places.province(place)
        if province is not None:
            return self._whole(province)
        if self.province is None:
            return self._at(city=place)
        found = self.places.inside(self.province, place)
        return self._at(self.province, found.name if found else place, code=found.code if found else "")

    def _whole(self, province: Place | None) -> Row:
        return self._at(province, code=province.code if province else "0")

    def _at(self, province: Place | None = None, city: str = "", country: str = "", code: str = "") -> Row:
        name = province.name if province else ""
        made = Row(self.date, name, city, country, {}, code)
        return self._rows.setdefault((name, city, country), made)

    def _of_provinces(self) -> bool:
        """Whether the bulletin counts by province: then it is of the whole country."""
        return any(self.places.province(dict(figure.facets).get("place", "")) for figure in self.reading.figures)

    def _mentioned(self, raw: str) -> Place | None:
        """The province that a bulletin without such a line is of: the first it names, else that of the first place it names."""
        named = [(at, place) for name, place in self.places.provinces.items() if (at := raw.find(name)) >= 0]
        if named:
            return min(named, key=lambda one: one[0])[1]
        codes = (mention.refers_to[:2] for entry in self.reading.entries for mention in entry.mentions)
        by_code = {place.code[:2]: place for place in self.places.provinces.values()}
        return next((by_code[code] for code in codes if code in by_code), None)


def _date(told: dict[str, str]) -> dt.date | None:
    for label in _DATES:
        try:
            return dt.date.fromisoformat(told[label])
        except (KeyError, ValueError):
            continue
    return None


def _named(told: dict[str, str], places: Nation) -> Place | None:
    return next((found for label in _PROVINCES if (found := places.province(told.get(label, "")))), None)
