"""版: put together from candidates, reviewed, signed by a second person, released at its hour, corrected by another edition."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from shichen.audit.context import acting
from shichen.audit.models import Trail
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.city.models import Account
from shichen.indicators import correcting
from shichen.indicators import services as indicators
from shichen.indicators.declare import Scope
from shichen.indicators.models import Appearance, Correction, Figure
from shichen.journal import services as journal
from shichen.publications.editions import drafting, objections, opening
from shichen.publications.editions import outgoing as editions
from shichen.publications.models import Edition, Passage, Slot
from shichen.refusal import Refusal
from shichen.registers.checkpoints import services as checkpoints
from shichen.registers.checkpoints.models import Tally
from tests.conftest import LONG_AGO
from tests.made import DAY, NOON, body, day_of, post, tally
from tests.publications.made import bind, event, printed

pytestmark = pytest.mark.django_db
KIND, State = Edition.Kind, Edition.State
LATER = datetime(2020, 2, 3, 2, tzinfo=UTC)


def person(name: str, role: str = "office", unit: str = "office") -> Account:
    account = accounts.open_account(name, name, by=accounts.system())
    where = {"unit": body(unit), "area": city.the_city(), "event": city.the_event()}
    accounts.grant(account, role, **where, starts_at=LONG_AGO, reason="试", by=accounts.system())
    return cast(Account, account)


@pytest.fixture
def editor(db: None) -> Account:
    return person("zu", "newsroom", "publicity-group")


@pytest.fixture
def office(db: None) -> Account:
    return person("shen")


@pytest.fixture
def leader(db: None) -> Account:
    return person("qian", "leader")


def figure_of(vehicles: int = 5120) -> tuple[Tally, Figure]:
    post()
    one = tally(vehicles=vehicles)
    made = indicators.freeze(
        "traffic.vehicles_checked",
        day_of(DAY),
        Scope(city.the_city()),
        reporter=body("traffic-safety-group"),
        event=city.the_event(),
        by=accounts.system(),
    )
    return one, made


def the_figure() -> Figure:
    """The one that the entry of the page prints; the shift has figures of its own."""
    return Figure.objects.get(uses__entry__text="全天检查车辆5120台次。")


def slot(edition: Edition, place: str) -> Slot:
    return Slot.objects.get(edition=edition, place=place)


def complete(edition: Edition, by: Account) -> Edition:
    """Everything taken, all other places confirmed blank."""
    drafting.take_all(edition, by=by)
    for one in edition.slots.filter(passages=None):
        drafting.confirm_blank(one, by=by)
    return edition


def at(moment: datetime) -> object:
    return acting("web", moment=moment)


@pytest.fixture
def draft(editor: Account) -> Edition:
    _, figure = figure_of()
    one = printed("全天检查车辆5120台次。", slot="午", column="一线阻击", unit="traffic-safety-group")
    bind(one, figure, "5120")
    printed("召开调度会。", slot="子", column="指挥调度")
    return opening.open_draft(KIND.DAY, DAY, DAY, by=editor)


def released(draft: Edition, editor: Account, office: Account, leader: Account) -> Edition:
    complete(draft, editor)
    editions.review(draft, by=office)
    editions.approve(draft, by=leader)
    return editions.release(draft, by=editor)


class TestPuttingTogether:
    def test_a_draft_has_every_cell_and_nothing_in_them(self, draft: Edition) -> None:
        assert draft.slots.count() == 48
        assert not Passage.objects.exists()

    def test_all_candidates_are_taken_with_their_figures_bound(self, draft: Edition, editor: Account) -> None:
        assert drafting.take_all(draft, by=editor) == 2
        passage = slot(draft, "午/一线阻击").passages.get()
        binding = passage.bindings.get()
        assert passage.text[binding.start : binding.end] == "5120"

    def test_taking_all_again_takes_nothing_and_leaves_edited_places(self, draft: Edition, editor: Account) -> None:
        drafting.take_all(draft, by=editor)
        assert drafting.take_all(draft, by=editor) == 0

    def test_an_entry_stands_once_on_a_page(self, draft: Edition, editor: Account) -> None:
        drafting.take_all(draft, by=editor)
        passage = slot(draft, "子/指挥调度").passages.get()
        with pytest.raises(Refusal, match="已在这一版里"):
            drafting.take(slot(draft, "丑/指挥调度"), passage.entry, by=editor)

    def test_words_change_and_the_figure_stays(self, draft: Edition, editor: Account) -> None:
        drafting.take_all(draft, by=editor)
        passage = slot(draft, "午/一线阻击").passages.get()
        drafting.word(passage, "各卡点全天检查车辆5120台次。", by=editor)
        binding = passage.bindings.get()
        assert passage.text[binding.start : binding.end] == "5120"

    def test_a_digit_typed_over_is_refused_and_nothing_is_saved(self, draft: Edition, editor: Account) -> None:
        drafting.take_all(draft, by=editor)
        passage = slot(draft, "午/一线阻击").passages.get()
        with pytest.raises(Refusal, match="请在来源处更正"):
            drafting.word(passage, "全天检查车辆5121台次。", by=editor)
        passage.refresh_from_db()
        assert passage.text == "全天检查车辆5120台次。"
        assert passage.bindings.count() == 1

    def test_two_people_cannot_overwrite_each_other(self, draft: Edition, editor: Account, office: Account) -> None:
        drafting.take_all(draft, by=editor)
        passage = slot(draft, "午/一线阻击").passages.select_related("slot").get()
        seen = passage.slot.version
        drafting.word(passage, "各卡点检查车辆5120台次。", version=seen, by=editor)
        other = Passage.objects.select_related("slot").get(pk=passage.pk)
        with pytest.raises(drafting.Overtaken, match="zu刚改过午时 一线阻击"):
            drafting.word(other, "检查车辆5120台次。", version=seen, by=office)
        passage.refresh_from_db()
        assert passage.text == "各卡点检查车辆5120台次。"

    def test_a_place_with_words_is_not_blank(self, draft: Edition, editor: Account) -> None:
        drafting.take_all(draft, by=editor)
        with pytest.raises(Refusal, match="不是空栏"):
            drafting.confirm_blank(slot(draft, "午/一线阻击"), by=editor)

    def test_passages_change_places(self, draft: Edition, editor: Account) -> None:
        printed("再开调度会。", slot="子", column="指挥调度")
        drafting.take_all(draft, by=editor)
        first, second = slot(draft, "子/指挥调度").passages.all()
        drafting.move(second, True, by=editor)
        assert [one.pk for one in slot(draft, "子/指挥调度").passages.all()] == [second.pk, first.pk]

    def test_one_edition_of_a_page_is_in_hand(self, draft: Edition, editor: Account) -> None:
        with pytest.raises(Refusal, match="正在编辑"):
            opening.open_draft(KIND.DAY, DAY, DAY, by=editor)
        with pytest.raises(IntegrityError), transaction.atomic():
            Edition.objects.create(kind=KIND.DAY, first=DAY, last=DAY, number=9, made_at=NOON, made_by=editor)

    def test_a_number_in_a_passage_is_bound_to_a_figure_that_says_the_same(
        self, draft: Edition, editor: Account
    ) -> None:
        figure = the_figure()
        printed("另有车辆5120台次登记。", slot="未", column="一线阻击")
        drafting.take_all(draft, by=editor)
        passage = slot(draft, "未/一线阻击").passages.get()
        start = passage.text.index("5120")
        with pytest.raises(Refusal, match="两者不同"):
            drafting.bind(passage, figure, start, start + 3, by=editor)
        drafting.bind(passage, figure, start, start + 4, by=editor)
        assert passage.bindings.get().figure_id == figure.pk


class TestObjections:
    def test_an_untreated_cell_stands_against_a_day_page(
        self, draft: Edition, editor: Account, office: Account
    ) -> None:
        drafting.take_all(draft, by=editor)
        assert sum(one.key.startswith("untreated:") for one in objections.of(draft)) == 46
        with pytest.raises(Refusal, match="没有稿，也没有确认为空"):
            editions.review(draft, by=office)

    def test_a_number_without_a_figure_stands_against_it(
        self, draft: Edition, editor: Account, office: Account
    ) -> None:
        printed("劝返车辆17台次。", slot="未", column="一线阻击")
        complete(draft, editor)
        with pytest.raises(Refusal, match="没有台账里的数字支撑"):
            editions.review(draft, waived={one.key: "就这样" for one in objections.of(draft)}, by=office)

    def test_the_same_words_twice_may_pass_with_a_reason(
        self, draft: Edition, editor: Account, office: Account
    ) -> None:
        printed("市级调度会要求各组连夜到岗。", slot="未", column="指挥调度")
        printed("市级调度会要求各组连夜到岗。", slot="申", column="指挥调度")
        complete(draft, editor)
        (one,) = objections.of(draft)
        with pytest.raises(Refusal, match="逐字相同"):
            editions.review(draft, by=office)
        editions.review(draft, waived={one.key: "两个时辰各发一次"}, by=office)
        draft.refresh_from_db()
        assert draft.waived[0]["reason"] == "两个时辰各发一次"

    def test_an_entry_struck_after_it_was_taken_stands_against_it(
        self, draft: Edition, editor: Account, office: Account
    ) -> None:
        complete(draft, editor)
        entry = slot(draft, "子/指挥调度").passages.get().entry
        journal.strike(entry, "误记", by=office)
        assert [one.hard for one in objections.of(draft)] == [True]


class TestGoingOut:
    def test_review_fixes_the_content(self, draft: Edition, editor: Account, office: Account) -> None:
        editions.review(complete(draft, editor), by=office)
        draft.refresh_from_db()
        cells = {row["place"]: row for row in draft.content["places"]}
        assert cells["午/一线阻击"]["passages"][0]["text"] == "全天检查车辆5120台次。"
        assert cells["丑/后勤服务"] == {"place": "丑/后勤服务", "blank": True, "passages": []}
        assert next(iter(draft.content["figures"].values()))["value"] == "5120"
        with pytest.raises(Refusal, match="内容已定"):
            drafting.take_all(draft, by=editor)

    def test_it_is_signed_by_a_second_person(
        self, draft: Edition, editor: Account, office: Account, leader: Account
    ) -> None:
        editions.review(complete(draft, editor), by=office)
        for own in (editor, office):
            with pytest.raises(Refusal, match="第二人签发"):
                editions.approve(draft, by=own)
        editions.approve(draft, by=leader)
        assert the_figure().approved_by_id == leader.pk
        with pytest.raises(IntegrityError), transaction.atomic():
            Edition.objects.filter(pk=draft.pk).update(approved_by=office)

    def test_before_its_hour_nothing_goes_out_and_at_its_hour_all_of_it(
        self, draft: Edition, editor: Account, office: Account, leader: Account
    ) -> None:
        editions.review(complete(draft, editor), by=office)
        editions.approve(draft, not_before=LATER, by=leader)
        with acting("web", moment=LATER - timedelta(seconds=1)):
            with pytest.raises(Refusal, match="还不能发布"):
                editions.release(draft, by=editor)
            assert editions.release_due(LATER - timedelta(seconds=1)) == 0
        assert the_figure().published_at is None
        with acting("job", moment=LATER):
            assert editions.release_due(LATER) == 1
        assert the_figure().published_at == LATER
        assert Edition.objects.get().state == State.RELEASED
        assert Appearance.objects.get(figure=the_figure()).place == "午/一线阻击"

    def test_what_went_out_cannot_be_changed_or_deleted_even_in_the_database(
        self, draft: Edition, editor: Account, office: Account, leader: Account
    ) -> None:
        made = released(draft, editor, office, leader)
        with pytest.raises(DatabaseError), transaction.atomic():
            Edition.objects.filter(pk=made.pk).update(content={})
        with pytest.raises(DatabaseError), transaction.atomic():
            Edition.objects.filter(pk=made.pk)._raw_delete("default")  # type: ignore[attr-defined]

    def test_it_is_withdrawn_with_a_reason_and_stays(
        self, draft: Edition, editor: Account, office: Account, leader: Account
    ) -> None:
        made = released(draft, editor, office, leader)
        with pytest.raises(Refusal, match="写明理由"):
            editions.withdraw(made, " ", by=leader)
        assert editions.withdraw(made, "排错版", by=leader).state == State.WITHDRAWN

    def test_sent_back_it_can_be_edited_again(self, draft: Edition, editor: Account, office: Account) -> None:
        editions.review(complete(draft, editor), by=office)
        editions.send_back(draft, "午时措辞再改", by=office)
        passage = slot(draft, "午/一线阻击").passages.get()
        drafting.word(passage, "检查车辆5120台次。", by=editor)

    def test_every_act_leaves_a_row_of_the_trail(
        self, draft: Edition, editor: Account, office: Account, leader: Account
    ) -> None:
        released(draft, editor, office, leader)
        done = set(Trail.objects.filter(table="publications.edition").values_list("action", flat=True))
        assert done == {"open-draft", "review-edition", "approve-edition", "release-edition"}

    def test_an_edition_that_is_refused_at_its_hour_waits_for_a_person(
        self, draft: Edition, editor: Account, office: Account, leader: Account
    ) -> None:
        one = Tally.objects.get()
        editions.review(complete(draft, editor), by=office)
        editions.approve(draft, not_before=LATER, by=leader)
        checkpoints.correct_tally(one, {"vehicles": 5000}, "复核", by=accounts.system())
        correcting.refreeze(the_figure(), "复核后重算", by=office)
        with acting("job", moment=LATER):
            assert editions.release_due(LATER) == 0
        draft.refresh_from_db()
        assert draft.state == State.APPROVED
        assert "已被更正" in draft.ended


class TestCorrecting:
    def test_a_corrected_figure_makes_another_edition_with_the_new_number(
        self, draft: Edition, editor: Account, office: Account, leader: Account
    ) -> None:
        first = released(draft, editor, office, leader)
        checkpoints.correct_tally(Tally.objects.get(), {"vehicles": 5000}, "复核", by=accounts.system())
        asked = correcting.propose(the_figure(), "卡点复核核减120台次", by=office)
        correcting.decide(asked, accept=True, by=leader)
        with pytest.raises(Refusal, match="写明理由"):
            opening.open_draft(KIND.DAY, DAY, DAY, by=editor)
        second = opening.open_draft(KIND.DAY, DAY, DAY, reason="更正第1号", by=editor)
        passage = slot(second, "午/一线阻击").passages.get()
        assert passage.text == "全天检查车辆5000台次。"
        assert passage.bindings.get().figure.value == 5000
        assert (second.number, second.previous_id) == (2, first.pk)
        first.refresh_from_db()
        assert "5120" in str(first.content)

    def test_the_chronicle_has_a_place_for_every_date(self, editor: Account) -> None:
        event("第一例确诊。", DAY)
        made = opening.open_draft(KIND.CHRONICLE, DAY - timedelta(days=2), DAY, by=editor)
        assert [one.place for one in made.slots.order_by("place")] == ["2020-01-31", "2020-02-01", "2020-02-02"]
        drafting.take_all(made, by=editor)
        passage = Passage.objects.get()
        assert (passage.slot.place, passage.kinds) == ("2020-02-02", ["first"])
        assert Correction.objects.count() == 0
