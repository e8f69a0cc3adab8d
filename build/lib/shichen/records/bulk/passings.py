"""Passings (过卡流水) as a table of bulk rows: one person, or a vehicle alone, at one post at one second."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from shichen.records import lake, pseudonyms
from shichen.records.bulk import checks, shape
from shichen.records.bulk.shape import COMMON, Column, Identity, Reason, Sql, Table

if TYPE_CHECKING:
    from shichen.records.bulk.checks import Bounds
    from shichen.records.bulk.writing import Day

POST, PLATE, DIR, OUTCOME, REGION, TEMP, NUMBER = "post", "plate", "dir", "outcome", "region", "temp", "number"
COLUMNS = (
    Column(
        shape.TIME,
        "时间",
        "time",
        (
            *(
                "过卡时间",
                "过车时间",
                "通过时间",
                "经过时间",
                "检查时间",
                "查验时间",
                "登记时间",
                "采集时间",
                "日期时间",
            ),
            *("t", "at", "timestamp", "datetime", "pass time"),
        ),
        True,
    ),
    Column(
        POST,
        "卡点",
        "post",
        (
            *(
                "卡点编号",
                "卡点代码",
                "卡点名称",
                "卡口",
                "卡口编号",
                "卡口代码",
                "卡口名称",
                "站点",
                "站点编号",
                "站点名称",
            ),
            *("收费站", "place", "checkpoint", "post code"),
        ),
        True,
    ),
    Column(
        PLATE,
        "车牌",
        "plate",
        (
            "车牌号",
            "车牌号码",
            "号牌",
            "号牌号码",
            "车号",
            "车辆号牌",
            "车辆牌号",
            "vehicle",
            "plate number",
            "plate no",
        ),
    ),
    Column(
        shape.PERSON,
        "证件号码",
        "person",
        ("身份证", "身份证号", "身份证号码", "公民身份号码", "证件号", "id", "id number", "id no", "document"),
    ),
    Column(DIR, "方向", "dir", ("进出", "进出方向", "行驶方向", "车辆方向", "direction", "in/out")),
    Column(OUTCOME, "处置", "outcome", ("处置结果", "处置情况", "处理结果", "检查结果", "结果", "result")),
    Column(REGION, "来源地", "region", ("来源地代码", "来自", "出发地", "始发地", "区划代码", "from", "origin")),
    Column(TEMP, "体温", "temp", ("温度", "体温℃", "测温", "temperature")),
    Column(NUMBER, "人数", "number", ("随车人数", "乘员人数", "车上人数", "persons", "n")),
)
DIRECTION_UNSAID = ("", "0", "-", "/", "未知", "不详", "unknown")
DIRECTIONS = {
    1: ("1", "入", "进", "驶入", "进城", "in", "入城", "进入"),
    2: ("2", "出", "离", "驶出", "出城", "out", "离开"),
}
OUTCOMES = ("passed", "registered", "turned_back", "referred", "goods_refused")
OUTCOME_WORDS = {
    0: ("", "0", "未知", "不详", "unknown"),
    1: ("1", "放行", "正常", "通过", "passed"),
    2: ("2", "登记", "登记放行", "registered"),
    3: ("3", "劝返", "遣返", "turned_back", "turned back"),
    4: ("4", "移交", "referred"),
    5: ("5", "货物劝返", "goods_refused"),
}
PROVINCES = {
    110000: "北京 市", 120000: "天津 市", 130000: "河北 省", 140000: "山西 省", 150000: "内蒙古 自治区",
    210000: "辽宁 省", 220000: "吉林 省", 230000: "黑龙江 省", 310000: "上海 市", 320000: "江苏 省",
    330000: "浙江 省", 340000: "安徽 省", 350000: "福建 省", 360000: "江西 省", 370000: "山东 省",
    410000: "河南 省", 420000: "湖北 省", 430000: "湖南 省", 440000: "广东 省", 450000: "广西 壮族自治区",
    460000: "海南 省", 500000: "重庆 市", 510000: "四川 省", 520000: "贵州 省", 530000: "云南 省",
    540000: "西藏 自治区", 610000: "陕西 省", 620000: "甘肃 省", 630000: "青海 省", 640000: "宁夏 回族自治区",
    650000: "新疆 维吾尔自治区", 710000: "台湾 省", 810000: "香港 特别行政区", 820000: "澳门 特别行政区",
}  # fmt: skip
"""Provinces as people write them, short and in full, and their codes (GB/T 2260); of other areas the code is asked for."""
PROVINCE_WORDS = {code: (said.split()[0], said.replace(" ", "")) for code, said in PROVINCES.items()}
COLDEST, HOTTEST = 340, 430
"""Tenths of a degree that a thermometer at a post shows of a living person; others are slips of the pen."""
REGION_UNSAID = ("", "0", "000000", "-", "/", "未知", "不详")
MOST_PERSONS = 100
REASONS = (
    *COMMON,
    Reason("checkpoint_unknown", "没有这个卡点", "no such checkpoint"),
    Reason("post_not_standing", "卡点当时未在岗", "the checkpoint was not manned then"),
    Reason("time_unreadable", "时间读不懂", "the time cannot be read"),
    Reason("time_range", "时间早于事件开始，或在未来", "before the event began, or in the future"),
    Reason("temperature_unreadable", "体温读不懂", "the temperature cannot be read"),
    Reason("temperature_range", "体温不在 34 至 43 ℃", "the temperature is not within 34 to 43 ℃"),
    Reason("id_form", "不像证件号码", "not the form of a document number"),
    Reason("id_checksum", "身份证号码校验不对(GB 11643)", "the identity number fails its check (GB 11643)"),
    Reason(
        "region_unreadable",
        "来源地不是六位区划代码，也不是省名",
        "the place of origin is neither a six-figure code nor a province",
    ),
    Reason("plate_form", "不像车牌", "not the form of a plate"),
    Reason("outcome_unknown", "没有这种处置", "no such outcome"),
    Reason("number_unreadable", "人数读不懂，或超过 100", "the number of persons cannot be read, or is over 100"),
    Reason("direction_unknown", "方向不是入或出", "the direction is neither in nor out"),
)
ORDERS = {lake.PLACE: "place, t, person, vehicle, k", lake.PERSON: "person, t, place, vehicle, k"}


def _cells(cell: Mapping[str, str], bounds: Bounds) -> Sequence[str]:
    return (
        f"{checks.bare(cell[PLATE])} as plate",
        f"{checks.coded(cell[DIR], {0: DIRECTION_UNSAID, **DIRECTIONS}, '-1')}::tinyint as dir",
        f"{checks.coded(cell[OUTCOME], OUTCOME_WORDS, '-1')}::tinyint as outcome",
        f"{cell[REGION]} as region_text",
        f"{checks.coded(cell[REGION], {0: REGION_UNSAID, **PROVINCE_WORDS}, f'try_cast({cell[REGION]} as integer)')} as region",
        f"{cell[TEMP]} as temp_text",
        f"{_degrees(cell[TEMP])} as temp",
        f"{cell[NUMBER]} as number_text",
        f"try_cast({cell[NUMBER]} as smallint) as number",
    )


def _faults(bounds: Bounds) -> Mapping[str, str]:
    temp_said = "temp_text not in ('', '0', '-', '/')"
    return {
        **checks.site_faults(bounds, "checkpoint_unknown", "post_not_standing"),
        **checks.time_faults(bounds),
        "temperature_unreadable": f"{temp_said} and temp is null",
        "temperature_range": f"{temp_said} and temp is not null and temp not between {COLDEST} and {HOTTEST}",
        **checks.document_faults(),
        "region_unreadable": "region is null or region not between 0 and 999999 or (region > 0 and region < 100000)",
        "plate_form": f"plate <> '' and not regexp_full_match(plate, '{pseudonyms.PLATE}')",
        "outcome_unknown": "outcome < 0",
        "direction_unknown": "dir < 0",
        "number_unreadable": f"number_text <> '' and (number is null or number < 0 or number > {MOST_PERSONS})",
    }


def _degrees(text: str) -> str:
    return f"try_cast(round(try_cast(rtrim({text}, '℃°度Cc ') as double) * 10) as integer)"


def _files(here: str, day: Day, load: str, home: int) -> Mapping[str, str]:
    """Two orders, the roll-up, the origins. Who comes from the city's own province is not among the origins."""
    columns = "t, place, vehicle, person, dir, outcome, number"
    slot = f"(((t + {day.offset}) % 86400 + 3600) // 7200)::tinyint"
    cars = "count(DISTINCT CASE WHEN vehicle <> 0 THEN (t::hugeint << 64) + vehicle END)"
    return {
        lake.PLACE: f"SELECT {columns}, {load} AS load {here} ORDER BY {ORDERS[lake.PLACE]}",
        lake.PERSON: f"SELECT {columns}, {load} AS load, region, temp {here} ORDER BY {ORDERS[lake.PERSON]}",
        lake.ROLLUP: (
            f"SELECT place, {slot} AS slot, dir, outcome, count(*)::bigint AS n, {cars}::bigint AS n_vehicle,"
            f" sum(number)::bigint AS n_person {here} GROUP BY ALL ORDER BY ALL"
        ),
        lake.ORIGINS: (
            f"SELECT DISTINCT region, person, vehicle {here} AND region <> 0 AND region // 10000 <> {home} ORDER BY ALL"
        ),
    }


TABLE = Table(
    name=lake.PASSINGS,
    zh="过卡流水",
    en="Bulk passings",
    columns=COLUMNS,
    site=POST,
    one_of=(((PLATE, shape.PERSON), "表头里既没有车牌，也没有证件号码；至少要有一列。"),),
    reasons=REASONS,
    identities=(
        Identity("document", "person", pseudonyms.PERSON),
        Identity("plate", "vehicle", pseudonyms.VEHICLE),
    ),
    carried=("dir", "outcome", "region", "temp", "number"),
    key=("place", "t", "person", "vehicle"),
    sql=Sql(
        cells=_cells,
        mended=(f"case when plate in {checks.words(pseudonyms.NO_PLATE)} then '' else plate end as plate",),
        known=(),
        typed=(
            "plate",
            "document",
            "greatest(dir, 0)::tinyint as dir",
            "greatest(outcome, 0)::tinyint as outcome",
            "coalesce(region, 0)::integer as region",
            "coalesce(try_cast(temp as smallint), 0::smallint) as temp",
            "coalesce(number, case when document <> '' or plate = '' then 1 else 0 end)::smallint as number",
        ),
        faults=_faults,
    ),
    files=_files,
)
