"""大事记发布之前的核对：各次与累计、一数两日、下降、句内之和、首次、措施的起止、令的编号、几乎相同的两行。"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation

from shichen import watches
from shichen.city import services as accounts
from shichen.city.models import Account
from shichen.indicators import services as indicators
from shichen.indicators.declare import Scope
from shichen.journal.models import Entry
from shichen.publications.chronicle import objections as chronicle_objections
from shichen.publications.chronicle import telling as chronicle
from shichen.publications.chronicle.lines_of_measures import numeral
from shichen.publications.editions import drafting, objections, opening
from shichen.publications.editions import outgoing as editions
from shichen.publications.models import Edition
from shichen.publications.objecting import Objection
from shichen.refusal import Refusal
from shichen.registers.measures import services as measures
from shichen.registers.measures.models import Measure
from tests.made import DAY, body, count, day_of, stated
from tests.publications.made import EVERYWHERE, bind, entry, event, mark
from tests.publications.test_editions import person

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2020, 1, 25), DAY
SENT, EXPERTS = "medical.staff_sent_hubei", "medical.cdc_experts_sent"
ONE_DAY = timedelta(days=1)


def told(text: str, on: date, *figures: tuple[str, int, str], kind: str = "other", **more: Any) -> Entry:
    """A line whose figures are stated: printed words, value, indicator; 累计 or 至此 before it makes a running total."""
    one = event(text, on, kind, **more)
    for words, value, key in figures:
        lead = text[: text.index(words)]
        unit = words.lstrip("0123456789.万亿")
        bind(one, stated(value, unit, key=key, day=on, cumulative="累计" in lead or "至此" in lead), words)
    return one


def found(family: str = "", first: date = FIRST, last: date = LAST) -> list[Objection]:
    all_ = chronicle_objections.of_the_page(chronicle.build(first, last, EVERYWHERE))
    return [one for one in all_ if one.key.startswith(family)]


class TestFlowsAndTotals:
    def test_what_is_missing_between_the_flows_and_the_total_is_asked_with_both_lines(self) -> None:
        told("派出医护20名。", FIRST, ("20名", 20, SENT))
        told("再派疾控人员3名，至此共派出30名。", DAY, ("3名", 3, EXPERTS), ("30名", 30, SENT))
        (one,) = found("running:")
        assert "1月25日「20名」、2月2日「3名」合计23：有7名没有讲到" in one.sentence
        assert [line.place for line in one.lines] == ["2020-01-25", "2020-02-02"]

    @pytest.mark.parametrize(("total", "asked"), [(23, False), (22, True)])
    def test_told_in_full_it_passes_and_too_much_is_asked(self, total: int, asked: bool) -> None:
        told("派出医护20名。", FIRST, ("20名", 20, SENT))
        told(f"再派疾控人员3名，至此共派出{total}名。", DAY, ("3名", 3, EXPERTS), (f"{total}名", total, SENT))
        assert ["多出1名" in one.sentence for one in found("running:")] == [True] * asked

    def test_of_other_indicators_only_between_two_totals(self) -> None:
        key = "finance.loans"
        told("投放贷款3万元。", FIRST, ("3万元", 30_000, key))
        told("累计投放贷款9万元。", FIRST + ONE_DAY, ("9万元", 90_000, key))
        assert found("running:") == []
        told("投放贷款2万元。", FIRST + 2 * ONE_DAY, ("2万元", 20_000, key))
        told("累计投放贷款13万元。", DAY, ("13万元", 130_000, key))
        (one,) = found("running:")
        assert "有20000元没有讲到" in one.sentence

    def test_a_running_total_does_not_fall(self) -> None:
        told("累计派出30名。", FIRST, ("30名", 30, "finance.loans"))
        told("累计派出28名。", DAY, ("28名", 28, "finance.loans"))
        (one,) = found("falls:")
        assert "由1月25日的「30名」降为2月2日的「28名」" in one.sentence


class TestOneFigureTwoDates:
    KEY = "transport.passes_obtained"

    def test_another_entry_of_the_log_tells_the_same_number_on_another_day(self) -> None:
        told("领到通行证150张。", DAY - ONE_DAY, ("150张", 150, self.KEY))
        there = entry("已有通行证150张在用。", on=DAY)
        bind(there, stated(150, "张", key=self.KEY, day=DAY), "150张")
        (one,) = found("dates:")
        assert "日志在2月2日也记着" in one.sentence
        assert [line.text for line in one.lines] == ["领到通行证150张。", "已有通行证150张在用。"]

    @pytest.mark.parametrize(
        ("value", "days", "key"), [(3, 1, KEY), (150, 20, KEY), (150, 0, KEY), (150, 1, "market.wet_markets_total")]
    )
    def test_small_numbers_far_days_the_same_day_and_levels_are_not_asked(
        self, value: int, days: int, key: str
    ) -> None:
        told(f"有通行证{value}张。", DAY, (f"{value}张", value, key))
        there = entry(f"通行证{value}张。", on=DAY + days * ONE_DAY)
        bind(there, stated(value, "张", key=key, day=DAY + days * ONE_DAY), f"{value}张")
        assert found("dates:") == []

    def test_two_lines_of_the_page_are_asked_once(self) -> None:
        for on in (DAY - ONE_DAY, DAY):
            told("领到通行证150张。", on, ("150张", 150, self.KEY))
        assert len(found("dates:")) == 1


class TestSumsInASentence:
    @pytest.mark.parametrize(
        ("text", "figures", "asked"),
        [
            ("共关停50家，分别是影院20家、网吧25家。", (50, 20, 25), True),
            ("共关停45家，分别是影院20家、网吧25家。", (45, 20, 25), False),
            ("共关停50家，其中影院20家、网吧25家。", (50, 20, 25), False),
            ("共关停40家，其中影院20家、网吧25家。", (40, 20, 25), True),
            ("影院20家、网吧25家，合计46家。", (20, 25, 46), True),
            ("影院20家、网吧25家，合计45家。", (20, 25, 45), False),
            ("影院20家，至此共30家。", (20, 30), False),
            ("共关停50家。分别是影院20家、网吧25家。", (50, 20, 25), False),
        ],
    )
    def test_parts_and_whole(self, text: str, figures: tuple[int, ...], asked: bool) -> None:
        told(text, DAY, *((f"{value}家", value, "") for value in figures))
        assert bool(found("sum:")) == asked


class TestFirsts:
    def test_a_first_that_the_register_does_not_prove_names_both_dates(self) -> None:
        count(date(2020, 1, 26), confirmed_new=2, confirmed_cum=2)
        count(date(2020, 1, 27), confirmed_new=0, confirmed_cum=2)
        count(date(2020, 2, 1), confirmed_new=0, confirmed_cum=2, published_on="2020-02-02")
        one = event("新增确诊病例0例，为首次。", DAY, "first")
        scope = Scope(one.area, {"dated": "published"})
        at = watches.clock(DAY, 10)
        common = {"reporter": body("office"), "event": one.event, "published_at": at, "by": accounts.system()}
        bind(one, indicators.freeze("cases.confirmed_new", day_of(DAY), scope, **common), "0例")  # type: ignore[arg-type]
        (asked,) = found("first:")
        assert "数据截至2月1日24时，2月2日发布" in asked.sentence
        assert "更早已有1月27日" in asked.sentence

    def test_a_proven_one_is_not_asked(self) -> None:
        told("首笔贷款3万元到账。", DAY, ("3万元", 30_000, "finance.relending"))
        assert found("first:") == []

    def test_objections_speak_chinese_whatever_the_editor_reads(self) -> None:
        event("全省首次试行。", DAY, "first")
        chinese = [one.sentence for one in found("first:")]
        with translation.override("en"):
            assert [one.sentence for one in found("first:")] == chinese


class TestMeasures:
    def band(self, text: str, on: date, kind: str = "measure_start", **more: Any) -> Measure:
        one = event(text, on, kind)
        given = {"start": watches.clock(on, 0), **more}
        return measures.announce(one, "ferry_stopped", "渡口停渡", by=accounts.system(), **given)  # type: ignore[arg-type]

    def test_begun_twice_where_the_first_still_holds(self) -> None:
        self.band("渡口停渡。", FIRST)
        self.band("各渡口一律停渡。", DAY)
        (one,) = found("begins:")
        assert "同一措施开始了两次" in one.sentence
        assert len(one.lines) == 2

    def test_not_where_it_had_ended_was_replaced_or_held_elsewhere(self) -> None:
        first = self.band("渡口停渡。", FIRST, end=watches.clock(FIRST + 2 * ONE_DAY, 0))
        self.band("渡口再停渡。", FIRST + 3 * ONE_DAY, areas=["430281"])
        self.band("全市渡口停渡。", FIRST + 4 * ONE_DAY)
        assert first
        assert found("begins:") == []

    def test_a_measure_ends_that_no_line_began(self) -> None:
        began = entry("渡口停渡。", on=FIRST + ONE_DAY)
        first = measures.announce(began, "ferry_stopped", "渡口停渡", watches.clock(FIRST, 0), by=accounts.system())
        self.band("渡口放行一部分。", DAY, "measure_end", partial=True, replaces=first)
        (one,) = found("ends:")
        assert "没有讲过它开始" in one.sentence
        mark(began, "measure_start")
        assert found("ends:") == []

    def test_an_end_without_any_record_of_a_measure_is_asked(self) -> None:
        event("渡口恢复。", DAY, "measure_end")
        assert len(found("ends:")) == 1
        self.band("渡口停渡。", FIRST, end=watches.clock(DAY, 0))
        assert found("ends:") == []


class TestOrders:
    @pytest.mark.parametrize(
        ("texts", "asked"),
        [
            (["第1号令发布。", "第2、3号令发布。"], []),
            (["第1号令发布。", "第4号令发布。"], ["第2号令、第3号令"]),
            (["第2号令发布。"], ["第1号令"]),
            (["第1至3号令发布。", "第四号令发布。"], []),
            (["第1号令发布。", "第1号通告发布。"], []),
        ],
    )
    def test_a_number_is_not_skipped(self, texts: list[str], asked: list[str]) -> None:
        for n, text in enumerate(texts):
            event(text, FIRST + n * ONE_DAY, "order")
        said = [one.sentence for one in found("skipped:")]
        assert len(said) == len(asked)
        assert all(lost in one for lost, one in zip(asked, said, strict=True))

    def test_a_number_is_issued_once(self) -> None:
        event("第1号令发布。", FIRST, "order")
        event("第1号令印发。", DAY, "order")
        (one,) = found("issued:")
        assert "1月25日、2月2日" in one.sentence

    def test_each_issuer_counts_by_itself(self) -> None:
        event("第1号令发布。", FIRST, "order")
        event("省里第9号令发布。", DAY, "order", unit="hunan-province")
        assert [one.sentence.count("第9号令") for one in found("skipped:")] == [1]

    @pytest.mark.parametrize(
        ("text", "value"), [("3", 3), ("三", 3), ("十", 10), ("十二", 12), ("二十", 20), ("三十一", 31)]
    )
    def test_numerals(self, text: str, value: int) -> None:
        assert numeral(text) == value


class TestAlike:
    def test_two_lines_that_say_nearly_the_same(self) -> None:
        event("全市影院、网吧一律停业。", DAY - ONE_DAY)
        event("全市影院、网吧，一律停业！", DAY)
        event("公园照常开放。", DAY)
        (one,) = found("alike:")
        assert len(one.lines) == 2

    def test_word_for_word_is_the_other_checks_business(self) -> None:
        event("全市影院、网吧一律停业。", DAY - ONE_DAY)
        event("全市影院、网吧一律停业。", DAY)
        assert found("alike:") == []


class TestEditions:
    @pytest.fixture
    def people(self) -> tuple[Account, Account, Account]:
        return person("zu", "newsroom", "publicity-group"), person("shen"), person("qian", "leader")

    def draft(self, by: Account, last: date = LAST, **more: Any) -> Edition:
        made = opening.open_draft(Edition.Kind.CHRONICLE, FIRST, last, by=by, **more)
        drafting.take_all(made, by=by)
        for slot in made.slots.filter(passages=None):
            drafting.confirm_blank(slot, by=by)
        return made

    def test_a_draft_is_asked_what_the_page_is_asked(self, people: tuple[Account, Account, Account]) -> None:
        told("派出医护20名。", FIRST, ("20名", 20, SENT))
        told("累计派出30名。", DAY, ("30名", 30, SENT))
        draft = self.draft(people[0])
        assert [one.key for one in objections.of(draft)] == [one.key for one in found("running:")]

    def test_a_date_without_a_line_is_asked_until_it_is_confirmed(
        self, people: tuple[Account, Account, Account]
    ) -> None:
        event("公园照常开放。", FIRST)
        made = opening.open_draft(Edition.Kind.CHRONICLE, FIRST, FIRST + ONE_DAY, by=people[0])
        drafting.take_all(made, by=people[0])
        (one,) = objections.of(made)
        assert (one.place, one.hard) == ("2020-01-26", False)
        drafting.confirm_blank(made.slots.get(place="2020-01-26"), by=people[0])
        assert objections.of(made) == []

    def test_what_was_let_pass_is_not_asked_again_and_shows_its_reason(
        self, people: tuple[Account, Account, Account]
    ) -> None:
        editor, office, leader = people
        event("全省首次试行。", DAY, "first")
        first = self.draft(editor)
        (asked,) = objections.of(first)
        with pytest.raises(Refusal, match="全省"):
            editions.review(first, by=office)
        editions.review(first, waived={asked.key: "省报1月30日报道为证"}, by=office)
        editions.approve(first, by=leader)
        editions.release(first, by=editor)

        event("公园照常开放。", DAY + ONE_DAY, "opening")
        second = self.draft(editor, last=DAY + ONE_DAY)
        (again,) = objections.of(second)
        assert again.passed is not None
        assert (again.passed.reason, again.passed.by) == ("省报1月30日报道为证", "shen")
        editions.review(second, by=person("bie"))
        second.refresh_from_db()
        assert second.waived[0]["by"] == "shen"
        assert "第1版" in second.waived[0]["edition"]

    def test_changed_facts_are_asked_anew(self, people: tuple[Account, Account, Account]) -> None:
        editor, office, leader = people
        told("派出医护20名。", FIRST, ("20名", 20, SENT))
        told("累计派出30名。", DAY, ("30名", 30, SENT))
        first = self.draft(editor)
        editions.review(first, waived={one.key: "待查" for one in objections.of(first)}, by=office)
        editions.approve(first, by=leader)
        editions.release(first, by=editor)
        told("再派医护4名。", FIRST + ONE_DAY, ("4名", 4, SENT))
        second = opening.open_draft(Edition.Kind.CHRONICLE, FIRST, LAST, reason="补一条", by=editor)
        drafting.take_all(second, by=editor)
        for slot in second.slots.filter(passages=None, blank=True):
            drafting.confirm_blank(slot, False, by=editor)
        drafting.take_all(second, by=editor)
        asked = [one for one in objections.of(second) if one.key.startswith("running:")]
        assert ["有6名没有讲到" in one.sentence for one in asked] == [True]
        assert [one.passed for one in asked] == [None]
