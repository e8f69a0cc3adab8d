"""两版的网页：人人看得到自己可见的那部分，数字都是门，看一遍什么也不改变。"""

from __future__ import annotations

from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from shichen.audit.models import Trail
from shichen.indicators.models import Figure
from shichen.journal.models import Entry, Mark
from shichen.reconciliation.models import Disagreement
from tests.conftest import Cast
from tests.made import DAY, NOON, count, stated
from tests.publications.made import bind, event, printed

pytestmark = pytest.mark.django_db
PAGES = ("/days/2020-02-02/", "/days/2020-02-02.json", "/chronicle/", "/chronicle.json")


@pytest.fixture
def office(client: Client, cast: Cast) -> Client:
    client.force_login(cast.office)  # type: ignore[arg-type]
    return client


class Links(HTMLParser):
    """The addresses of the figures on a page, with the words of each."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.ids: list[str] = []
        self.styled = 0
        self._open = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        self.styled += "style" in given
        if given.get("id"):
            self.ids.append(given["id"] or "")
        self._open = given.get("href") or "" if tag == "a" and "data-fig" in given else ""

    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open:
            self.found[self._open] = data


def page(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


class TestDoors:
    @pytest.mark.parametrize("address", PAGES)
    def test_a_stranger_is_asked_to_sign_in_and_an_auditor_is_turned_away(
        self, client: Client, cast: Cast, address: str
    ) -> None:
        assert client.get(address).status_code == 302
        client.force_login(cast.auditor)  # type: ignore[arg-type]
        assert client.get(address).status_code == 403

    @pytest.mark.parametrize("address", PAGES)
    def test_looking_changes_nothing_and_nothing_can_be_posted(self, office: Client, address: str) -> None:
        printed()
        before = [model.objects.count() for model in (Entry, Mark, Trail, Figure)]
        page(office, address)
        assert [model.objects.count() for model in (Entry, Mark, Trail, Figure)] == before
        assert office.post(address).status_code == 405


class TestDay:
    def test_the_figure_in_the_text_is_a_door_and_tells_its_basis(self, office: Client) -> None:
        figure = stated(30, "台次")
        bind(printed("共查车30台次。"), figure, "30台次")
        html = page(office, "/days/2020-02-02/")
        assert Links(html).found == {f"/figures/{figure.pk}/": "30台次"}
        assert 'class="fig is-stated"' in html

    def test_a_corrected_figure_is_marked(self, office: Client) -> None:
        figure = stated(30, "台次")
        bind(printed("共查车30台次。"), figure, "30台次")
        Figure.objects.filter(pk=figure.pk).update(successor=stated(31, "台次"))
        assert "is-corrected" in page(office, "/days/2020-02-02/")

    def test_the_editor_sees_what_is_still_asked_of_a_figure_and_others_do_not(
        self, client: Client, cast: Cast, office: Client
    ) -> None:
        figure = stated(30, "台次", reporter="traffic-safety-group")
        bind(printed("共查车30台次。", unit="traffic-safety-group"), figure, "30台次")
        sides = [{"label": "甲", "value": "30台次", "href": f"/figures/{figure.pk}/"}]
        Disagreement.objects.create(signature="x", title="对不上", sides=sides, opened_at=NOON)
        assert 'class="asked"' in page(office, "/days/2020-02-02/")
        assert "对不上" in page(office, f"/figures/{figure.pk}/")
        client.force_login(cast.traffic)  # type: ignore[arg-type]
        assert 'class="asked"' not in page(client, "/days/2020-02-02/")

    def test_blank_cells_are_shown_blank_and_ids_stand_once(self, office: Client) -> None:
        printed()
        html = page(office, "/days/2020-02-02/")
        ids = Links(html).ids
        assert html.count('class="is-blank"') == 47
        assert len(ids) == len(set(ids))
        assert Links(html).styled == 0

    def test_the_page_turns_and_goes_by_column(self, office: Client) -> None:
        html = page(office, "/days/2020-02-02/?by=column")
        assert "/days/2020-02-01/" in html
        assert "/days/2020-02-03/" in html
        assert "by-column" in html

    def test_an_earlier_state_says_that_it_is_one(self, office: Client) -> None:
        printed("后来的事。")
        html = page(office, "/days/2020-02-02/?as_of=2020-02-02T11:00%2B08:00")
        assert "历史视图" in html
        assert "后来的事" not in html

    def test_hostile_words_stay_words(self, office: Client) -> None:
        printed("<script>alert(1)</script>", slot="午")
        html = page(office, "/days/2020-02-02/")
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert" in html

    def test_a_reporter_is_told_that_the_page_is_a_part(self, client: Client, cast: Cast) -> None:
        printed("治安。", unit="public-security-group")
        client.force_login(cast.traffic)  # type: ignore[arg-type]
        html = page(client, "/days/2020-02-02/")
        assert "可见范围" in html
        assert "治安。" not in html

    def test_a_date_that_is_none_is_not_found_and_an_odd_moment_is_refused(self, office: Client) -> None:
        page(office, "/days/2020-02-30/", 404)
        page(office, "/days/2020-02-02/?as_of=yesterday", 400)

    def test_days_opens_the_last_page_with_an_entry(self, office: Client) -> None:
        printed()
        assert office.get("/days/").headers["Location"] == "/days/2020-02-02/"

    def test_the_data_are_the_same_cells(self, office: Client) -> None:
        bind(printed("共30台次。"), stated("1.5", "万台次", key="traffic.vehicles_checked"), "30台次")
        cells: list[dict[str, Any]] = office.get("/days/2020-02-02.json").json()["cells"]
        assert len(cells) == 48
        (filled,) = [cell for cell in cells if cell["entries"]]
        (figure,) = filled["entries"][0]["figures"]
        assert (figure["value"], figure["records"], figure["indicator"]) == (1.5, 0, "traffic.vehicles_checked")


class TestChronicle:
    def test_events_stand_with_bold_words_under_the_curve(self, office: Client) -> None:
        event("首例患者痊愈，出院。", DAY, key="首例")
        count(date(2020, 2, 1), confirmed_new=3, published_on="2020-02-02")
        html = page(office, "/chronicle/?from=2020-02-01&to=2020-02-03")
        assert "<strong>首例</strong>患者痊愈" in html
        assert "合计3例" in html
        assert "2月1日 未报" in html

    @pytest.mark.parametrize("dated", ["published", "data"])
    def test_the_sum_of_the_bars_is_the_figure_that_the_same_records_give(self, office: Client, dated: str) -> None:
        event("甲。", date(2020, 2, 1))
        event("乙。", date(2020, 2, 4))
        for n, new in ((1, 3), (2, 0), (3, 5)):
            count(date(2020, 2, n), confirmed_new=new, published_on=f"2020-02-0{n + 1}")
            count(
                date(2020, 2, n), confirmed_new=new + 1, published_on=f"2020-02-0{n + 1}", series="aggregator_morning"
            )
        (address,) = [one for one in Links(page(office, f"/chronicle/?dated={dated}")).found if "confirmed_new" in one]
        told = office.get(address.replace("/?", ".json?")).json()
        assert (told["value"], told["records_now"]) == (8, 3)

    def test_the_editor_sees_a_day_without_an_event_and_others_do_not(
        self, client: Client, cast: Cast, office: Client
    ) -> None:
        event("甲。", DAY, unit="traffic-safety-group")
        address = "/chronicle/?from=2020-02-01&to=2020-02-02"
        assert "没有条目" in page(office, address)
        client.force_login(cast.traffic)  # type: ignore[arg-type]
        assert "没有条目" not in page(client, address)

    def test_it_is_narrowed_by_its_address(self, office: Client) -> None:
        event("甲令。", DAY, "order")
        event("乙关。", DAY, "closure")
        html = page(office, "/chronicle/?kind=order")
        assert "甲令" in html
        assert "乙关" not in html

    def test_the_curve_is_switched_to_the_day_of_the_data(self, office: Client) -> None:
        event("甲。", DAY)
        count(date(2020, 2, 1), confirmed_new=3, published_on="2020-02-02")
        assert "合计0例" in page(office, "/chronicle/?dated=data")
        assert "合计3例" in page(office, "/chronicle/?dated=published")

    @pytest.mark.parametrize("query", ["from=x", "from=2020-02-03&to=2020-02-01", "dated=onset"])
    def test_what_cannot_be_asked_is_refused_in_a_sentence(self, office: Client, query: str) -> None:
        event("甲。", DAY)
        assert 'role="alert"' in page(office, f"/chronicle/?{query}", 422)
        assert office.get(f"/chronicle.json?{query}").status_code == 422

    def test_the_data_hold_every_date(self, office: Client) -> None:
        event("甲。", DAY)
        days = office.get("/chronicle.json?from=2020-02-01&to=2020-02-03").json()["days"]
        assert [(day["date"], len(day["entries"])) for day in days] == [
            ("2020-02-01", 0),
            ("2020-02-02", 1),
            ("2020-02-03", 0),
        ]

    def test_without_anything_it_is_an_empty_page(self, office: Client) -> None:
        assert "大事记" in page(office, "/chronicle/")
