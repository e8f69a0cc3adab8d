"""What a number counts, and over what time."""

from __future__ import annotations

import datetime as dt

import pytest

from shichen.prose.reader import read
from shichen.prose.spans import Figure
from shichen.prose.tables import Tables


def figures(text: str, tables: Tables, kind: str = "work_bulletin") -> tuple[Figure, ...]:
    return read(text, tables, kind=kind, covers=dt.date(2020, 2, 2)).figures


def subjects(text: str, tables: Tables, kind: str = "work_bulletin") -> list[str]:
    return [figure.subject for figure in figures(text, tables, kind)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("交通组检查车辆12台次。", ["检查车辆"]),
        ("市工信局采购12件防护服。", ["采购防护服"]),
        ("全天共检查车辆12台次,排查人员30人次。", ["检查车辆", "排查人员"]),
        ("市工信局采购12件防护服、20副护目镜。", ["采购防护服", "采购护目镜"]),
        ("共暂停营业歌舞厅20家、游艺场所30家。", ["暂停营业歌舞厅", "暂停营业游艺场所"]),
        ("查控车辆40辆(鄂籍4辆)。", ["查控车辆", "查控鄂籍车辆"]),
        ("专家组对45家医院进行了督导。", ["督导医院"]),
        ("对5家商场、6家超市开展巡查。", ["巡查商场", "巡查超市"]),
        ("媒体发布防控报道113条,累计刊发628条。", ["发布防控报道", "累计刊发防控报道"]),
        ("猪肉零售价58.1元/公斤,上涨1.5%。", ["猪肉零售价", "猪肉零售价环比上涨"]),
        ("大米零售价5.1元/公斤;白面4.2元/公斤。", ["大米零售价", "白面零售价"]),
        ("为疫情防控投放贷款50万元。", ["疫情防控投放贷款"]),
        ("因隐瞒行程致63人隔离。", ["隔离"]),
        ("派出21支500余名驻村干部。", ["派出驻村队伍", "派出驻村干部"]),
        ("分别征用7家、3家、14家综合医院。", ["征用综合医院"] * 3),
        ("向武汉捐款650万元。", ["向武汉捐款"]),
        ("新增5条公交线路恢复营运。", ["新增公交线路恢复营运"]),
        ("安排18台公交车,定点接送医务人员。", ["安排公交车接送医务人员"]),
        ("新增确诊病例连续3天“0”新增。", ["新增确诊病例连续天数", "新增确诊病例"]),
        ("累计报告20例确诊病例,当日新增4例。", ["累计报告确诊病例", "新增确诊病例"]),
        ("运回4台红外线体温检测仪。", ["运回红外线体温检测仪"]),
        ("新增新型冠状病毒感染的肺炎确诊病例3例。", ["新增确诊病例"]),
    ],
)
def test_a_subject(text: str, expected: list[str], tables: Tables) -> None:
    assert [_order(subject) for subject in subjects(text, tables)] == [_order(subject) for subject in expected]


def _order(subject: str) -> list[str]:
    return sorted(subject)


def test_a_bare_rate_is_of_the_act_before_it(tables: Tables) -> None:
    assert subjects("对商场的熟食开展抽检,合格率99.4%。", tables) == ["熟食抽检合格率"]


def test_districts_take_the_subject_of_their_whole(tables: Tables) -> None:
    found = figures("全市累计报告确诊病例8例,其中:天元区5例、石峰区3例。", tables)
    assert [dict(figure.facets).get("place") for figure in found] == [None, "天元区", "石峰区"]
    assert all("确诊病例" in figure.subject for figure in found)


def test_facets_are_dimensions_and_not_other_subjects(tables: Tables) -> None:
    (figure,) = figures("新增境外输入病例2例。", tables)
    assert ("origin", "境外输入") in figure.facets


