"""凡例拟稿：日志里何事可立条、属哪一类、凭什么；收入即标上。规则看的是通用的词、登记册与台账，不看人手的标记。"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from shichen import watches
from shichen.audit.context import acting
from shichen.city import services as accounts
from shichen.journal import services as journal
from shichen.journal.models import Entry, Mark
from shichen.publications.chronicle import proposing
from shichen.publications.editions import candidates, drafting, opening
from shichen.publications.models import Edition, Passage
from shichen.publications.rules import OURS, THEIRS, rules
from shichen.refusal import Refusal
from shichen.registers.measures import services as measures
from shichen.registers.measures.models import Measure
from tests.made import DAY, area, count, stated
from tests.publications.made import EVERYWHERE, bind, entry, event
from tests.publications.test_editions import person

pytestmark = pytest.mark.django_db
ONE_DAY = timedelta(days=1)


def proposed(first: date = DAY, last: date = DAY, **more: Any) -> list[proposing.Proposal]:
    return proposing.of(first, last, EVERYWHERE, **more)


def kinds(text: str, **more: Any) -> tuple[str, ...]:
    """As what an entry with these words would stand in the chronicle."""
    entry(text, **more)
    return next((one.kinds for one in proposed()), ())


def told(text: str, value: int | str, unit: str, words: str, *, key: str, day: date = DAY, **more: Any) -> Entry:
    """An entry that states a figure."""
    one = entry(text, on=day, **more)
    bind(one, stated(value, unit, key=key, day=day, cumulative="累计" in text), words)
    return one


def counted(day: date, **more: Any) -> None:
    """A day's counts, told the next morning by the register itself."""
    with acting("job", moment=watches.clock(day + ONE_DAY, 9)):
        count(day, published_on=(day + ONE_DAY).isoformat(), **more)


def band(one: Entry, measure: str, start: date, **more: Any) -> Measure:
    return measures.announce(one, measure, "某措施", watches.clock(start, 0), by=accounts.system(), **more)


class TestWords:
    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("全市启动二级应急响应。", "response_level"),
            ("市指挥部发布第7号令。", "order"),
            ("各县市区一律禁止聚餐。", "order"),
            ("全市影院即日起停业。", "closure"),
            ("开发区公园恢复开放。", "opening"),
            ("社保大厅启用自助窗口。", "opening"),
            ("警方查处哄抬物价的商户。", "enforcement"),
            ("市卫生部门公布发热门诊名单。", "publication"),
            ("市里出台稳岗若干措施。", "publication"),
            ("我市成立复工专班。", "other"),
            ("出租车公司对医护人员免费接送。", "other"),
        ],
    )
    def test_general_words_make_a_kind(self, text: str, kind: str) -> None:
        assert kinds(text)[0] == kind

    @pytest.mark.parametrize(
        "text",
        [
            "各组汇报当天工作。",
            "转载《某地停运公告》《首例患者出院》。",
            "市商务部门计划开放夜市。",
            "各区要求商户复市。",
            "工作人员在路口测量体温。",
        ],
    )
    def test_routine_titles_and_what_has_not_happened_make_none(self, text: str) -> None:
        assert kinds(text) == ()

    def test_half_width_marks_read_like_full_ones(self) -> None:
        assert kinds("开会部署:全市影院停业,公园关闭。") == ("closure",)

    @pytest.mark.parametrize("more", [{"unit": "broadcaster"}, {"topic": "meeting"}, {"kind": Entry.Kind.SYSTEM}])
    def test_newsrooms_meetings_and_the_house_itself_make_no_lines(self, more: dict[str, Any]) -> None:
        assert kinds("全市影院即日起停业。", **more) == ()

    def test_a_response_level_is_an_event_whoever_tells_it(self) -> None:
        assert kinds("全市启动二级应急响应。", unit="broadcaster")[0] == "response_level"

    def test_the_name_of_the_unit_says_nothing(self) -> None:
        assert kinds("问责专班到岗。", unit_text="问责专班") == ()
        assert kinds("专班问责两名干部。", unit_text="专班")[0] == "enforcement"


