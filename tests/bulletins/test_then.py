"""来稿照过去的时刻看：那时到了什么、哪些待核、后来的处理、补录、合并都还没有。"""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from shichen.audit.context import acting
from shichen.bulletins import learning, services, then
from shichen.bulletins.models import Bulletin, Proposal, ProposedEntry, Until
from shichen.bulletins.services import Placing
from shichen.city.models import Account
from tests.conftest import Cast
from tests.intake.doors import signed_in
from tests.made import NOON, bulletin

pytestmark = pytest.mark.django_db

TEXT = (
    "交通运输安全组报告，2月2日全市83个疫情值守点共检查车辆149461台次，排查人员361122人次。\n"
    "市教育局报告，开设线上课程12门。"
)
MINUTE = timedelta(minutes=1)
BEFORE, AFTER = NOON + MINUTE, NOON + 3 * MINUTE
LATER = NOON + 2 * MINUTE


@pytest.fixture
def made(cast: Cast) -> Bulletin:
    with acting("job", moment=NOON):
        return Bulletin.objects.get(envelope=bulletin(TEXT).envelope)


@pytest.fixture
def by(cast: Cast) -> Account:
    return cast.office


@pytest.fixture
def office(cast: Cast) -> Client:
    return signed_in(cast, "office")


def number(made: Bulletin, raw: str) -> Proposal:
    return Proposal.objects.get(entry__bulletin=made, raw=raw)


def decide(made: Bulletin, raw: str, state: str, at: datetime, by: Account, **more: Any) -> None:
    one = number(made, raw)
    with acting("job", moment=at):
        services.decide(one, state, version=one.version, by=by, **more)


def stood(made: Bulletin, raw: str, at: datetime) -> Proposal:
    return next(one for one in then.proposed(made, at).numbers if one.raw == raw)


def page(client: Client, made: Bulletin, at: datetime) -> str:
    answer = client.get(f"/bulletins/{made.pk}/", {"as_of": at.isoformat()})
    assert answer.status_code == 200
    return answer.content.decode().partition("<main")[2].partition("</main>")[0]


def queued(client: Client, at: datetime | None, state: str = "waiting") -> list[dict[str, Any]]:
    asked = {"state": state} | ({"as_of": at.isoformat()} if at else {})
    found: list[dict[str, Any]] = client.get("/bulletins.json", asked).json()["bulletins"]
    return found


def test_a_value_changed_later_is_what_it_was_and_who_changed_it_is_not_there(made: Bulletin, by: Account) -> None:
    decide(made, "149461台次", "edited", LATER, by, values={"value": Decimal(149460)}, reason="重数")
    was, now = stood(made, "149461台次", BEFORE), stood(made, "149461台次", AFTER)
    assert (was.state, was.value, was.reason, was.decided_by) == ("open", 149461, "", None)
    assert (now.state, now.value, now.reason, now.decided_by) == ("edited", 149460, "重数", by)


def test_a_number_decided_twice_is_between_the_two_what_the_first_made_of_it(made: Bulletin, by: Account) -> None:
    decide(made, "83个", "rejected", NOON + MINUTE, by, reason="不是")
    decide(made, "83个", "accepted", NOON + 3 * MINUTE, by)
    said = [stood(made, "83个", NOON + n * MINUTE).state for n in (0, 2, 4)]
    assert said == ["open", "rejected", "accepted"]
    assert stood(made, "83个", LATER).reason == "不是"


def test_a_number_added_later_was_not_there(made: Bulletin, by: Account, office: Client) -> None:
    entry = ProposedEntry.objects.filter(bulletin=made).first()
    assert entry is not None
    before = queued(office, BEFORE)
    with acting("job", moment=LATER):
        services.add(entry, entry.start, entry.start + 2, {"value": Decimal(2), "unit": "个"}, by=by)
    assert queued(office, BEFORE) == before
    assert queued(office, AFTER)[0]["figures"] == before[0]["figures"] + 1
    assert len(then.proposed(made, AFTER).numbers) == len(then.proposed(made, BEFORE).numbers) + 1


def test_entries_merged_later_lay_apart_each_with_its_numbers(made: Bulletin, by: Account, office: Client) -> None:
    before, pages = queued(office, BEFORE), page(office, made, BEFORE)
    apart = [(one.ordinal, one.start, one.end) for one in made.entries.all()]
    assert len(apart) > 1
    with acting("job", moment=LATER):
        services.merge(made, by=by)
    found = then.proposed(made, BEFORE)
    assert [(one.ordinal, one.start, one.end) for one in found.entries] == apart
    assert [one.raw for one in found.numbers_of(found.entries[-1])] == ["12门"]
    assert not found.cuts_lost
    assert queued(office, BEFORE) == before
    assert page(office, made, BEFORE) == pages
    assert len(then.proposed(made, AFTER).entries) == 1
    assert queued(office, AFTER)[0]["entries"] == 1


