"""各区病例: the public table from the demonstration's own counts, suppressed, audited, let out by two persons."""

from __future__ import annotations

import csv
import io
from datetime import date
from itertools import pairwise

import pytest

from shichen.city import services as accounts
from shichen.city.models import Account
from shichen.disclosure import queries, services
from shichen.disclosure.models import Clearance
from shichen.disclosure.policy import policy
from shichen.publications.portal import districts, tables
from shichen.refusal import Refusal
from shichen.registers.cases.models import DailyCount
from tests.conftest import DEMO_CITY
from tests.made import count

pytestmark = pytest.mark.django_db
UNTIL = date(2020, 2, 14)


@pytest.fixture
def proposer(db: None) -> Account:
    return accounts.open_account("ti", "提出人", by=accounts.system())


@pytest.fixture
def signer(db: None) -> Account:
    return accounts.open_account("qian", "签发人", by=accounts.system())


@pytest.fixture
def counts(db: None) -> dict[tuple[str, date], int]:
    """The running totals of the city and its districts as the demonstration has them."""
    found = {}
    with (DEMO_CITY / "case_counts.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            day = date.fromisoformat(row["as_of"])
            if row["area"].startswith(("4302", "zz")) and row["series"] == "official" and day <= date(2020, 3, 3):
                new = {"confirmed_new": int(row["confirmed_new"])} if row["confirmed_new"] else {}
                count(day, row["area"], confirmed_cum=int(row["confirmed_cum"]), **new)
                found[row["area"], day] = int(row["confirmed_cum"])
    return found


def released(until: date, proposer: Account, signer: Account) -> dict[str, bytes]:
    districts.release(districts.propose(until, by=proposer), by=signer)
    return tables.files({"city": "株洲市", "city_en": "Zhuzhou"})


def cells(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))


Counted = dict[tuple[str, date], int]


class TestTheTable:
    def test_no_small_count_is_printed_nor_kept(self, counts: Counted, proposer: Account, signer: Account) -> None:
        content = districts.propose(UNTIL, by=proposer).content
        assert not [cell for cell in content["cells"] if cell["value"] is not None and 0 < cell["value"] < 5]
        assert all((cell["value"] is None) == bool(cell["mark"]) for cell in content["cells"])

    def test_what_is_printed_is_what_was_reported(self, counts: Counted, proposer: Account) -> None:
        content = districts.propose(UNTIL, by=proposer).content
        totals = [cell for cell in content["cells"] if cell["measure"] == tables.TOTAL and not cell["mark"]]
        assert len(totals) > 10
        for cell in totals:
            assert counts[cell["code"], date.fromisoformat(cell["day"])] == cell["value"]

    def test_running_totals_move_by_nought_or_five_from_one_printed_to_the_next(
        self, counts: Counted, proposer: Account
    ) -> None:
        content = districts.propose(UNTIL, by=proposer).content
        for area in content["areas"]:
            mine = [one for one in content["cells"] if one["code"] == area["code"] and one["measure"] == tables.TOTAL]
            values = [cell["value"] for cell in sorted(mine, key=lambda one: one["day"]) if not cell["mark"]]
            assert all(after - before == 0 or after - before >= 5 for before, after in pairwise(values))

    def test_it_goes_out_by_two_persons_with_its_clearance(
        self, counts: Counted, proposer: Account, signer: Account
    ) -> None:
        made = districts.propose(UNTIL, by=proposer)
        with pytest.raises(Refusal, match="第二人签发"):
            districts.release(made, by=proposer)
        assert tables.current() == []
        districts.release(made, by=signer)
        assert Clearance.objects.get(document=made.pk).figures == sum(not one["mark"] for one in made.content["cells"])

    def test_the_sheet_reads_few_and_withheld(self, counts: Counted, proposer: Account, signer: Account) -> None:
        files = released(UNTIL, proposer, signer)
        rows = cells(files["data/cases_by_district.csv"])
        said = {row[name] for row in rows for name in ("新增确诊", "累计确诊")}
        assert {"<5", "合计"} <= said
        assert not said & {"1", "2", "3", "4"}
        assert {row["区域"] for row in rows} >= {"荷塘区", "云龙示范区", "株洲市"}
        for name in ("data/index.html", "data/cases_by_district.json", "data/datapackage.json", "en/data/index.html"):
            assert files[name]

    def test_a_longer_table_stands_beside_the_shorter_one(
        self, counts: Counted, proposer: Account, signer: Account
    ) -> None:
        """What the first told is still told, and no cell can be worked out of both."""
        first = districts.release(districts.propose(date(2020, 2, 10), by=proposer), by=signer).content
        second = districts.release(districts.propose(date(2020, 3, 3), by=proposer), by=signer).content
        later = {(one["code"], one["day"], one["measure"]): one for one in second["cells"]}
        printed = [one for one in first["cells"] if not one["mark"]]
        assert all(later[one["code"], one["day"], one["measure"]]["value"] == one["value"] for one in printed)
        assert len(queries.released_tables(tables.NAME)) == 2

    def test_the_same_table_does_not_go_out_twice(self, counts: Counted, proposer: Account, signer: Account) -> None:
        released(UNTIL, proposer, signer)
        with pytest.raises(Refusal, match="内容没有变"):
            districts.propose(UNTIL, by=proposer)

    def test_records_that_changed_meanwhile_stop_it(self, counts: Counted, proposer: Account, signer: Account) -> None:
        made = districts.propose(UNTIL, by=proposer)
        DailyCount.objects.filter(area="430202", as_of=UNTIL).update(confirmed_cum=27)
        DailyCount.objects.filter(area="430200", as_of__gte=UNTIL).update(confirmed_cum=84)
        with pytest.raises(Refusal, match="又变了"):
            districts.release(made, by=signer)

    def test_a_total_that_falls_stops_it(self, counts: Counted, proposer: Account) -> None:
        DailyCount.objects.filter(area="430202", as_of=UNTIL).update(confirmed_cum=15)
        with pytest.raises(Refusal, match="有下降"):
            districts.propose(UNTIL, by=proposer)

    def test_withdrawn_it_is_gone_and_listed_with_the_reason(
        self, counts: Counted, proposer: Account, signer: Account
    ) -> None:
        released(UNTIL, proposer, signer)
        services.withdraw(tables.current()[0], "口径有误", by=signer)
        files = tables.files({"city": "", "city_en": ""})
        assert "口径有误" in files["data/index.html"].decode()
        assert "data/cases_by_district.csv" not in files
        assert policy().k == 5

    def test_without_counts_there_is_no_table(self, proposer: Account) -> None:
        with pytest.raises(Refusal, match="做不成"):
            districts.propose(UNTIL, by=proposer)