class TestFigures:
    @pytest.mark.parametrize(
        ("value", "words", "kind"), [(3_000_000, "300万元", ("resources",)), (50_000, "5万元", ())]
    )
    def test_money_counts_from_an_amount(self, value: int, words: str, kind: tuple[str, ...]) -> None:
        told(f"市财政拨付防疫资金{words}。", value, "元", words, key="finance.special_funds")
        assert next((one.kinds for one in proposed()), ()) == kind

    def test_the_bold_words_are_the_figure_as_printed(self) -> None:
        told("市财政拨付防疫资金300万元，另补助困难户。", 3_000_000, "元", "300万元", key="finance.special_funds")
        (one,) = proposed()
        assert one.item.key_phrase == "300万元"
        assert [use.figure.value for use in one.item.uses] == [3_000_000]

    def test_the_first_above_nought_of_an_area_is_a_first_though_a_register_wrote_it(self) -> None:
        for day, new in ((date(2020, 1, 30), 0), (date(2020, 1, 31), 2), (date(2020, 2, 1), 1)):
            counted(day, confirmed_new=new, confirmed_cum=max(new, 1))
        found = [one for one in proposed(date(2020, 1, 20), DAY) if one.kinds[0] == "first"]
        assert ["截至1月31日24时" in one.entry.text for one in found] == [True]
        assert "第一个是1月31日株洲市新增确诊病例2例" in found[0].reason

    def test_a_running_total_counts_when_it_passes_a_round_number(self) -> None:
        for day, total in enumerate((9, 12, 49, 51), start=27):
            counted(date(2020, 1, day), confirmed_cum=total)
        found = {one.item.key_phrase: one.reason for one in proposed(date(2020, 1, 1), DAY)}
        assert set(found) == {"12例", "51例"}
        assert "越过50" in found["51例"]

    def test_what_was_passed_before_is_not_passed_again(self) -> None:
        told("全市复工企业120家。", 120, "家", "120家", key="resumption.industrial", day=DAY - ONE_DAY)
        told("全市复工企业150家。", 150, "家", "150家", key="resumption.industrial")
        by_day = {one.entry.page_day: one.kinds for one in proposed(DAY - ONE_DAY, DAY)}
        assert by_day[DAY - ONE_DAY][0] == "threshold"
        assert by_day[DAY] == ("opening",)


class TestMeasures:
    def test_a_record_of_a_measure_says_whether_it_begins_changes_or_is_eased(self) -> None:
        one = entry("渡口即日起照新规办。", on=DAY)
        first = band(one, "ferry_limited", DAY)
        band(entry("渡口的新规再作调整。", on=DAY + ONE_DAY), "ferry_limited", DAY, replaces=first)
        band(
            entry("渡口放宽。", on=DAY + 2 * ONE_DAY), "ferry_limited", DAY + 2 * ONE_DAY, partial=True, replaces=first
        )
        found = [one.kinds[0] for one in proposed(DAY, DAY + 2 * ONE_DAY)]
        assert found == ["measure_start", "measure_change", "measure_end"]

    @pytest.mark.parametrize(("measure", "kind"), [("zoo_closed", "closure"), ("hunting_banned", "order")])
    def test_the_class_of_the_measure_gives_the_kind(self, measure: str, kind: str) -> None:
        band(entry("即日起照此办。"), measure, DAY)
        assert proposed()[0].kinds[0] == kind


class TestOneEventOneLine:
    def test_of_two_that_tell_the_same_the_plainer_stands_first(self) -> None:
        entry("市文旅部门通告，全市影院、网吧即日起停业。")
        plain = entry("全市影院、网吧即日起停业。")
        assert [(one.alike and one.alike.pk) for one in proposed()] == [plain.pk, None]

    def test_a_line_stands_before_what_a_register_wrote_of_the_same(self) -> None:
        counted(DAY, discharged_done_cum=1, confirmed_cum=3)
        line = entry("我市首例患者治愈出院。", on=DAY)
        found = {one.entry.kind: one for one in proposed(DAY, DAY + ONE_DAY)}
        assert found[Entry.Kind.NOTE].alike is None
        assert found[Entry.Kind.ACT].alike == line


class TestAccepting:
    def test_it_sets_the_mark_with_kind_words_and_reason(self) -> None:
        one = entry("全市影院即日起停业。")
        proposing.accept(one, "closure", key_phrase="停业", reason="凡例第18条", by=accounts.system())
        mark = one.marks.get()
        assert (mark.kind, mark.detail, mark.key_phrase, mark.reason) == (
            Mark.Kind.SIGNIFICANT,
            "closure",
            "停业",
            "凡例第18条",
        )
        assert proposed() == []

    def test_once_only_never_a_struck_one_and_of_a_kind_there_is(self) -> None:
        one = event("全市影院即日起停业。", DAY, "closure")
        with pytest.raises(Refusal, match="已收入"):
            proposing.accept(one, "closure", by=accounts.system())
        other = entry("误报停业。")
        with pytest.raises(Refusal, match="没有「谣言」"):
            proposing.accept(other, "谣言", by=accounts.system())
        journal.strike(other, "误报", by=accounts.system())
        with pytest.raises(Refusal, match="划去"):
            proposing.accept(other, "closure", by=accounts.system())
        assert proposed() == []

    def test_bold_words_that_the_entry_does_not_have_are_left_out(self) -> None:
        one = entry("全市影院即日起停业。")
        assert proposing.accept(one, "closure", key_phrase="开业", by=accounts.system()).key_phrase == ""