@pytest.mark.parametrize(
    ("text", "periods", "cumulative"),
    [
        ("至此共派出81名医生。", ["cum"], [True]),
        ("累计确诊病例20例,当日新增4例。", ["cum", "day"], [True, False]),
        ("从1月24日至今,出动执法人员69人次,检查门店16家次。", ["since", "since"], [True, True]),
        ("截至24时,确诊病例20例,现有疑似病例3例。", ["cum", "state"], [True, False]),
        ("截至今天14时,确诊病例20例。", ["cum"], [True]),
        ("累计确诊20例;检查门店16家。", ["cum", "event"], [True, False]),
        ("每日投放口罩5万个。", ["per_day"], [False]),
        ("安排68台公交车。", ["plan"], [False]),
        ("确保储备大米400吨。", ["target"], [False]),
        ("现有在院病例3例。", ["state"], [False]),
        ("确诊病例增至48例。", ["cum"], [True]),
        ("累计报告病例146例。其中,有旅居史51例;治愈出院55例。", ["cum"] * 3, [True] * 3),
        ("确诊病例中,天元区4例、石峰区2例。", ["cum", "cum"], [True, True]),
        ("累计报告确诊病例9例(天元区4例)。", ["cum", "cum"], [True, True]),
    ],
)
def test_periods(text: str, periods: list[str], cumulative: list[bool], tables: Tables) -> None:
    found = figures(text, tables)
    assert [figure.period for figure in found] == periods
    assert [figure.cumulative for figure in found] == cumulative


def test_a_running_total_knows_its_first_day(tables: Tables) -> None:
    (figure,) = figures("从1月24日至今,出动执法人员69人次。", tables)
    assert figure.period_from == dt.date(2020, 1, 24)


@pytest.mark.parametrize(("kind", "period"), [("day_page", "day"), ("chronicle", "event"), ("case_bulletin", "day")])
def test_the_default_period_is_that_of_the_kind(kind: str, period: str, tables: Tables) -> None:
    text = "标题\n\n2月2日\n\n市工信局清点帐篷12顶。\n" if kind == "chronicle" else "子时\n\n市工信局清点帐篷12顶。\n"
    assert [figure.period for figure in figures(text, tables, kind)] == [period]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "新增重症病例11例、危重2例。",
            [("新增重症病例", "", "cases.severe_new"), ("新增危重", "", "cases.critical_new")],
        ),
        ("新增重症病例为长寿区1例。", [("新增重症病例长寿区", "长寿区", "cases.severe_new")]),
        (
            "新增确诊病例3例,其中南宁市2例、柳州市1例。",
            [
                ("新增确诊病例", "", "cases.confirmed_new"),
                ("新增确诊病例南宁市", "南宁市", "cases.confirmed_new"),
                ("新增确诊病例柳州市", "柳州市", "cases.confirmed_new"),
            ],
        ),
        (
            "新增治愈出院病例9例(武汉8例)。",
            [
                ("新增治愈出院病例", "", "cases.discharged_new"),
                ("武汉新增治愈出院病例", "武汉", "cases.discharged_new"),
            ],
        ),
        (
            "新增确诊病例中,南阳市7例(含邓州市1例)。",
            [
                ("新增确诊病例南阳市", "南阳市", "cases.confirmed_new"),
                ("邓州市新增确诊病例", "邓州市", "cases.confirmed_new"),
            ],
        ),
        ("重症病例减少20例。", [("重症病例减少", "", None)]),
        (
            "追踪到密切接触者90人,已解除观察30人。",
            [("追踪到密切接触者", "", "contacts.traced"), ("解除观察密切接触者", "", "contacts.released")],
        ),
        ("某日预计治愈出院2例,全省治愈率将达到99.1%。", [("治愈出院", "", "cases.discharged"), ("治愈率", "", None)]),
        (
            "现有确诊病例5例,共有疑似病例7例。",
            [("现有确诊病例", "", "cases.confirmed_now"), ("有疑似病例", "", "cases.suspected_now")],
        ),
    ],
)
def test_what_bulletins_of_cases_count_and_where(
    text: str, expected: list[tuple[str, str, str | None]], tables: Tables
) -> None:
    found = figures(text, tables, "case_bulletin")
    assert [(one.subject, dict(one.facets).get("place", ""), one.indicator) for one in found] == expected


def test_a_part_by_its_place_is_a_part_of_the_whole(tables: Tables) -> None:
    whole, part = figures("累计报告确诊病例20例(宜昌市12例)。", tables, "case_bulletin")
    assert part.subset_of == 0
    assert (whole.cumulative, part.cumulative) == (True, True)


