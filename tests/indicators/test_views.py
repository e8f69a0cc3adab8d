"""数字台账的网页：目录、溯源、即时数；看只是看。"""

from __future__ import annotations

import csv
import io
import uuid
from datetime import date

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from shichen.city import services as accounts
from shichen.indicators import correcting, releasing, trace
from shichen.indicators.models import Figure
from shichen.indicators.releasing import Document, Printed
from shichen.registers.checkpoints import services as checkpoints
from shichen.registers.checkpoints.models import Tally
from tests.conftest import Cast
from tests.indicators.test_trace import frozen
from tests.made import NOON, post, stated, tally
from tests.publications.made import EVERYWHERE

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client: Client, cast: Cast) -> Client:
    client.force_login(cast.office)  # type: ignore[arg-type]
    return client


@pytest.fixture
def tallied(db: None) -> None:
    post("Z01")
    tally("Z01", (0, 8), vehicles=10)
    tally("Z01", (8, 16), vehicles=30)


def page(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


class TestDoors:
    @pytest.mark.parametrize("address", ["/figures/", "/figures.json", "/figures/traffic.posts/"])
    def test_a_stranger_signs_in_first_an_auditor_is_turned_away_and_nothing_is_posted(
        self, client: Client, cast: Cast, address: str
    ) -> None:
        assert client.get(address).status_code == 302
        client.force_login(cast.auditor)  # type: ignore[arg-type]
        assert client.get(address).status_code == 403
        client.force_login(cast.office)  # type: ignore[arg-type]
        assert client.post(address).status_code == 405


class TestCatalogue:
    def test_it_lists_all_figures_and_finds_by_word_and_basis(self, office: Client) -> None:
        assert "检查车辆" in page(office, "/figures/")
        found = page(office, "/figures/?q=口罩&basis=stated")
        assert "supply.masks_received" in found
        assert "traffic.posts" not in found
        assert "没有合条件" in page(office, "/figures/?q=没有这样的数")

    def test_the_latest_value_stands_beside_the_name(self, office: Client) -> None:
        stated(3, "只", key="supply.masks_received", day=date(2020, 2, 1))
        new = stated(4, "只", key="supply.masks_received")
        rows = {row["indicator"]: row for row in office.get("/figures.json").json()["figures"]}
        assert rows["supply.masks_received"]["latest"]["value"] == 4
        assert rows["traffic.posts"]["latest"] is None
        assert f"/figures/{new.pk}/" in page(office, "/figures/?used=1")

    @pytest.mark.parametrize(
        ("period", "asked"),
        [
            ("2020-02-02/", "from=2020-02-02&to=2020-02-02"),
            ("2020-02-01/2020-02-03/", "from=2020-02-01&to=2020-02-03"),
        ],
    )
    def test_a_figure_of_a_period_has_a_short_address(self, office: Client, period: str, asked: str) -> None:
        answer = office.get(f"/figures/traffic.vehicles_checked/{period}")
        assert (answer.status_code, answer["Location"]) == (302, f"/figures/traffic.vehicles_checked/?{asked}")
        assert office.get(answer["Location"]).status_code == 200
        assert office.get(f"/figures/no.such_figure/{period}").status_code == 404

    def test_a_reporter_sees_only_the_values_of_the_own_unit(self, client: Client, cast: Cast) -> None:
        stated(4, "只", key="supply.masks_received")
        client.force_login(cast.traffic)  # type: ignore[arg-type]
        assert "台账里" not in page(client, "/figures/?used=1")
        assert "没有合条件" in page(client, "/figures/?used=1")


class TestTrace:
    @pytest.mark.usefixtures("tallied")
    def test_a_computed_figure_shows_definition_records_and_fingerprint(self, office: Client) -> None:
        figure = frozen()
        html = page(office, f"/figures/{figure.pk}/")
        for words in ("实算", "拦停检查的车辆", "复算相符", "分毫不差", figure.fingerprint, "/registers/tallies/"):
            assert words in html
        told = office.get(f"/figures/{figure.pk}.json").json()
        assert (told["value"], told["records"], told["evidence"]["value_now"], told["changed"]) == (40, 2, 40, False)
        assert told["definition"]["version"] == figure.definition.version  # type: ignore[union-attr]

    def test_a_stated_figure_shows_its_sentence_with_the_number_marked(self, office: Client) -> None:
        figure = stated(30, "台次")
        html = page(office, f"/figures/{figure.pk}/")
        assert "报称，非实算" in html
        assert "报称<mark>30</mark>台次。" in html
        told = office.get(f"/figures/{figure.pk}.json").json()
        assert (told["statement"]["raw"], told["evidence"], told["definition"]) == ("30", None, None)

    def test_a_replaced_figure_stays_and_leads_on(self, office: Client) -> None:
        old, new = stated(30, "台次"), stated(31, "台次")
        Figure.objects.filter(pk=old.pk).update(successor=new)
        assert f"/figures/{new.pk}/" in page(office, f"/figures/{old.pk}/")

    def test_a_figure_out_of_reach_is_not_found(self, client: Client, cast: Cast) -> None:
        figure = stated(30, "台次", reporter="public-security-group")
        client.force_login(cast.traffic)  # type: ignore[arg-type]
        page(client, f"/figures/{figure.pk}/", 404)
        page(client, f"/figures/{uuid.uuid4()}/", 404)


@pytest.mark.usefixtures("tallied")
class TestLive:
    def test_it_is_worked_out_now_for_the_days_and_place_asked(self, office: Client) -> None:
        told = office.get("/figures/traffic.vehicles_checked.json?from=2020-02-02&to=2020-02-02").json()
        assert (told["value"], told["records_now"]) == (40, 2)
        elsewhere = office.get("/figures/traffic.vehicles_checked.json?from=2020-02-02&area=石峰区").json()
        assert (elsewhere["value"], elsewhere["records_now"]) == (None, 0)
        one_post = office.get("/figures/traffic.vehicles_checked.json?from=2020-02-02&post=Z01").json()
        assert one_post["value"] == 40

    def test_instants_and_page_days_are_understood(self, office: Client) -> None:
        address = "/figures/traffic.vehicles_checked.json"
        shift = "?from=2020-02-02T00:00%2B08:00&to=2020-02-02T08:00%2B08:00"
        assert office.get(address + shift).json()["value"] == 10
        assert office.get(f"{address}?from=2020-02-02&day=page").json()["from"].startswith("2020-02-01T23:00")

    def test_nothing_reported_is_a_dash_and_never_nought(self, office: Client) -> None:
        html = page(office, "/figures/traffic.vehicles_checked/?from=2020-02-09")
        assert "未报" in html
        assert '<data value="">—</data>' in html

    def test_a_figure_that_can_only_be_stated_lists_what_was_stated(self, office: Client) -> None:
        figure = stated(4, "只", key="supply.masks_received")
        html = page(office, "/figures/supply.masks_received/")
        assert "只有报称" in html
        assert f"/figures/{figure.pk}/" in html
        assert office.get("/figures/supply.masks_received.json").status_code == 422

    @pytest.mark.parametrize(
        "query", ["from=bad", "from=2020-02-03&to=2020-02-01", "from=2018-01-01&to=2020-02-01", "area=洞口区"]
    )
    def test_what_cannot_be_asked_is_refused_in_a_sentence(self, office: Client, query: str) -> None:
        assert 'role="alert"' in page(office, f"/figures/traffic.vehicles_checked/?{query}", 422)
        assert "refused" in office.get(f"/figures/traffic.vehicles_checked.json?{query}").json()

    def test_no_such_figure_is_not_found(self, office: Client) -> None:
        page(office, "/figures/no.such/", 404)


@pytest.mark.usefixtures("tallied")
class TestTraceInTime:
    """?as_of= reads back what stood then; the siblings say the same as the page."""

    def test_what_came_later_is_left_out(self, office: Client, cast: Cast) -> None:
        figure = frozen()
        moment = timezone.now()
        shift = Tally.objects.current().get(vehicles=10)
        checkpoints.correct_tally(shift, {"vehicles": 8}, "复核", by=accounts.system())
        new = correcting.refreeze(Figure.objects.get(pk=figure.pk), "复核", by=accounts.system())
        now = office.get(f"/figures/{figure.pk}.json").json()
        assert (now["evidence"]["value_now"], now["changed"], now["successor"]) == (38, True, f"/figures/{new.pk}/")
        query = f"?as_of={moment.isoformat().replace('+', '%2B')}"
        then = office.get(f"/figures/{figure.pk}.json{query}").json()
        assert (then["evidence"]["value_now"], then["changed"], then["successor"]) == (40, False, None)
        html = page(office, f"/figures/{figure.pk}/{query}")
        assert "历史视图" in html
        assert "已重新定稿" not in html
        assert "复算相符" in html

    def test_before_it_was_made_there_was_no_such_figure(self, office: Client) -> None:
        assert office.get(f"/figures/{frozen().pk}/?as_of=2020-01-01").status_code == 400
        assert office.get(f"/figures/{frozen().pk}/?as_of=bad").status_code == 400

    def test_earlier_values_are_named_the_last_one_first(self) -> None:
        first = frozen()
        for vehicles in (8, 6):
            one = Tally.objects.current().order_by("occurred_from").first()
            assert one is not None
            checkpoints.correct_tally(one, {"vehicles": vehicles}, "复核", by=accounts.system())
            first = correcting.refreeze(first, "复核", by=accounts.system())
        assert [int(old.value or 0) for old in trace.of(first, EVERYWHERE).predecessors] == [38, 40]

    def test_its_records_as_a_sheet_and_what_the_columns_mean(self, office: Client) -> None:
        figure = frozen()
        rows = list(csv.DictReader(io.StringIO(office.get(f"/figures/{figure.pk}.csv").content.decode("utf-8-sig"))))
        assert [row["车辆"] for row in rows] == ["10", "30"]
        assert all(row["记录"].startswith("/registers/tallies/") for row in rows)
        told = office.get(f"/figures/{figure.pk}.metadata.json").json()
        assert (told["unit"], told["value"], told["indicator"]) == ("台次", 40, "traffic.vehicles_checked")
        assert {column["title"] for column in told["columns"]} == set(rows[0])
        live = office.get("/figures/traffic.vehicles_checked.csv?from=2020-02-02").content.decode("utf-8-sig")
        assert (
            live.splitlines()[1:]
            == office.get(f"/figures/{figure.pk}.csv").content.decode("utf-8-sig").splitlines()[1:]
        )

    def test_a_statement_as_a_sheet_is_its_sentence(self, office: Client) -> None:
        figure = stated(30, "台次")
        (row,) = csv.DictReader(io.StringIO(office.get(f"/figures/{figure.pk}.csv").content.decode("utf-8-sig")))
        assert (row["数值"], row["原句"]) == ("30", "报称30台次。")
        assert {c["name"] for c in office.get(f"/figures/{figure.pk}.metadata.json").json()["columns"]} >= {"sentence"}

    def test_who_signed_it_when_it_went_out_and_where_it_was_printed(self, office: Client, cast: Cast) -> None:
        figure = frozen()
        releasing.approve([figure], by=cast.office)  # type: ignore[arg-type]
        document = Document(figure.pk, "日版 2020-02-02 第1版", "/days/2020-02-02/editions/1/")
        releasing.release(document, [Printed(figure, "午/一线阻击", "40")], at=NOON, by=None)
        html = page(office, f"/figures/{figure.pk}/")
        for words in ("签发", "2月2日 12:00", "日版 2020-02-02 第1版", "/days/2020-02-02/editions/1/", "午/一线阻击"):
            assert words in html
        told = office.get(f"/figures/{figure.pk}.json").json()
        assert [one["title"] for one in told["used_in"]] == ["日版 2020-02-02 第1版"]
        assert told["approved_at"] is not None


@pytest.mark.parametrize(
    ("language", "said"), [("zh-hans", "日期口径 按发布日"), ("en", "dated by day of publication")]
)
def test_a_facet_is_said_in_words(client: Client, cast: Cast, language: str, said: str) -> None:
    client.force_login(cast.office)  # type: ignore[arg-type]
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    page = client.get("/figures/cases.confirmed_new/?from=2020-02-02&to=2020-02-02&dated=published")
    assert said in page.content.decode()