class TestCandidates:
    @pytest.fixture
    def draft(self) -> Edition:
        entry("全市影院即日起停业。", on=DAY)
        event("公园照常。", DAY, "opening")
        return opening.open_draft(Edition.Kind.CHRONICLE, DAY, DAY, by=person("zu", "newsroom", "publicity-group"))

    def test_marked_entries_first_then_proposals_with_the_rule(self, draft: Edition) -> None:
        found = candidates.at(draft, DAY.isoformat(), EVERYWHERE)
        assert [(one.item.text, one.marked) for one in found] == [("公园照常。", True), ("全市影院即日起停业。", False)]
        assert found[1].reason.startswith("凡例第")
        assert found[1].item.kinds == ("closure",)

    def test_all_at_once_takes_what_people_marked_alone(self, draft: Edition) -> None:
        drafting.take_all(draft, by=draft.made_by)
        assert [one.text for one in Passage.objects.all()] == ["公园照常。"]

    def test_taking_a_proposal_marks_the_entry(self, draft: Edition) -> None:
        one = Entry.objects.get(text="全市影院即日起停业。")
        passage = drafting.take(draft.slots.get(), one, by=draft.made_by)
        assert passage.kinds == ["closure"]
        assert one.marks.get().reason.startswith("凡例第")
        assert proposed() == []


class TestTheRulesAreData:
    @pytest.fixture
    def own(self) -> Iterator[Path]:
        path = settings.HOME.path / THEIRS
        yield path
        path.unlink(missing_ok=True)

    def test_a_post_without_rules_of_selection_has_no_proposals(self, own: Path) -> None:
        text = OURS.read_text(encoding="utf-8")
        own.write_text(text[: text.index("# ---- 凡例")] + text[text.index("# 图上标记") :], encoding="utf-8")
        assert rules().chronicle.selection == ()
        assert kinds("全市影院即日起停业。") == ()

    @pytest.mark.parametrize(
        ("was", "now"),
        [
            ('files_by = "published"', 'files_by = "never"'),
            ('record = "begins"', 'record = "starts"'),
            ('kind = "enforcement"\nzh = "查处', 'kind = "police"\nzh = "查处'),
            ('words = ["聚集性"', 'words = ["(聚集性"'),
        ],
    )
    def test_a_rule_that_means_nothing_is_refused(self, own: Path, was: str, now: str) -> None:
        text = OURS.read_text(encoding="utf-8")
        assert was in text
        own.write_text(text.replace(was, now, 1), encoding="utf-8")
        with pytest.raises(Refusal, match=THEIRS):
            rules()

    def test_every_rule_has_its_number_and_both_languages(self) -> None:
        found = rules().chronicle.selection
        assert [one.number for one in found] == list(range(1, len(found) + 1))
        assert all(one.zh and one.en and one.kind in rules().chronicle.keys for one in found)

    def test_filed_by_the_event_where_the_rules_say_so(self, own: Path) -> None:
        text = OURS.read_text(encoding="utf-8").replace('files_by = "published"', 'files_by = "occurred"')
        own.write_text(text, encoding="utf-8")
        day_before = watches.clock(DAY - ONE_DAY, 9)
        entry("全市影院即日起停业。", on=DAY, occurred_from=day_before)
        draft = opening.open_draft(
            Edition.Kind.CHRONICLE, DAY - ONE_DAY, DAY, by=person("zu", "newsroom", "publicity-group")
        )
        (one,) = candidates.at(draft, (DAY - ONE_DAY).isoformat(), EVERYWHERE)
        assert one.item.note == "2月1日发生，2月2日发布"
        assert candidates.at(draft, DAY.isoformat(), EVERYWHERE) == []


def test_only_what_a_reader_may_see_is_proposed() -> None:
    entry("全市影院即日起停业。")
    elsewhere = type(EVERYWHERE)(((None, area("醴陵市").path, None),))
    assert proposing.of(DAY, DAY, elsewhere) == []
