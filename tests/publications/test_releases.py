"""发布: reviewing with objections, signing by a second person, releasing at an hour, and what was said for ever."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from shichen.audit.context import acting
from shichen.city import queries as city
from shichen.city.models import Account
from shichen.indicators import services as indicators
from shichen.indicators.declare import Scope
from shichen.indicators.models import Figure
from shichen.publications.editions import drafting, opening, pages, progress
from shichen.publications.editions import outgoing as editions
from shichen.publications.models import Edition
from shichen.refusal import Refusal
from tests.conftest import Cast
from tests.made import DAY, body, day_of, post, stated, tally
from tests.publications import people
from tests.publications.made import EVERYWHERE, bind, event, printed
from tests.publications.people import slot

pytestmark = pytest.mark.django_db
KIND, State = Edition.Kind, Edition.State
LATER = datetime(2020, 2, 3, 2, tzinfo=UTC)
FIRST = "/days/2020-02-02/editions/1/"


@pytest.fixture
def editor(db: None) -> Account:
    return people.editor()


@pytest.fixture
def office(db: None) -> Account:
    return people.person("shen")


@pytest.fixture
def leader(db: None) -> Account:
    return people.person("qian", "leader")


@pytest.fixture
def figure(db: None) -> Figure:
    return people.page_of_two()


@pytest.fixture
def draft(editor: Account, figure: Figure) -> Edition:
    return people.drafted(editor)


@pytest.fixture
def out(editor: Account, office: Account, leader: Account, figure: Figure) -> Edition:
    return people.released(editor, office, leader)


def send(client: Client, who: Account, edition: Edition, what: str, *, status: int = 302, **fields: str) -> str:
    client.force_login(who)
    answer = client.post(f"/releases/{edition.pk}/{what}/", fields)
    assert answer.status_code == status, answer.content.decode()[-1500:]
    return answer.content.decode()


def page(client: Client, who: object, address: str, status: int = 200) -> str:
    client.force_login(who)  # type: ignore[arg-type]
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


class TestTheWay:
    def test_from_the_draft_to_the_readers_by_three_hands(
        self, client: Client, draft: Edition, editor: Account, office: Account, leader: Account
    ) -> None:
        send(client, office, draft, "review")
        send(client, leader, draft, "sign")
        send(client, editor, draft, "release")
        html = page(client, editor, f"/releases/{draft.pk}/")
        assert [html.index(word) for word in ("开始组稿", "审定</b>", "签发</b>", "发布</b>")] == sorted(
            html.index(word) for word in ("开始组稿", "审定</b>", "签发</b>", "发布</b>")
        )
        told = [(done.who, done.by_clock) for done in progress.history(draft)]
        assert told == [("zu", False), ("shen", False), ("qian", False), ("zu", False)]

    def test_what_must_be_mended_keeps_the_review_shut(
        self, client: Client, editor: Account, office: Account, figure: Figure
    ) -> None:
        made = opening.open_draft(KIND.DAY, DAY, DAY, by=editor)
        html = page(client, office, f"/releases/{made.pk}/")
        assert "48 项须先改正" in html
        assert "没有稿，也没有确认为空" in send(client, office, made, "review", status=422)

    def test_an_objection_passes_with_a_reason_of_its_own(
        self, client: Client, editor: Account, office: Account
    ) -> None:
        for watch in ("未", "申"):
            printed("市级调度会要求各组连夜到岗。", slot=watch, column="指挥调度")
        made = people.drafted(editor)
        key = page(client, office, f"/releases/{made.pk}/").split('name="key" value="')[1].split('"')[0]
        assert "逐字相同" in send(client, office, made, "review", status=422, key=key, why=" ")
        send(client, office, made, "review", key=key, why="两个时辰各发一次")
        made.refresh_from_db()
        assert [one["reason"] for one in made.waived] == ["两个时辰各发一次"]

    def test_who_made_or_reviewed_it_does_not_sign_it(self, client: Client, draft: Edition, office: Account) -> None:
        send(client, office, draft, "review")
        assert "第二人签发" in send(client, office, draft, "sign", status=422)

    def test_a_figure_is_not_signed_by_who_froze_it(self, editor: Account, office: Account, leader: Account) -> None:
        post()
        tally(vehicles=10)
        key, where = "traffic.vehicles_checked", Scope(city.the_city())
        own = indicators.freeze(key, day_of(DAY), where, reporter=body("office"), event=city.the_event(), by=leader)
        bind(printed("全天检查车辆10台次。"), own, "10台次")
        made = people.reviewed(editor, office)
        with pytest.raises(Refusal, match="您自己定稿的"):
            editions.approve(made, by=leader)
        assert editions.approve(made, by=people.person("wu", "leader")).state == State.APPROVED

    def test_an_hour_holds_it_back_and_is_told_in_words(
        self, client: Client, draft: Edition, editor: Account, office: Account, leader: Account
    ) -> None:
        with acting("web", moment=LATER - timedelta(hours=3)):
            send(client, office, draft, "review")
            assert "读不懂" in send(client, leader, draft, "sign", status=422, not_before="明天")
            send(client, leader, draft, "sign", not_before="2020-02-03T10:00")
        draft.refresh_from_db()
        assert draft.not_before == LATER
        assert progress.countdown(draft, LATER - timedelta(hours=3)) == "还有3小时"
        assert progress.countdown(draft, LATER) == "时间已到，即将发布"
        with acting("job", moment=LATER):
            editions.release_due(LATER)
        assert progress.history(draft)[-1].by_clock

    def test_it_goes_back_with_a_reason_and_the_way_shows_it(
        self, client: Client, draft: Edition, office: Account
    ) -> None:
        send(client, office, draft, "review")
        send(client, office, draft, "send-back", status=422, reason=" ")
        send(client, office, draft, "send-back", reason="午时措辞再改")
        assert "午时措辞再改" in page(client, office, f"/releases/{draft.pk}/")

    def test_it_is_withdrawn_by_the_editor_or_by_who_signs(
        self, client: Client, out: Edition, office: Account, leader: Account, cast: Cast
    ) -> None:
        send(client, leader, out, "withdraw", status=403, reason="排错版")
        send(client, leader, out, "recall", reason="排错版")
        out.refresh_from_db()
        assert (out.state, out.ended) == (State.WITHDRAWN, "排错版")

    def test_why_it_was_made_again_stays_when_it_is_withdrawn(
        self, out: Edition, editor: Account, office: Account, leader: Account
    ) -> None:
        second = opening.open_draft(KIND.DAY, DAY, DAY, reason="补一条", by=editor)
        editions.release(editions.approve(editions.review(second, by=office), by=leader), by=editor)
        editions.withdraw(second, "补错了", by=leader)
        second.refresh_from_db()
        assert (second.reason, second.ended) == ("补一条", "补错了")

    def test_a_draft_is_given_up_with_a_reason_and_its_number_with_it(
        self, client: Client, draft: Edition, editor: Account
    ) -> None:
        send(client, editor, draft, "discard", status=422, reason="")
        send(client, editor, draft, "discard", reason="重来")
        assert opening.open_draft(KIND.DAY, DAY, DAY, by=editor).number == 2


class TestTheList:
    def test_who_makes_pages_sees_every_step_and_readers_what_went_out(
        self, client: Client, cast: Cast, editor: Account, office: Account, leader: Account, figure: Figure
    ) -> None:
        made = people.drafted(editor)
        assert "日版 2020年2月2日 第1版" in page(client, office, "/releases/")
        assert "第1版" not in page(client, cast.traffic, "/releases/")
        assert json.loads(page(client, cast.traffic, "/releases.json")) == {"editions": []}
        editions.release(editions.approve(editions.review(made, by=office), by=leader), by=editor)
        assert f'href="{FIRST}"' in page(client, cast.traffic, "/releases/")
        (told,) = json.loads(page(client, cast.traffic, "/releases.json"))["editions"]
        assert (told["state"], told["href"], told["figures"], told["number"]) == ("released", FIRST, 1, 1)

    def test_it_is_narrowed_by_kind_and_state(self, client: Client, office: Account, out: Edition) -> None:
        assert "没有这样的版次" in page(client, office, "/releases/?kind=chronicle")
        assert "第1版" in page(client, office, "/releases/?state=released&kind=day_page")
        assert json.loads(page(client, office, "/releases.json?state=draft")) == {"editions": []}


class TestForReaders:
    def test_the_day_shows_its_edition_and_the_log_behind_it_on_request(
        self, client: Client, cast: Cast, out: Edition
    ) -> None:
        printed("后来的一条。", slot="亥")
        html = page(client, cast.traffic, "/days/2020-02-02/")
        assert "第1版" in html
        assert "召开调度会。" in html
        assert "后来的一条。" not in html
        live = page(client, cast.office, "/days/2020-02-02/?live=1")
        assert "未定版" in live
        assert "后来的一条。" in live

    def test_without_an_edition_the_page_says_that_it_is_not_fixed(
        self, client: Client, office: Account, figure: Figure
    ) -> None:
        assert "未定版" in page(client, office, "/days/2020-02-02/")

    def test_a_moment_finds_the_edition_of_that_moment(self, out: Edition, leader: Account) -> None:
        before, after = out.released_at - timedelta(seconds=1), out.released_at + timedelta(seconds=1)  # type: ignore[operator]
        assert pages.day(DAY, EVERYWHERE, as_of=before)[1] is None
        assert pages.day(DAY, EVERYWHERE, as_of=after)[1] == out
        with acting("web", moment=after + timedelta(hours=1)):
            editions.withdraw(out, "排错版", by=leader)
        assert pages.day(DAY, EVERYWHERE, as_of=after)[1] == out
        assert pages.day(DAY, EVERYWHERE)[1] is None

    def test_the_data_are_those_of_the_page(self, client: Client, office: Account, out: Edition) -> None:
        printed("后来的一条。", slot="亥")
        told = json.loads(page(client, office, "/days/2020-02-02.json"))
        assert set(told) == {"cells"}
        assert "后来的一条。" not in json.dumps(told, ensure_ascii=False)
        assert "后来的一条。" in page(client, office, "/days/2020-02-02.json?live=1")


class TestForEver:
    def test_a_draft_is_for_those_who_make_it(self, client: Client, cast: Cast, draft: Edition) -> None:
        assert "还没有发布" in page(client, cast.office, FIRST)
        page(client, cast.traffic, FIRST, 404)
        page(client, cast.office, "/days/2020-02-02/editions/7/", 404)

    def test_the_old_one_says_what_it_said_and_leads_to_the_new(
        self, client: Client, cast: Cast, out: Edition, editor: Account, office: Account, leader: Account
    ) -> None:
        second = opening.open_draft(KIND.DAY, DAY, DAY, reason="改措辞", by=editor)
        drafting.word(slot(second, "子/指挥调度").passages.get(), "召开了调度会。", by=editor)
        editions.release(editions.approve(editions.review(second, by=office), by=leader), by=editor)
        old = page(client, cast.traffic, FIRST)
        assert "召开调度会。" in old
        assert 'href="/days/2020-02-02/editions/2/"' in old
        new = page(client, cast.traffic, "/days/2020-02-02/editions/2/")
        assert "召开了调度会。" in new
        assert "改措辞" in new
        assert f'href="{FIRST}"' in new

    def test_a_withdrawn_one_says_so_and_why(self, client: Client, cast: Cast, out: Edition, leader: Account) -> None:
        editions.withdraw(out, "排错版", by=leader)
        html = page(client, cast.traffic, FIRST)
        assert "已撤下" in html
        assert "排错版" in html
        assert "召开调度会。" in html

    def test_the_data_name_the_edition(self, client: Client, cast: Cast, out: Edition) -> None:
        told = json.loads(page(client, cast.traffic, FIRST[:-1] + ".json"))
        assert told["edition"]["number"] == 1
        assert told["edition"]["signed_by"] == "qian"
        assert len(told["cells"]) == 48

    def test_a_corrected_figure_is_marked_on_it(
        self, client: Client, office: Account, out: Edition, figure: Figure
    ) -> None:
        Figure.objects.filter(pk=figure.pk).update(successor=stated(31, "台次"))
        html = page(client, office, FIRST)
        assert "is-corrected" in html
        assert "30台次" in html

    def test_the_chronicle_has_its_own(
        self, client: Client, cast: Cast, editor: Account, office: Account, leader: Account
    ) -> None:
        event("市里发布公告。", DAY, "publication")
        made = opening.open_draft(KIND.CHRONICLE, DAY, DAY, by=editor)
        drafting.take_all(made, by=editor)
        editions.release(editions.approve(editions.review(made, by=office), by=leader), by=editor)
        address = "/chronicle/2020-02-02/2020-02-02/editions/1"
        assert editions.href(made) == address + "/"
        assert "市里发布公告。" in page(client, cast.traffic, address + "/")
        told = json.loads(page(client, cast.traffic, address + ".json"))
        assert [one["date"] for one in told["days"]] == ["2020-02-02"]
