"""Stays (停留) as a table of bulk rows: one person at one place, from when, for how long: venue check-ins, seats, hotel nights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from shichen.records import lake, pseudonyms
from shichen.records.bulk import checks, shape
from shichen.records.bulk.shape import COMMON, Column, Identity, Reason, Sql, Table
from shichen.tracing import rules

if TYPE_CHECKING:
    from shichen.records.bulk.checks import Bounds
    from shichen.records.bulk.writing import Day

PLACE, LEFT, MINUTES, SECONDS, KIND, SEAT = "place", "left", "minutes", "seconds", "kind", "seat"
COLUMNS = (
    Column(
        shape.TIME,
        "到达时间",
        "time in",
        (
            "时间",
            "进入时间",
            "进店时间",
            "签到时间",
            "扫码时间",
            "登记时间",
            "入住时间",
            "上车时间",
            "time",
            "in",
            "arrived",
            "check in",
        ),
        True,
    ),
    Column(
        PLACE,
        "场所",
        "place",
        ("场所编号", "场所名称", "场所码", "单元", "车厢", "房间", "place code", "venue"),
        True,
    ),
    Column(
        shape.PERSON,
        "证件号码",
        "person",
        ("身份证", "身份证号", "身份证号码", "公民身份号码", "证件号", "id", "id number", "id no", "document"),
        True,
    ),
    Column(LEFT, "离开时间", "time out", ("离场时间", "退房时间", "下车时间", "out", "until", "departed", "check out")),
    Column(MINUTES, "停留分钟", "minutes", ("时长分钟", "停留分钟数", "duration minutes")),
    Column(SECONDS, "停留秒数", "seconds", ("时长秒", "dur", "duration seconds")),
    Column(KIND, "场所类别", "kind", ("类别", "场所类型", "class")),
    Column(SEAT, "座位", "seat", ("座位号", "座号", "排", "排号", "row", "seat number")),
)
KINDS = {
    1: ("shop", "商店"),
    2: ("office", "办公场所"),
    3: ("carriage", "车厢"),
    4: ("hotel", "宾馆"),
    5: ("market", "市场"),
    6: ("restaurant", "餐饮"),
    7: ("karaoke", "歌舞娱乐"),
    8: ("arcade", "游艺娱乐"),
    9: ("netcafe", "互联网上网服务"),
    10: ("culture", "其他文化"),
    11: ("worship", "宗教"),
    12: ("scenic", "景区"),
    13: ("training", "培训"),
    14: ("school", "学校"),
    15: ("clinic", "医疗机构"),
    16: ("other", "其他"),
}
"""Classes of places, as rows carry them: a number never given to another class. 3 has numbered rows."""
KIND_WORDS = {0: ("",)} | {code: (str(code), *(one.lower() for one in words)) for code, words in KINDS.items()}
LONGEST = max(rules.of_disease(one).rules.longest for one in rules.diseases())
"""Seconds of the longest stay that is kept: what a trace looks back for."""
WHOLE = -1
"""What the words of a place that has parts carry instead of a class: nobody stays in the whole of it."""
NO_SEAT = ("", "0", "无", "无座", "站票", "-", "/")
REASONS = (
    *COMMON,
    Reason("place_unknown", "没有这个场所", "no such place"),
    Reason(
        "place_has_parts",
        "场所还分车厢、楼层或分区，请写到其中一处",
        "the place has carriages, floors or zones: name one of them",
    ),
    Reason("place_not_open", "场所当时不在登记的起止之内", "the place was not on the register then"),
    Reason("time_unreadable", "到达时间读不懂", "the time of arrival cannot be read"),
    Reason("time_range", "到达早于事件开始，或在未来", "arrived before the event began, or in the future"),
    Reason("leave_missing", "没有离开时间，也没有停留时长", "neither a time of leaving nor a length"),
    Reason("leave_unreadable", "离开时间或停留时长读不懂", "the time of leaving or the length cannot be read"),
    Reason("leave_early", "离开早于到达", "left before arriving"),
    Reason("leave_ahead", "离开时间在未来", "left in the future"),
    Reason("stay_long", f"停留超过 {LONGEST // 86_400} 天", f"a stay longer than {LONGEST // 86_400} days"),
    Reason("id_form", "不像证件号码", "not the form of a document number"),
    Reason("id_checksum", "身份证号码校验不对(GB 11643)", "the identity number fails its check (GB 11643)"),
    Reason("kind_unknown", "没有这种场所类别", "no such class of place"),
    Reason(
        "seat_unreadable", "座位读不懂；请写排号，如 12 或 12F", "the seat cannot be read; write its row: 12 or 12F"
    ),
)


def _cells(cell: Mapping[str, str], bounds: Bounds) -> Sequence[str]:
    left, minutes, seconds, seat = (cell[name] for name in (LEFT, MINUTES, SECONDS, SEAT))
    row = (
        f"try_cast(regexp_extract({seat}, '^0*([0-9]{{1,4}})[排行号]?([A-Fa-f]|[上中下]铺?)?[座号]?$', 1) as smallint)"
    )
    return (
        f"{left} as left_text",
        f"{checks.epoch(left, bounds)} as left_at" if left != "''" else "null::bigint as left_at",
        f"{minutes} || {seconds} as length_text",
        f"coalesce(try_cast({seconds} as double), try_cast({minutes} as double) * 60) as length",
        f"{checks.coded(cell[KIND], KIND_WORDS, '-1')}::tinyint as kind_said",
        f"case when upper({seat}) in {checks.words(NO_SEAT)} then 0 else {row} end as seat",
    )


def _faults(bounds: Bounds) -> Mapping[str, str]:
    told = "t is not null and dur is not null"
    return {
        **checks.site_faults(bounds, "place_unknown", "place_not_open"),
        "place_has_parts": f"kind_of_site = {WHOLE}",
        **checks.time_faults(bounds),
        "leave_missing": "left_text = '' and length_text = ''",
        "leave_unreadable": "(left_text <> '' and left_at is null) or (left_text = '' and length_text <> '' and dur is null)",
        "leave_early": f"{told} and dur < 0",
        "leave_ahead": f"{told} and dur between 0 and {LONGEST} and not {checks.late(bounds)} and dur > {bounds.latest} - t",
        "stay_long": f"{told} and dur > {LONGEST}",
        **checks.document_faults(),
        "kind_unknown": "kind_said < 0",
        "seat_unreadable": "seat is null",
    }


def _files(here: str, day: Day, load: str, home: int) -> Mapping[str, str]:
    columns = f"SELECT t, place, dur, person, kind, seat, {load} AS load {here} ORDER BY"
    return {lake.PLACE: f"{columns} place, t, person, dur, k", lake.PERSON: f"{columns} person, t, place, dur, k"}


TABLE = Table(
    name=lake.STAYS,
    zh="停留流水",
    en="Bulk stays",
    columns=COLUMNS,
    site=PLACE,
    one_of=(((LEFT, MINUTES, SECONDS), "表头里既没有离开时间，也没有停留分钟或停留秒数；至少要有一列。"),),
    reasons=REASONS,
    identities=(Identity("document", "person", pseudonyms.PERSON),),
    carried=("dur", "kind", "seat"),
    key=("place", "t", "person"),
    sql=Sql(
        cells=_cells,
        mended=(),
        known=(
            "case when left_at is not null then left_at - t"
            " when left_text = '' and isfinite(length) then try_cast(round(length) as bigint) end as dur",
        ),
        typed=(
            "document",
            f"least(greatest(coalesce(dur, 0), 0), {LONGEST})::integer as dur",
            "(case when kind_said > 0 then kind_said else coalesce(kind_of_site, 0) end)::tinyint as kind",
            "coalesce(seat, 0)::smallint as seat",
        ),
        faults=_faults,
    ),
    files=_files,
    until="t + dur",
)