class TestLists:
    """A list of places breaks down the figure that it adds up to."""

    def test_in_a_sentence_of_its_own(self, tables: Tables) -> None:
        text = "全省累计报告病例15例。其中,外地来黔人员4例,本省常住人口11例。贵阳市7例,遵义市8例。"
        found = figures(text, tables, "case_bulletin")
        assert [(one.subject, one.cumulative) for one in found[-2:]] == [
            ("报告病例贵阳市", True),
            ("报告病例遵义市", True),
        ]
        assert [check.ok for check in found[0].checks if check.id == "parts"] == [True]

    def test_the_whole_that_fits_and_not_the_nearest(self, tables: Tables) -> None:
        text = "新增确诊病例9例,治愈出院2例。长沙市4例、株洲市5例。"
        assert [one.indicator for one in figures(text, tables, "case_bulletin")][-2:] == ["cases.confirmed_new"] * 2

    def test_places_that_share_a_number_count_each(self, tables: Tables) -> None:
        found = figures("新增出院11例,其中:武汉市5例,襄阳市、孝感市各3例。", tables, "case_bulletin")
        assert dict(found[-1].facets)["place"] == "襄阳市、孝感市"
        assert [check.ok for check in found[0].checks if check.id == "parts"] == [True]

    @pytest.mark.parametrize(
        ("text", "place"),
        [
            ("新增出院16例,其中:武汉市2例,荆门市、天门市均为7例。", "荆门市、天门市"),
            ("新增出院16例,其中:武汉市2例,荆门市、天门市7例。", "荆门市、天门市"),
            ("新增出院9例,其中:武汉市2例,荆门市、天门市7例。", "荆门市、天门市"),
            ("累计报告确诊病例20例,其中:1.鄂尔多斯市11例 2.包头市9例。", "包头市"),
            ("累计确诊病例14例,3例在定点医院进行隔离治疗。朝阳区4例、外地来京人员10例。", "外地来京人员"),
            ("新增病例中,遵义市3例,毕节市4例;新增出院病例为安顺市1例。", "安顺市"),
        ],
    )
    def test_however_they_are_listed(self, text: str, place: str, tables: Tables) -> None:
        found = figures(text, tables, "case_bulletin")
        assert dict(found[-1].facets)["place"] == place
        assert [check.note for one in found for check in one.checks if not check.ok] == []

    def test_a_heading_holds_over_commas_and_ends_with_a_semicolon(self, tables: Tables) -> None:
        text = "新增确诊病例7例,新增重症病例1例。新增确诊病例中,遵义市3例,毕节市4例;新增重症病例为安顺市1例。"
        assert [one.indicator for one in figures(text, tables, "case_bulletin")][2:] == [
            "cases.confirmed_new",
            "cases.confirmed_new",
            "cases.severe_new",
        ]

    def test_days_have_no_parts_by_place(self, tables: Tables) -> None:
        found = figures("我市已31天无新增病例(延庆区55天、顺义区39天)。", tables, "case_bulletin")
        assert [one.checks for one in found if any(check.id == "parts" for check in one.checks)] == []

    def test_a_place_with_a_count_reports_nothing(self, tables: Tables) -> None:
        (entry,) = read("全省累计报告病例15例。贵阳市7例,遵义市8例。", tables, kind="case_bulletin").entries
        assert entry.unit == "全省"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("截至2月6日24时,现有重症病例57例,死亡病例1例,出院病例91例。", [False, True, True]),
        ("目前,7例病情平稳,5例治愈出院。", [False, True]),
        ("目前追踪到密切接触者90人,已解除医学观察42人,尚有48人正在接受医学观察。", [True, True, False]),
        ("截至2月6日,累计确诊病例9例,其中出院2例,7例在定点医院进行隔离治疗。", [True, True, False]),
        ("新增确诊病例2例,治愈出院1例。", [False, False]),
    ],
)
def test_what_is_over_is_counted_up(text: str, expected: list[bool], tables: Tables) -> None:
    assert [one.cumulative for one in figures(text, tables, "case_bulletin")] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("新增确诊病例2例,治愈出院1例,死亡0例。", ["cases.confirmed_new", "cases.discharged_new", "cases.dead_new"]),
        ("新增重症病例1例,危重病例1例。", ["cases.severe_new", "cases.critical_new"]),
        ("现有疑似病例数为0,当日新增数为0。", ["cases.suspected_now", "cases.suspected_new"]),
        ("现有34例在院治疗(含境外输入性24例)。", ["cases.confirmed_now", "cases.confirmed_now"]),
        ("新增密切接触者80人(其中境外输入病例1的密切接触者79人)。", ["contacts.traced_new", "contacts.traced_new"]),
        ("年龄最大88岁,最小7岁。", ["cases.oldest_age", "cases.youngest_age"]),
        ("累计出院241例截至2月11日24时,在院的977例确诊病例中,轻型74例。",
         ["cases.discharged", "cases.confirmed_now", "cases.mild_now"]),
    ],
)  # fmt: skip
def test_what_is_new_what_stands_and_what_is_over(text: str, expected: list[str], tables: Tables) -> None:
    assert [one.indicator for one in figures(text, tables, "case_bulletin")] == expected
