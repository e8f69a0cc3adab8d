"""The checks of a record (逐条检查) as DuckDB's SQL: loose text in, typed columns and a mask of reasons out.

Everything is arithmetic over columns: a fortnight of a city is looked at in seconds. What these checks say of a document or a plate is
what `pseudonyms.normalised_document` and `normalised_plate` say of it; a test holds them together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from shichen.records import pseudonyms
from shichen.records.bulk import shape
from shichen.records.bulk.shape import Table

FORMATS = (
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y年%m月%d日 %H:%M",
    "%Y%m%d%H%M%S",
    "%Y%m%d %H:%M:%S",
)
_CLEAN = r"[\p{Han}A-Z0-9]*"
_WIDE = "".join(chr(0xFF01 + n) for n in range(94)) + "　"
_NARROW = "".join(chr(0x21 + n) for n in range(94)) + " "


@dataclass(frozen=True)
class Bounds:
    """Between which seconds (epoch, UTC) a passing can lie, and what the city's clock is off from UTC, from when on."""

    earliest: int
    latest: int
    offsets: tuple[tuple[int, int], ...]
    """(local second from which it holds, seconds to take off), the first from the beginning."""


def offsets_of(zone: tzinfo, earliest: int, latest: int) -> tuple[tuple[int, int], ...]:
    """How far the clock of a zone is from UTC, from when on, in local seconds; found to the hour where it changes."""
    found: list[tuple[int, int]] = []
    for day in range(earliest - earliest % 3600 - 86_400, latest + 86_400, 86_400):
        if found and _offset(zone, day + 82_800) == found[-1][1]:
            continue  # no clock is put forth and back within a day
        for t in range(day, day + 86_400, 3600):
            seconds = _offset(zone, t)
            if not found or found[-1][1] != seconds:
                found.append((t + seconds, seconds))
    return tuple(found)


def _offset(zone: tzinfo, t: int) -> int:
    offset = datetime.fromtimestamp(t, UTC).astimezone(zone).utcoffset()
    if offset is None:
        raise AssertionError("a zone knows how far it is from UTC")
    return int(offset.total_seconds())


def query(table: Table, places: Mapping[str, int], bounds: Bounds, *, blanks: bool = True) -> str:
    """Of the tables `raw` (text columns c0, c1, …) and `sites` (word, place, opened, closed, kind): typed rows with their mask.

    Columns: k (row of `raw`), t, place, those of the table, mask. Without `blanks` no cell begins or ends with one, and
    the time to look for them is saved.
    """
    cells = {name: f"trim(c{place})" if blanks else f"c{place}" for name, place in places.items()}
    text = {name: f"coalesce({one}, '')" for name, one in cells.items()}
    cell = {column.name: text.get(column.name, "''") for column in table.columns}
    document = f"case when document in {words(pseudonyms.NO_PERSON)} then '' else {_eighteen()} end as document"
    return f"""
with cells as (
  select rowid as k, {epoch(cell[shape.TIME], bounds)} as t, {cell[table.site]} as site,
    {bare(cell[shape.PERSON])} as document,
    {_listed(table.sql.cells(cell, bounds))}
  from raw),
known as (
  select cells.* replace (
      {_listed([document, *table.sql.mended])}),
    {_listed(["sites.place", "sites.opened", "sites.closed", "sites.kind as kind_of_site", *table.sql.known])}
  from cells left join sites on cells.site = sites.word),
parts as (
  select *, case when regexp_full_match(document, '[0-9]{{17}}.') then substr(document, 1, 17)::bigint else 0 end as figures
  from known)
select k, try_cast(t as integer) as t, place::integer as place, {_listed(table.sql.typed)}, ({_mask(table, bounds)})::integer as mask
from parts"""


def late(bounds: Bounds) -> str:
    """Whether an arrival is out of the time that may be told."""
    return f"(t < {bounds.earliest} or t > {bounds.latest})"


def time_faults(bounds: Bounds) -> dict[str, str]:
    """What can be wrong with the time of a row."""
    return {"time_unreadable": "t is null", "time_range": f"t is not null and {late(bounds)}"}


def site_faults(bounds: Bounds, unknown: str, shut: str) -> dict[str, str]:
    """What can be wrong with where it was: no such site, or not open at that time; by the names of these reasons."""
    return {
        unknown: "place is null",
        shut: f"place is not null and t is not null and not {late(bounds)} and not (t >= opened and t < closed)",
    }


def document_faults() -> dict[str, str]:
    """What can be wrong with a document."""
    return {
        "id_form": f"document <> '' and figures = 0 and not regexp_full_match(document, '{pseudonyms.DOCUMENT}')",
        "id_checksum": f"figures <> 0 and not ({_birthday()} and substr(document, 18, 1) = {_last('figures')})",
    }


def _mask(table: Table, bounds: Bounds) -> str:
    faults = table.sql.faults(bounds)
    return "\n  + ".join(f"case when {fault} then {table.bits[name]} else 0 end" for name, fault in faults.items())