def test_an_entry_accepted_later_waited_and_its_bulletin_stood_in_the_queue(
    made: Bulletin, by: Account, office: Client
) -> None:
    waited = queued(office, BEFORE)
    with acting("job", moment=LATER):
        for one in made.entries.all():
            services.accept(one, Placing(), version=one.version, by=by)
    assert queued(office, None) == []
    assert queued(office, BEFORE) == waited
    assert queued(office, AFTER, "closed")[0]["state"] == "closed"
    assert queued(office, BEFORE, "closed") == []
    found = then.proposed(made, BEFORE)
    assert {one.state for one in [*found.entries, *found.numbers]} == {"open"}
    assert {one.figure for one in found.numbers} == {None}
    assert all(one.figure for one in then.proposed(made, AFTER).numbers)


def test_what_came_later_is_not_there_and_the_tabs_count_what_was(office: Client, made: Bulletin) -> None:
    with acting("job", moment=LATER):
        late = Bulletin.objects.get(envelope=bulletin("市商务局报告，开业超市16家。").envelope)
    early = office.get("/bulletins/", {"as_of": BEFORE.isoformat()}).content.decode()
    assert "开业超市" not in early
    assert "开业超市" in office.get("/bulletins/", {"as_of": AFTER.isoformat()}).content.decode()
    assert office.get(f"/bulletins/{late.pk}/", {"as_of": BEFORE.isoformat()}).status_code == 404
    assert queued(office, NOON - MINUTE, "all") == []


def test_between_its_coming_and_its_reading_it_was_received(made: Bulletin, office: Client) -> None:
    type(made.envelope).objects.filter(pk=made.envelope.pk).update(entered_at=LATER)
    assert [(one["state"], one["entries"]) for one in queued(office, BEFORE, "all")] == [("received", 0)]
    assert "还没有读" in page(office, made, BEFORE)


def test_of_what_was_changed_before_anything_was_kept_the_page_says_so(
    made: Bulletin, by: Account, office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shichen.bulletins.models.keep", lambda *_: None)
    decide(made, "149461台次", "edited", LATER, by, values={"value": Decimal(7)}, reason="重数")
    monkeypatch.setattr("shichen.bulletins.keeping.keep", lambda *_: None)
    with acting("job", moment=LATER):
        services.merge(made, by=by)
    text = page(office, made, BEFORE)
    assert "当时的值没有留下" in text
    assert "149461台次" in text
    assert "并之前怎样分条，没有留下" in text
    assert queued(office, BEFORE)[0]["open"] == 2
    assert "没有留下" not in page(office, made, AFTER)


def test_a_page_of_the_past_offers_no_act(made: Bulletin, office: Client) -> None:
    assert 'method="post"' not in page(office, made, BEFORE)
    assert 'method="post"' in office.get(f"/bulletins/{made.pk}/").content.decode().partition("<main")[2]
    assert office.get("/bulletins/", {"as_of": BEFORE.isoformat()}).content.decode().count("/bulletins/new/") == 0


def test_what_was_kept_cannot_be_changed(made: Bulletin, by: Account) -> None:
    decide(made, "83个", "accepted", LATER, by)
    for act in (lambda: Until.objects.update(state="x"), Until.objects.all().delete):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            act()


def test_a_saying_was_remembered_until_it_was_forgotten(made: Bulletin, by: Account, office: Client) -> None:
    with acting("job", moment=NOON + MINUTE):
        one = made.entries.first()
        assert one is not None
        services.accept(one, Placing(), version=one.version, by=by)
    saying = learning.told()[0]["saying"]
    with acting("job", moment=NOON + 3 * MINUTE):
        learning.forget(saying, "不对", by=by)

    def known(at: datetime) -> bool:
        sheet = office.get("/bulletins/learned.csv", {"as_of": at.isoformat()}).content.decode("utf-8-sig")
        return saying in {row[0].removeprefix("'") for row in csv.reader(io.StringIO(sheet))}

    assert [known(NOON + n * MINUTE) for n in (0, 2, 4)] == [False, True, False]


def test_the_files_of_the_queue_hold_its_rows_and_say_what_they_are(made: Bulletin, office: Client) -> None:
    sheet = office.get("/bulletins.csv").content.decode("utf-8-sig").splitlines()
    assert len(sheet) == 2
    assert "市教育局" not in sheet[0]
    assert "138" not in sheet[1].replace(str(made.pk), "")  # an address may have any digits
    meta = office.get("/bulletins.metadata.json?state=all").json()
    assert meta["siblings"]["csv"] == "/bulletins.csv?state=all"
    assert office.get("/bulletins.xlsx").content[:2] == b"PK"
