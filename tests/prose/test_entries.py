"""Reporting units, and where one entry ends and the next begins."""

from __future__ import annotations

import pytest

from shichen.prose.reader import read
from shichen.prose.spans import Entry
from shichen.prose.tables import Tables


def entries(text: str, tables: Tables, kind: str = "work_bulletin") -> tuple[Entry, ...]:
    return read(text, tables, kind=kind).entries


@pytest.mark.parametrize(
    ("sentence", "unit", "how"),
    [
        ("交通运输安全组设点12个。", "交通运输安全组", "roster"),
        ("后勤保障组市工信局收到口罩。", "后勤保障组市工信局", "roster"),
        ("日报、晚报各开选题会。", "日报、晚报", "roster"),
        ("市委书记张大山主持召开会议。", "张大山", "leader"),
        ("市委副书记、市长张大山到社区调研。", "张大山", "leader"),
        ("某某街道组织志愿者巡逻。", "某某街道", "suffix"),
        ("红旗电子科技有限公司恢复生产。", "红旗电子科技有限公司", "suffix"),
        ("在市直部门的帮助下,红旗电子科技有限公司恢复生产。", "红旗电子科技有限公司", "suffix"),
        ("天元区启动核酸检测。", "天元区", "area"),
        ("攸县、茶陵停运班线。", "攸县、茶陵", "area"),
        ("我市发布通告。", "我市", "generic"),
        ("2月2日0时起,我市停运公交车。", "我市", "generic"),
        ("《湖南某某报》编辑来电核实。", "《湖南某某报》", "named"),
        ("“掌上某城”APP上线问诊。", "“掌上某城”APP", "named"),
        ("不愿留名的爱心人士赠送口罩。", "爱心人士", "actor"),
        ("共检查车辆12台次。", None, "none"),
        ("各单位落实值班。", None, "none"),
    ],
)
def test_the_unit_of_a_sentence(sentence: str, unit: str | None, how: str, tables: Tables) -> None:
    (entry,) = entries(sentence, tables)
    assert (entry.unit, entry.unit_how) == (unit, how)


def test_a_group_and_its_bureau_are_one_unit_of_that_group(tables: Tables) -> None:
    (entry,) = entries("后勤保障组市工信局收到口罩。", tables)
    assert (entry.body, entry.group) == ("logistics-group", "logistics-group")


def test_a_leader_is_known_by_name_after_the_title(tables: Tables) -> None:
    text = "标题行\n市长张大山到社区调研。\n张大山和李小河到医院慰问。\n"
    assert [entry.unit for entry in entries(text, tables)] == ["张大山", "张大山"]


def test_a_new_unit_opens_an_entry(tables: Tables) -> None:
    made = entries("办公室下发通知。疫情防控组核查人员12人。", tables)
    assert [entry.unit for entry in made] == ["办公室", "疫情防控组"]
    assert made[0].end == made[1].start


@pytest.mark.parametrize(
    "text",
    [
        "市工信局收到口罩。该局采购手套。",
        "市工信局收到口罩。共采购手套12双。",
        "市工信局收到口罩。我市将陆续投放。",
        "市工信局收到口罩。市工信局采购手套。",
        "我市停运公交车。市工信局安排应急车。",
        "共检查12家。市工信局安排应急车。",
    ],
)
def test_a_sentence_without_a_stronger_unit_opens_none(text: str, tables: Tables) -> None:
    (entry,) = entries(text, tables)
    assert entry.unit == "市工信局"


def test_a_name_by_its_ending_never_displaces_a_body_of_the_roster(tables: Tables) -> None:
    (entry,) = entries("市工信局联系企业。红旗电子有限公司复产。", tables)
    assert entry.unit == "市工信局"


def test_under_command_only_the_office_and_the_groups_report(tables: Tables) -> None:
    text = (
        "指挥调度\n\n某日报记者 王小明\n\n子时\n\n新闻宣传组推送报道。湖南卫视播出新闻。\n\n丑时\n\n办公室下发通知。\n"
    )
    made = entries(text, tables, "day_page")
    assert [entry.unit for entry in made] == ["新闻宣传组", "办公室"]


def test_a_sentence_ends_outside_titles_and_quotations(tables: Tables) -> None:
    (entry,) = entries("市工信局发《你好吗?我好。》一文。", tables)
    assert entry.text.endswith("一文。")


def test_the_sender_reports_what_names_no_unit(tables: Tables) -> None:
    (entry,) = read("共检查车辆12台次。", tables, unit="某检查站", kind="work_bulletin").entries
    assert (entry.unit, entry.unit_how) == ("某检查站", "sender")


def test_entries_cover_their_paragraph_without_gap_or_overlap(tables: Tables) -> None:
    text = "办公室下发通知。疫情防控组核查人员12人。专家组到场。"
    made = entries(text, tables)
    assert "".join(text[entry.start : entry.end] for entry in made) == text
