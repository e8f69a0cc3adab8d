"""编辑台: the grid with its states, one place with its candidates and words, acts that keep what was written or lose nothing."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.test import Client

from shichen.audit.models import Trail
from shichen.city.models import Account
from shichen.indicators.models import Figure
from shichen.publications.editions import drafting, editing, opening
from shichen.publications.models import Binding, Edition, Passage, Slot
from tests.conftest import Cast
from tests.made import DAY, stated
from tests.publications import people
from tests.publications.made import entry, event, printed
from tests.publications.people import slot

pytestmark = pytest.mark.django_db
KIND = Edition.Kind
DESK = "/days/2020-02-02/edit/"
NOON = "午/一线阻击"


@pytest.fixture
def editor(db: None) -> Account:
    return people.editor()


@pytest.fixture
def figure(db: None) -> Figure:
    return people.page_of_two()


@pytest.fixture
def draft(editor: Account, figure: Figure) -> Edition:
    return opening.open_draft(KIND.DAY, DAY, DAY, by=editor)


@pytest.fixture
def taken(draft: Edition, editor: Account) -> Edition:
    drafting.take_all(draft, by=editor)
    return draft


@pytest.fixture
def desk(client: Client, editor: Account) -> Client:
    client.force_login(editor)
    return client


def act(desk: Client, edition: Edition, place: str, what: str, *, status: int = 302, **fields: str) -> str:
    """Send the form of a place as it was seen now; the page that comes back, where one does."""
    seen = {"place": place, "version": str(slot(edition, place).version), "act": what, **fields}
    answer = desk.post(f"/releases/{edition.pk}/place/", seen)
    assert answer.status_code == status, answer.content.decode()[-2000:]
    return answer.content.decode()


def page(desk: Client, place: str = "", **more: str) -> str:
    answer = desk.get(DESK, {"place": place, **more})
    assert answer.status_code == 200
    return answer.content.decode()


class TestDoors:
    def test_a_page_is_begun_by_the_newsroom_and_by_nobody_without_the_whole_city(
        self, client: Client, cast: Cast, figure: Figure
    ) -> None:
        asked = {"kind": "day_page", "first": "2020-02-02", "last": "2020-02-02"}
        for who in (cast.traffic, cast.office, cast.auditor):
            client.force_login(who)  # type: ignore[arg-type]
            assert client.post("/releases/begin/", asked).status_code == 403
        client.force_login(cast.editor)  # type: ignore[arg-type]
        assert client.post("/releases/begin/", asked)["Location"] == DESK
        assert Edition.objects.get().made_by == cast.editor

    def test_the_head_of_one_unit_may_not_look_at_a_draft(self, client: Client, draft: Edition) -> None:
        client.force_login(people.person("lead", "unit_lead", "traffic-safety-group"))
        assert client.get(DESK).status_code == 403
        assert client.get(f"/releases/{draft.pk}/").status_code == 403
        assert client.post(f"/releases/{draft.pk}/review/").status_code == 403

    def test_the_office_looks_and_does_not_edit(self, client: Client, cast: Cast, taken: Edition) -> None:
        client.force_login(cast.office)  # type: ignore[arg-type]
        html = client.get(DESK, {"place": NOON}).content.decode()
        assert "30台次" in html
        assert "<textarea" not in html
        assert client.post(f"/releases/{taken.pk}/place/", {"place": NOON, "act": "save"}).status_code == 403

    def test_another_edition_of_a_released_page_asks_for_a_reason(
        self, desk: Client, editor: Account, figure: Figure
    ) -> None:
        people.released(editor, people.person("shen"), people.person("qian", "leader"))
        assert 'name="reason"' in page(desk)
        asked = {"kind": "day_page", "first": "2020-02-02", "last": "2020-02-02"}
        refused = desk.post("/releases/begin/", asked)
        assert refused.status_code == 422
        assert "写明理由" in refused.content.decode()
        assert desk.post("/releases/begin/", {**asked, "reason": "补一条"}).status_code == 302
        assert Edition.objects.get(number=2).reason == "补一条"

    def test_looking_changes_nothing(self, desk: Client, taken: Edition) -> None:
        before = (Trail.objects.count(), list(Slot.objects.values_list("version", flat=True)))
        page(desk, NOON)
        page(desk, NOON, q="查车")
        assert (Trail.objects.count(), list(Slot.objects.values_list("version", flat=True))) == before

    @pytest.mark.parametrize("address", ["/days/2020-02-31/edit/", "/days/2020-02-02/edit/?place=x", DESK + "?q=%00"])
    def test_odd_addresses_do_not_fail(self, desk: Client, draft: Edition, address: str) -> None:
        assert desk.get(address).status_code in {200, 404}

    def test_a_chronicle_is_edited_by_dates(self, desk: Client, editor: Account) -> None:
        event("第一例确诊。", DAY)
        assert desk.get("/chronicle/edit/?from=2020-02-03&to=2020-02-01").status_code == 422
        made = opening.open_draft(KIND.CHRONICLE, DAY, DAY, by=editor)
        html = desk.get("/chronicle/edit/", {"place": "2020-02-02"}).content.decode()
        assert "第一例确诊。" in html
        one = editing.proposed(made, "2020-02-02", editor)[0].entry
        act(desk, made, "2020-02-02", f"take-{one.id}")
        assert Passage.objects.get().kinds == ["first"]


class TestGrid:
    def test_the_counter_tells_filled_blank_and_untreated(self, desk: Client, taken: Edition) -> None:
        assert "2有稿 · 0空栏已确认 · 46未处理" in page(desk)
        act(desk, taken, "丑/后勤服务", "blank")
        assert "2有稿 · 1空栏已确认 · 45未处理" in page(desk)
        act(desk, taken, "丑/后勤服务", "unblank")
        assert "2有稿 · 0空栏已确认 · 46未处理" in page(desk)

    def test_the_rest_is_confirmed_blank_at_once_after_it_was_shown_which(self, desk: Client, taken: Edition) -> None:
        assert "亥时 后勤服务" in page(desk)
        desk.post(f"/releases/{taken.pk}/blank-rest/")
        assert "2有稿 · 46空栏已确认 · 0未处理" in page(desk)

    def test_everything_marked_is_taken_at_once(self, desk: Client, draft: Edition) -> None:
        desk.post(f"/releases/{draft.pk}/take-all/")
        assert Passage.objects.count() == 2

    def test_a_place_with_words_is_not_blank(self, desk: Client, taken: Edition) -> None:
        assert "不是空栏" in act(desk, taken, NOON, "blank", status=422)

    def test_the_weeks_of_a_chronicle_begin_on_monday(self, editor: Account) -> None:
        grid = editing.grid(opening.open_draft(KIND.CHRONICLE, DAY.replace(day=1), DAY, by=editor))
        assert [[spot and spot.place for spot in line.spots] for line in grid.lines] == [
            [None] * 5 + ["2020-02-01", "2020-02-02"]
        ]


class TestPlace:
    def test_candidates_come_marked_first_with_their_figures(self, desk: Client, draft: Edition) -> None:
        entry("没人标的一条。", slot="午", column="一线阻击")
        html = page(desk, NOON)
        assert html.index("全天共查车") < html.index("没人标的一条。")
        assert 'class="fig is-stated"' in html

    def test_one_is_taken_and_taken_off(self, desk: Client, draft: Edition, editor: Account) -> None:
        one = editing.proposed(draft, NOON, editor)[0].entry
        act(desk, draft, NOON, f"take-{one.id}")
        passage = Passage.objects.get()
        assert passage.bindings.count() == 1
        act(desk, draft, NOON, f"drop-{passage.pk}")
        assert not Passage.objects.exists()

    def test_what_the_log_has_elsewhere_is_found_by_its_words(self, desk: Client, draft: Edition) -> None:
        assert "召开调度会。" not in page(desk, NOON)
        assert "召开调度会。" in page(desk, NOON, q="调度会")

    def test_an_entry_out_of_reach_or_unknown_is_not_taken(self, desk: Client, draft: Edition) -> None:
        for wrong in ("take-x", "take-00000000-0000-4000-8000-000000000000", "burn-1", "drop-x", "bind-1-2", "up-999"):
            answer = desk.post(f"/releases/{draft.pk}/place/", {"place": NOON, "version": "0", "act": wrong})
            assert answer.status_code in {409, 422}, wrong

    def test_words_and_bold_are_kept_and_the_figure_with_them(self, desk: Client, taken: Edition) -> None:
        passage = slot(taken, NOON).passages.get()
        fields = {f"text-{passage.pk}": "各卡点\r\n共查车30台次。", f"phrase-{passage.pk}": "各卡点"}
        act(desk, taken, NOON, "save", **fields)
        passage.refresh_from_db()
        assert (passage.text, passage.key_phrase) == ("各卡点\n共查车30台次。", "各卡点")
        span = passage.bindings.get()
        assert passage.text[span.start : span.end] == "30台次"

    def test_bold_words_that_do_not_stand_in_the_text_are_refused(self, desk: Client, taken: Edition) -> None:
        passage = slot(taken, NOON).passages.get()
        fields = {f"text-{passage.pk}": passage.text, f"phrase-{passage.pk}": "没有的话"}
        assert "不在文字里" in act(desk, taken, NOON, "save", status=422, **fields)

    def test_a_digit_typed_over_is_refused_with_a_way_to_the_figure_and_the_words_are_kept(
        self, desk: Client, taken: Edition, figure: Figure
    ) -> None:
        passage = slot(taken, NOON).passages.get()
        html = act(desk, taken, NOON, "save", status=422, **{f"text-{passage.pk}": "全天共查车31台次，写了半天。"})
        assert "请在来源处更正" in html
        assert f'href="/figures/{figure.pk}/"' in html
        assert "全天共查车31台次，写了半天。" in html
        passage.refresh_from_db()
        assert passage.text == "全天共查车30台次。"

    def test_all_wordings_of_a_place_are_kept_together_or_not_at_all(self, desk: Client, draft: Edition) -> None:
        printed("另一条。", slot="午", column="一线阻击")
        desk.post(f"/releases/{draft.pk}/take-all/")
        first, second = slot(draft, NOON).passages.all()
        fields = {f"text-{first.pk}": "共查车30台次。", f"text-{second.pk}": "另一条，99台。"}
        html = act(desk, draft, NOON, "save", status=422, **fields)
        assert "另一条，99台。" in html
        assert Passage.objects.get(pk=first.pk).text == "全天共查车30台次。"
        act(desk, draft, NOON, f"up-{second.pk}", **{f"text-{first.pk}": "共查车30台次。"})
        assert [one.pk for one in slot(draft, NOON).passages.all()] == [second.pk, first.pk]
        assert Passage.objects.get(pk=first.pk).text == "共查车30台次。"

    def test_a_number_that_stands_alone_is_bound_to_one_of_the_figures_offered(
        self, desk: Client, draft: Edition
    ) -> None:
        wanted = stated(12, "台次", reporter="traffic-safety-group")
        stated(12, "人次", reporter="traffic-safety-group")
        printed("劝返12台次。", slot="未", column="一线阻击")
        desk.post(f"/releases/{draft.pk}/take-all/")
        passage = slot(draft, "未/一线阻击").passages.get()
        html = page(desk, "未/一线阻击")
        assert "没有台账里的数字支撑" in html
        assert html.count('value="bind-') == 1
        act(desk, draft, "未/一线阻击", f"bind-{passage.pk}-2-6-{wanted.pk}")
        assert Binding.objects.get(passage=passage).figure == wanted
        assert "没有台账里的数字支撑" not in page(desk, "未/一线阻击")


class TestTwoPeople:
    def test_the_second_to_save_sees_both_texts_and_loses_nothing(
        self, desk: Client, taken: Edition, editor: Account
    ) -> None:
        passage = slot(taken, NOON).passages.get()
        seen = slot(taken, NOON).version
        drafting.word(passage, "各卡点查车30台次。", by=people.editor("liu"))
        mine = {"place": NOON, "version": str(seen), "act": "save", f"text-{passage.pk}": "我写的，查车30台次。"}
        answer = desk.post(f"/releases/{taken.pk}/place/", mine)
        html = answer.content.decode()
        assert answer.status_code == 409
        assert "liu刚改过午时 一线阻击" in html
        assert "我写的，查车30台次。" in html
        assert "各卡点查车30台次。" in html
        passage.refresh_from_db()
        assert passage.text == "各卡点查车30台次。"
        now = {**mine, "version": str(slot(taken, NOON).version)}
        assert desk.post(f"/releases/{taken.pk}/place/", now).status_code == 302
        passage.refresh_from_db()
        assert passage.text == "我写的，查车30台次。"

    def test_what_was_written_for_a_passage_that_is_gone_is_shown(
        self, desk: Client, taken: Edition, editor: Account
    ) -> None:
        passage = slot(taken, NOON).passages.get()
        written = {f"text-{passage.pk}": "写了半天的话，30台次。"}
        drafting.drop(passage, by=people.editor("liu"))
        html = act(desk, taken, NOON, "save", status=409, **written)
        assert "写了半天的话，30台次。" in html

    def test_a_form_without_a_version_overwrites_nobody(self, desk: Client, taken: Edition) -> None:
        passage = slot(taken, NOON).passages.get()
        fields = {"place": NOON, "act": "save", f"text-{passage.pk}": "查车30台次。"}
        assert desk.post(f"/releases/{taken.pk}/place/", fields).status_code == 409


class TestAfterReview:
    def test_a_reviewed_edition_is_shown_and_not_changed(self, desk: Client, editor: Account, figure: Figure) -> None:
        made = people.reviewed(editor, people.person("shen"))
        html = page(desk, NOON)
        assert "<textarea" not in html
        assert "已审" in html
        assert desk.post(f"/releases/{made.pk}/take-all/").status_code == 422
        act(desk, made, NOON, "blank", status=422)

    def test_places_stand_in_addresses_as_they_are_called(self, desk: Client, draft: Edition) -> None:
        assert quote(NOON, safe="") in page(desk)
