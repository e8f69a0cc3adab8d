"""The checks of a record in SQL say what Python says of it; every reason has a record that it and nothing else refuses."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shichen import watches
from shichen.records import pseudonyms
from shichen.records.bulk import checks, passings
from shichen.records.bulk.checks import Bounds
from shichen.records.pseudonyms import Unfit

FROM, UNTIL = (int(datetime(2020, month, 1, tzinfo=UTC).timestamp()) for month in (1, 3))
BOUNDS = Bounds(FROM, UNTIL, checks.offsets_of(watches.SHANGHAI, FROM, UNTIL))
PLACES = {column.name: place for place, column in enumerate(passings.COLUMNS)}
GOOD = {
    "time": "2020-02-02 08:15:00",
    "post": "T01",
    "plate": "湘B12345",
    "person": "11010519491231002X",
    "dir": "入",
    "outcome": "放行",
}
AT = int(watches.clock(datetime(2020, 2, 2).date(), 8, 15).timestamp())


def judged(*rows: dict[str, str], bounds: Bounds = BOUNDS, blanks: bool = True) -> list[dict[str, object]]:
    con = duckdb.connect()
    con.execute(
        "CREATE TABLE sites AS SELECT 'T01' AS word, 7 AS place, ? AS opened, ? AS closed, 0 AS kind",
        [FROM + 86_400, UNTIL - 86_400],
    )
    names = [column.name for column in passings.COLUMNS]
    con.execute(f"CREATE TABLE raw ({', '.join(f'c{n} VARCHAR' for n in range(len(names)))})")
    for row in rows:
        con.execute(f"INSERT INTO raw VALUES ({', '.join('?' * len(names))})", [row.get(name) for name in names])
    answer = con.execute(checks.query(passings.TABLE, PLACES, bounds, blanks=blanks) + " ORDER BY k")
    columns = [one[0] for one in answer.description]
    return [dict(zip(columns, row, strict=True)) for row in answer.fetchall()]


def reasons(**changed: str) -> list[str]:
    (row,) = judged(GOOD | changed)
    return [reason.name for reason in passings.TABLE.reasons_of(int(str(row["mask"])))]


def test_a_good_record_becomes_numbers() -> None:
    (row,) = judged(GOOD | {"region": "420100", "temp": "36.5", "number": "3"})
    assert row == {
        "k": 0, "t": AT, "place": 7, "plate": "湘B12345", "document": "11010519491231002X", "dir": 1, "outcome": 1,
        "region": 420100, "temp": 365, "number": 3, "mask": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"post": "T99"}, "checkpoint_unknown"),
        ({"post": ""}, "checkpoint_unknown"),
        ({"time": "2020-01-01 09:00:00"}, "post_not_standing"),
        ({"time": ""}, "time_unreadable"),
        ({"time": "昨天"}, "time_unreadable"),
        ({"time": "2020-02-02"}, "time_unreadable"),
        ({"time": "2020-02-30 08:00:00"}, "time_unreadable"),
        ({"time": "1920-02-02 08:00:00"}, "time_range"),
        ({"time": "2020-03-02 08:00:00"}, "time_range"),
        ({"temp": "热"}, "temperature_unreadable"),
        ({"temp": "63.5"}, "temperature_range"),
        ({"temp": "3.65"}, "temperature_range"),
        ({"person": "甲"}, "id_form"),
        ({"person": "110105194912310021"}, "id_checksum"),
        ({"person": "11010519490230002X"}, "id_checksum"),
        ({"region": "火星"}, "region_unreadable"),
        ({"region": "42"}, "region_unreadable"),
        ({"region": "4201000"}, "region_unreadable"),
        ({"plate": "湘"}, "plate_form"),
        ({"outcome": "没收"}, "outcome_unknown"),
        ({"dir": "上下"}, "direction_unknown"),
        ({"number": "很多"}, "number_unreadable"),
        ({"number": "101"}, "number_unreadable"),
        ({"number": "-1"}, "number_unreadable"),
    ],
)
def test_each_thing_that_is_wrong_is_said_and_nothing_else(changed: dict[str, str], name: str) -> None:
    assert reasons(**changed) == [name]


def test_all_reasons_of_a_record_are_said_at_once() -> None:
    assert reasons(time="", temp="63.5", person="110105194912310021") == [
        "time_unreadable",
        "temperature_range",
        "id_checksum",
    ]


@pytest.mark.parametrize(
    "written",
    [
        "2020-02-02 08:15:00", "2020-02-02T08:15:00", "2020-02-02 8:15", "2020/2/2 8:15", "2020/02/02 08:15:00", "2020年02月02日 08:15",
        "20200202081500", "2020-02-02T08:15:00+08:00", "2020-02-02 00:15:00Z", "2020-02-01T19:15:00-05:00", "2020-02-02 05:45:00+0530",
        "2020-02-02 00:15:00+00", "2020-02-02 08:15:00.999", str(AT), f"{AT}123", " 2020-02-02 08:15:00 ",
    ],
)  # fmt: skip
def test_one_moment_however_it_is_written(written: str) -> None:
    (row,) = judged(GOOD | {"time": written})
    assert (row["t"], row["mask"]) == (AT, 0)


def test_the_clock_of_a_city_that_changes_it_twice_a_year() -> None:
    zone = ZoneInfo("Europe/Berlin")
    since, until = (int(datetime(2020, month, 1, tzinfo=UTC).timestamp()) for month in (3, 5))
    bounds = Bounds(since, until, checks.offsets_of(zone, since, until))
    written = ["2020-03-28 12:00:00", "2020-03-29 01:59:59", "2020-03-29 03:00:00", "2020-03-29 12:00:00"]
    found = [row["t"] for row in judged(*({"time": one, "post": "T01"} for one in written), bounds=bounds)]
    meant = [datetime.fromisoformat(one).replace(tzinfo=zone).timestamp() for one in written]
    assert found == [int(one) for one in meant]


def test_words_of_direction_and_outcome_in_any_case() -> None:
    rows = judged(
        *(GOOD | {"dir": way, "outcome": what} for way, what in (("OUT", "劝返"), ("出城", "Registered"), ("?", "")))
    )
    assert [(row["dir"], row["outcome"]) for row in rows] == [(2, 3), (2, 2), (0, 0)]


def test_without_a_document_a_row_with_a_plate_is_a_vehicle_and_one_without_is_a_person() -> None:
    rows = judged(GOOD | {"person": ""}, GOOD | {"person": "", "plate": ""}, GOOD)
    assert [row["number"] for row in rows] == [0, 1, 1]


PLATES = st.text("湘京粤港学警挂ABCZabz0189·-. 　０９ＡＺ?;", max_size=14)
DOCUMENTS = st.one_of(
    st.text("0123456789Xx", min_size=14, max_size=19),
    st.text("HMEGP0123456789() -", max_size=12),
    st.builds(
        lambda area, day, order: area + day + order + pseudonyms.check_figure(area + day + order),
        st.sampled_from(["430204", "110105"]),
        st.dates(datetime(1900, 1, 1).date(), datetime(2025, 1, 1).date()).map(lambda day: f"{day:%Y%m%d}"),
        st.integers(0, 999).map(lambda order: f"{order:03d}"),
    ),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(PLATES, DOCUMENTS), min_size=1, max_size=30))
@example([("无", "无"), ("湘b·12345", "110105491231002"), ("ｗｊ湘12345", "（H）12345"), ("", "19990229000")])
def test_plates_and_documents_are_judged_and_written_as_python_does(rows: list[tuple[str, str]]) -> None:
    found = judged(*(GOOD | {"plate": plate, "person": document} for plate, document in rows))
    for (plate, document), row in zip(rows, found, strict=True):
        names = {reason.name for reason in passings.TABLE.reasons_of(int(str(row["mask"])))}
        assert ("plate_form" not in names, row["plate"] if "plate_form" not in names else None) == _python(
            pseudonyms.normalised_plate, plate
        )
        fit = not names & {"id_form", "id_checksum"}
        assert (fit, row["document"] if fit else None) == _python(pseudonyms.normalised_document, document)


def _python(normalised: object, text: str) -> tuple[bool, str | None]:
    try:
        return True, normalised(text)  # type: ignore[operator]
    except Unfit:
        return False, None


def test_with_or_without_looking_for_blanks_it_is_the_same() -> None:
    assert judged(GOOD, blanks=False) == judged(GOOD, blanks=True)
