"""The checks of a record (逐条检查) as DuckDB's SQL: loose text in, typed columns and a mask of reasons out.

Everything is arithmetic over columns: a fortnight of a city is looked at in seconds. What these checks say of a document or a plate is
what `pseudonyms.normalised_document` and `normalised_plate` say of it; a test holds them together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from shichen.records import pseudonyms
from shichen.records.bulk import shape
from shichen.records.bulk.shape import BITS

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
    for t in range(earliest - earliest % 3600 - 86_400, latest + 86_400, 3600):
        offset = datetime.fromtimestamp(t, UTC).astimezone(zone).utcoffset()
        if offset is None:
            raise AssertionError("a zone knows how far it is from UTC")
        seconds = int(offset.total_seconds())
        if not found or found[-1][1] != seconds:
            found.append((t + seconds, seconds))
    return tuple(found)


def query(places: Mapping[str, int], bounds: Bounds, *, blanks: bool = True) -> str:
    """Of the table `raw` (text columns c0, c1, …) and `posts` (word, place, opened, closed): typed rows with their mask.

    Columns: k (row of `raw`), t, place, plate, document, dir, outcome, region, temp, number, mask. Without `blanks` no cell
    begins or ends with one, and the time to look for them is saved.
    """
    cells = {name: f"trim(c{place})" if blanks else f"c{place}" for name, place in places.items()}
    text = {name: f"coalesce({one}, '')" for name, one in cells.items()}
    cell = {column.name: text.get(column.name, "''") for column in shape.COLUMNS}
    return f"""
with cells as (
  select rowid as k, {_epoch(cell[shape.TIME], bounds)} as t, {cell[shape.POST]} as post,
    {_bare(cell[shape.PLATE])} as plate, {_bare(cell[shape.PERSON])} as document,
    {_coded(cell[shape.DIR], shape.DIRECTIONS, "0")}::tinyint as dir,
    {_coded(cell[shape.OUTCOME], shape.OUTCOME_WORDS, "-1")}::tinyint as outcome,
    {cell[shape.REGION]} as region,
    {cell[shape.TEMP]} as temp_text, {_degrees(cell[shape.TEMP])} as temp,
    {cell[shape.NUMBER]} as number_text, try_cast({cell[shape.NUMBER]} as smallint) as number
  from raw),
known as (
  select cells.* replace (
      case when plate in {_words(pseudonyms.NO_PLATE)} then '' else plate end as plate,
      case when document in {_words(pseudonyms.NO_PERSON)} then '' else {_eighteen()} end as document,
      case when region in ('', '0', '000000') then 0 else try_cast(region as integer) end as region),
    region as region_text, posts.place, posts.opened, posts.closed
  from cells left join posts on cells.post = posts.word),
parts as (
  select *, case when regexp_full_match(document, '[0-9]{{17}}.') then substr(document, 1, 17)::bigint else 0 end as figures
  from known)
select k, t::integer as t, place::integer as place, plate, document, dir, greatest(outcome, 0)::tinyint as outcome,
  coalesce(region, 0)::integer as region, coalesce(temp, 0)::smallint as temp,
  coalesce(number, case when document <> '' or plate = '' then 1 else 0 end)::smallint as number, ({_mask(bounds)})::integer as mask
from parts"""


def _mask(bounds: Bounds) -> str:
    late = f"(t < {bounds.earliest} or t > {bounds.latest})"
    temp_said = "temp_text not in ('', '0', '-', '/')"
    faults = {
        "checkpoint_unknown": "place is null",
        "post_not_standing": f"place is not null and t is not null and not {late} and not (t >= opened and t < closed)",
        "time_unreadable": "t is null",
        "time_range": f"t is not null and {late}",
        "temperature_unreadable": f"{temp_said} and temp is null",
        "temperature_range": f"{temp_said} and temp is not null and temp not between {shape.COLDEST} and {shape.HOTTEST}",
        "id_form": f"document <> '' and figures = 0 and not regexp_full_match(document, '{pseudonyms.DOCUMENT}')",
        "id_checksum": f"figures <> 0 and not ({_birthday()} and substr(document, 18, 1) = {_last('figures')})",
        "region_unreadable": "region is null or region not between 0 and 999999 or (region > 0 and region < 100000)",
        "plate_form": f"plate <> '' and not regexp_full_match(plate, '{pseudonyms.PLATE}')",
        "outcome_unknown": "outcome < 0",
        "number_unreadable": f"number_text <> '' and (number is null or number < 0 or number > {shape.MOST_PERSONS})",
    }
    return "\n  + ".join(f"case when {fault} then {BITS[name]} else 0 end" for name, fault in faults.items())


def _epoch(text: str, bounds: Bounds) -> str:
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
        f"when {zoned} then floor(epoch({bare}))::bigint - ({shift}) "
        f"when length({text}) <= 10 and {text} not like '%:%' then null "
        f"else {_utc(wall, bounds)} end"
    )


def _utc(wall: str, bounds: Bounds) -> str:
    local = f"floor(epoch({wall}))::bigint"
    offset = str(bounds.offsets[0][1])
    for since, seconds in bounds.offsets[1:]:
        offset = f"case when {local} >= {since} then {seconds} else {offset} end"
    return f"{local} - ({offset})"


def _bare(text: str) -> str:
    """As `pseudonyms` compares it: wide characters made narrow, upper case, without dots and blanks."""
    if text == "''":
        return text
    dropped = pseudonyms.DROPPED.replace("'", "''")
    mended = f"upper(translate(translate({text}, '{_quoted(_WIDE)}', '{_quoted(_NARROW)}'), '{dropped}', ''))"
    return f"case when regexp_full_match({text}, '{_CLEAN}') then {text} else {mended} end"


def _coded(text: str, words: Mapping[int, tuple[str, ...]], otherwise: str) -> str:
    whens = " ".join(f"when lower({text}) in {_words(said)} then {code}" for code, said in words.items())
    return f"case {whens} else {otherwise} end"


def _degrees(text: str) -> str:
    return f"round(try_cast(rtrim({text}, '℃°度Cc ') as double) * 10)::integer"


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


def _words(words: tuple[str, ...]) -> str:
    return "(" + ", ".join(f"'{_quoted(word)}'" for word in words) + ")"


def _quoted(text: str) -> str:
    return text.replace("'", "''")