def _listed(columns: Sequence[str]) -> str:
    return ",\n    ".join(columns)


def epoch(text: str, bounds: Bounds) -> str:
    """Seconds since 1970, UTC: of a wall clock of the city, of an instant with its offset, of seconds or milliseconds."""
    parts = ", ".join(f"'{one}'" for one in FORMATS)
    wall = f"coalesce(try_cast({text} as timestamp), try_strptime({text}, [{parts}]))"
    zoned = f"regexp_matches({text}, '[0-9:.] ?(Z|[+-][0-9]{{2}}(:?[0-9]{{2}})?)$') and {text} like '%:%'"
    zone = f"regexp_extract({text}, '(Z|[+-][0-9]{{2}}(?::?[0-9]{{2}})?)$', 1)"
    bare = f"try_cast(regexp_replace({text}, ' ?(Z|[+-][0-9]{{2}}(:?[0-9]{{2}})?)$', '') as timestamp)"
    hours = f"try_cast(substr({zone}, 2, 2) as integer) * 3600 + coalesce(try_cast(substr(replace({zone}, ':', ''), 4, 2) as integer), 0) * 60"
    shift = f"case when {zone} = 'Z' then 0 when {zone} like '-%' then -({hours}) else {hours} end"
    return (
        f"case when length({text}) = 19 then {_utc(f'try_cast({text} as timestamp)', bounds)} "
        f"when length({text}) < 6 then null "
        f"when regexp_full_match({text}, '[0-9]{{10}}') then {text}::bigint "
        f"when regexp_full_match({text}, '[0-9]{{13}}') then {text}::bigint // 1000 "
        f"when {zoned} then try_cast(floor(epoch({bare})) as bigint) - ({shift}) "
        f"when length({text}) <= 10 and {text} not like '%:%' then null "
        f"else {_utc(wall, bounds)} end"
    )


def _utc(wall: str, bounds: Bounds) -> str:
    local = f"try_cast(floor(epoch({wall})) as bigint)"
    offset = str(bounds.offsets[0][1])
    for since, seconds in bounds.offsets[1:]:
        offset = f"case when {local} >= {since} then {seconds} else {offset} end"
    return f"{local} - ({offset})"


def bare(text: str) -> str:
    """As `pseudonyms` compares it: wide characters made narrow, upper case, without dots and blanks."""
    if text == "''":
        return text
    dropped = pseudonyms.DROPPED.replace("'", "''")
    mended = f"upper(translate(translate({text}, '{quoted(_WIDE)}', '{quoted(_NARROW)}'), '{dropped}', ''))"
    return f"case when regexp_full_match({text}, '{_CLEAN}') then {text} else {mended} end"


def coded(text: str, meant: Mapping[int, tuple[str, ...]], otherwise: str) -> str:
    """The code of what a cell says, by the words of each code; `otherwise` for any other."""
    whens = " ".join(f"when lower({text}) in {words(said)} then {code}" for code, said in meant.items())
    return f"case {whens} else {otherwise} end"


def _eighteen() -> str:
    """The eighteen figures of an old number of fifteen; any other number as it is."""
    longer = "substr(document, 1, 6) || '19' || substr(document, 7)"
    return f"case when regexp_full_match(document, '[0-9]{{15}}') then {longer} || {_last(f'({longer})::bigint')} else document end"


def _last(figures: str) -> str:
    """The last figure that belongs to the first seventeen.

    GB 11643 weighs the figure at 10^j with 2^(j+1) mod 11: the number read in base two, twice. Base ten becomes base two by
    n − 8·Σ 2^(j−1)·(n // 10^j), which is half the work of taking the figures apart.
    """
    tens = " + ".join(f"{2 ** (j - 1)} * ({figures} // {10**j})" for j in range(1, 17))
    return f"substr('{pseudonyms.CHECK}', ((({figures} - 8 * ({tens})) * 2) % 11 + 1)::integer, 1)"


def _birthday() -> str:
    """Whether figures seven to fourteen are a day that was."""
    year, month, day = (
        f"(figures // {place} % {size})" for place, size in ((10**7, 10**4), (10**5, 100), (10**3, 100))
    )
    leap = f"({year} % 4 = 0 and ({year} % 100 <> 0 or {year} % 400 = 0))"
    last = f"case when {month} in (4, 6, 9, 11) then 30 when {month} = 2 then case when {leap} then 29 else 28 end else 31 end"
    return f"({year} between 1850 and 2100 and {month} between 1 and 12 and {day} between 1 and {last})"


def words(these: tuple[str, ...]) -> str:
    """Words as SQL has a list of them."""
    return "(" + ", ".join(f"'{quoted(word)}'" for word in these) + ")"


def quoted(text: str) -> str:
    """A text as it stands between quotes."""
    return text.replace("'", "''")
