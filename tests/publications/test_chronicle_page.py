"""大事记的页面：有发布的版次看发布的，没有的注明未定版；编辑看得见待核与凡例备选；筛选都在地址里。"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from shichen.city.models import Account
from shichen.journal.models import Entry
from shichen.publications.editions import drafting, objections, opening
from shichen.publications.editions import outgoing as editions
from shichen.publications.models import Edition
from tests.conftest import Cast
from tests.made import DAY, stated
from tests.publications import people
from tests.publications.made import bind, entry, event

pytestmark = pytest.mark.django_db
SPAN = "from=2020-02-01&to=2020-02-02"
HERE = f"/chronicle/?{SPAN}"
ONE_DAY = timedelta(days=1)


@pytest.fixture
def editor(db: None) -> Account:
    return people.editor()


@pytest.fixture
def desk(client: Client, editor: Account) -> Client:
    """The browser of one who puts pages together."""
    client.force_login(editor)
    return client


@pytest.fixture
def reader(cast: Cast) -> Client:
    one = Client()
    one.force_login(cast.control)  # type: ignore[arg-type]
    return one


def html(client: Client, address: str = HERE, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def text_of(page: str) -> str:
    return re.sub(r"<[^>]+>", "", page)


def release(editor: Account, first: object = DAY - ONE_DAY, last: object = DAY) -> Edition:
    made = opening.open_draft(Edition.Kind.CHRONICLE, first, last, by=editor)  # type: ignore[arg-type]
    drafting.take_all(made, by=editor)
    drafting.confirm_rest(made, by=editor)
    editions.review(made, by=people.person("shen"))
    editions.approve(made, by=people.person("qian", "leader"))
    return editions.release(made, by=editor)


class TestReading:
    def test_dates_stand_in_tens_of_days_each_line_with_its_kind(self, desk: Client) -> None:
        event("影院停业。", DAY, "closure", key="停业")
        page = html(desk)
        assert "2月上旬" in page
        assert 'title="关停">关</i>' in page
        assert "<strong>停业</strong>" in page

    def test_kinds_are_filters_in_the_address_with_their_counts(self, desk: Client) -> None:
        event("影院停业。", DAY, "closure")
        event("公园开放。", DAY, "opening")
        page = html(desk)
        assert f"?{SPAN.replace('&', '&amp;')}&amp;kind=closure" in page
        narrowed = html(desk, f"{HERE}&kind=closure")
        assert "影院停业" in narrowed
        assert "公园开放。" not in text_of(narrowed)
        assert "清除条件" in narrowed

    def test_in_english_kinds_are_in_english_and_lines_are_marked_as_chinese(self, desk: Client) -> None:
        event("影院停业。", DAY, "closure")
        desk.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        page = html(desk)
        assert ">closure</span>" in page
        assert re.search(r'<p class="event" id="e-\d+" lang="zh-Hans">', page)

    def test_a_day_without_an_event_is_hollow_for_editors_and_not_there_for_readers(
        self, desk: Client, reader: Client
    ) -> None:
        event("影院停业。", DAY, "closure", unit="epidemic-control-group")
        assert 'class="date is-hollow" id="d0201"' in html(desk)
        assert "is-hollow" not in html(reader)

    def test_a_line_tells_when_it_happened_where_that_is_another_day(self, desk: Client) -> None:
        event("影院停业。", DAY, "closure", occurred_from=datetime(2020, 2, 1, 4, tzinfo=UTC))
        assert "2月1日发生，2月2日发布" in html(desk)


class TestAsked:
    def test_editors_see_what_is_asked_and_which_line_it_is_about(self, desk: Client, reader: Client) -> None:
        event("全省首次试行。", DAY, "first", unit="epidemic-control-group")
        page = html(desk)
        assert "发布前要问的 2 处" in text_of(page)  # the line, and the date without one
        assert "全省之首" in page
        assert page.count('class="asked no-print"') == 1
        assert "待核" not in text_of(html(reader))

    def test_both_lines_of_a_disagreement_stand_side_by_side(self, desk: Client) -> None:
        for on, words, value in ((DAY - ONE_DAY, "派出医护20名。", 20), (DAY, "累计派出医护30名。", 30)):
            one = event(words, on, "resources")
            figure = stated(value, "名", key="medical.staff_sent_hubei", day=on, cumulative="累计" in words)
            bind(one, figure, f"{value}名")
        page = html(desk)
        assert "有10名没有讲到" in page
        sides = page[page.index('<ul class="sides">') :]
        assert sides.index("派出医护20名。") < sides.index("累计派出医护30名。")

    def test_what_an_edition_let_pass_shows_its_reason_and_is_no_longer_asked(
        self, desk: Client, editor: Account
    ) -> None:
        event("全省首次试行。", DAY - ONE_DAY, "first")
        event("公园开放。", DAY, "opening")
        made = opening.open_draft(Edition.Kind.CHRONICLE, DAY - ONE_DAY, DAY, by=editor)
        drafting.take_all(made, by=editor)
        editions.review(made, waived={one.key: "省报为证" for one in objections.of(made)}, by=people.person("shen"))
        editions.approve(made, by=people.person("qian", "leader"))
        editions.release(made, by=editor)
        page = html(desk, f"{HERE}&live=1")
        assert "省报为证" in page
        assert "发布前要问的 0 处" in text_of(page)
        assert 'class="asked no-print"' not in page


class TestProposals:
    def test_they_stand_under_their_date_for_editors_who_ask(self, desk: Client, reader: Client) -> None:
        entry("全市影院即日起停业。", on=DAY, unit="epidemic-control-group")
        event("公园开放。", DAY, "opening", unit="epidemic-control-group")
        assert "即日起停业" not in html(desk)
        page = html(desk, f"{HERE}&proposals=1")
        assert "即日起停业" in page
        assert re.search(r"凡例第\d+条", page)
        assert "即日起停业" not in html(reader, f"{HERE}&proposals=1")

    def test_accepting_puts_it_into_the_chronicle_and_comes_back_to_the_date(self, desk: Client) -> None:
        one = entry("全市影院即日起停业。", on=DAY)
        answer = desk.post(f"/chronicle/entries/{one.id}/accept/", {"accepted": "closure", "from": "2020-02-01"})
        assert answer.headers["Location"] == "/chronicle/?from=2020-02-01#d0202"
        mark = one.marks.get()
        assert (mark.detail, mark.reason[:3]) == ("closure", "凡例第")
        assert "即日起停业" in html(desk)

    def test_accepted_twice_it_says_so_and_stays_once(self, desk: Client) -> None:
        one = entry("全市影院即日起停业。", on=DAY)
        for _ in range(2):
            answer = desk.post(f"/chronicle/entries/{one.id}/accept/", {}, follow=True)
        assert "已收入大事记" in answer.content.decode()
        assert one.marks.count() == 1

    def test_a_reader_may_not(self, reader: Client) -> None:
        one = entry("全市影院即日起停业。", on=DAY, unit="epidemic-control-group")
        assert reader.post(f"/chronicle/entries/{one.id}/accept/").status_code == 403
        assert Entry.objects.get(pk=one.pk).marks.count() == 0


class TestEditions:
    def test_without_one_the_page_says_that_it_is_not_final(self, reader: Client) -> None:
        event("影院停业。", DAY, unit="epidemic-control-group")
        assert "未定版" in html(reader)

    def test_the_released_one_of_exactly_these_dates_is_shown(
        self, desk: Client, reader: Client, editor: Account
    ) -> None:
        event("公园开放。", DAY - ONE_DAY, "opening")
        event("影院停业。", DAY, "closure")
        release(editor)
        event("书店开门。", DAY, "opening")
        page = html(reader)
        assert "第1版" in page
        assert "未定版" not in page
        assert "书店开门" not in page
        assert "书店开门" in html(desk, f"{HERE}&live=1")
        assert "未定版" in html(reader, "/chronicle/?from=2020-02-02&to=2020-02-02")

    def test_the_data_are_those_of_the_edition_too(self, reader: Client, editor: Account) -> None:
        event("公园开放。", DAY - ONE_DAY, "opening")
        event("影院停业。", DAY, "closure")
        release(editor)
        event("书店开门。", DAY, "opening")
        told = reader.get(f"/chronicle.json?{SPAN}").json()
        assert told["edition"]["number"] == 1
        assert [len(day["entries"]) for day in told["days"]] == [1, 1]

    def test_a_look_back_shows_what_was_released_then(self, reader: Client, editor: Account) -> None:
        event("公园开放。", DAY - ONE_DAY, "opening", unit="epidemic-control-group")
        event("影院停业。", DAY, "closure", unit="epidemic-control-group")
        before = timezone.now()
        release(editor)
        earlier = html(reader, f"{HERE}&as_of={before.isoformat().replace('+', '%2B')}")
        assert "历史视图" in earlier
        assert "第1版" not in earlier
        after = timezone.now()
        assert "第1版" in html(reader, f"{HERE}&as_of={after.isoformat().replace('+', '%2B')}")

    def test_a_filter_narrows_the_edition(self, reader: Client, editor: Account) -> None:
        event("公园开放。", DAY - ONE_DAY, "opening")
        event("影院停业。", DAY, "closure")
        release(editor)
        page = html(reader, f"{HERE}&kind=opening")
        assert "公园开放" in page
        assert "影院停业" not in page
