"""调阅：原件和待更正的行只经 POST 交出，写明理由、留痕；报送人取回自己的不必写理由。"""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from shichen.audit.models import Trail
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.city.models import Account
from shichen.intake import originals
from shichen.intake.models import Envelope
from shichen.intake.originals import LONGEST, SHORTEST, NotTheirs, Part
from shichen.keys import Keyring
from shichen.refusal import Refusal
from tests.conftest import LONG_AGO, Cast
from tests.intake.doors import signed_in, table, upload, words
from tests.made import body, deliver, post

pytestmark = pytest.mark.django_db

OURS, THEIRS = "traffic-safety-group", "public-security-group"
GOOD = "Z01,2020-02-02 08:00,2020-02-02 16:00,100,200,身份证430202199001011234"
BAD = "Z01,2020-02-03 08:00,2020-02-03 16:00,十,200,电话13812345678"
WHY = "核对2月2日班次"


@pytest.fixture
def envelope(cast: Cast) -> Envelope:
    post("Z01")
    return deliver(
        "checkpoint_tally",
        table(GOOD, BAD),
        unit=OURS,
        by=cast.traffic,  # type: ignore[arg-type]
        media_type="text/csv",
        filename="<b>班次</b>.csv",
        channel=Envelope.Channel.SHEET,
    ).envelope


def holder(name: str, role: str, unit: str) -> Account:
    account = accounts.open_account(name, name, by=accounts.system())
    more: dict[str, Any] = {"area": city.the_city(), "event": city.the_event(), "starts_at": LONG_AGO}
    accounts.grant(account, role, unit=body(unit), reason="test", by=accounts.system(), **more)
    return account


@pytest.fixture
def lead(db: None) -> Account:
    return holder("lead", "unit_lead", OURS)


@pytest.fixture
def client(lead: Account) -> Client:
    browser = Client()
    browser.force_login(lead)
    return browser


def rows(envelope: Envelope) -> list[tuple[str, str, str, str]]:
    found = Trail.objects.filter(subject=str(envelope.id), action__in=("open", "reveal")).order_by("position")
    return [(row.action, row.fields, row.data_class, row.reason) for row in found]


class TestWithAReason:
    def test_the_original_is_an_inert_attachment_byte_for_byte(self, client: Client, envelope: Envelope) -> None:
        answer = client.post(f"/envelopes/{envelope.id}/original", {"reason": f"　{WHY} "})
        assert answer.content == table(GOOD, BAD)
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["Content-Disposition"].startswith("attachment; ")
        assert "<" not in answer["Content-Disposition"]
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert "no-store" in answer["Cache-Control"]
        assert rows(envelope) == [("reveal", "body", "personal", WHY)]

    def test_the_rows_to_mend_come_as_a_sheet(self, client: Client, envelope: Envelope) -> None:
        answer = client.post(f"/envelopes/{envelope.id}/rejects", {"reason": WHY})
        assert "电话13812345678,3,D列" in answer.content.decode("utf-8-sig")
        assert rows(envelope) == [("reveal", "rejects", "personal", WHY)]

    @pytest.mark.parametrize(
        "reason", [None, "", " \u3000\n", "看看", " 看 看", "理" * (LONGEST + 1), "核对\x00核对", "……，。—"]
    )
    @pytest.mark.parametrize("part", ["original", "rejects"])
    def test_without_a_reason_that_will_do_nothing_is_handed_out(
        self, client: Client, envelope: Envelope, part: str, reason: str | None
    ) -> None:
        answer = client.post(f"/envelopes/{envelope.id}/{part}", {} if reason is None else {"reason": reason})
        assert answer.status_code == 422
        page = answer.content.decode()
        assert "<details open>" in page
        assert 'aria-invalid="true"' in page
        assert "13812345678" not in page
        assert rows(envelope) == []

    def test_what_was_given_stays_in_the_box(self, client: Client, envelope: Envelope) -> None:
        page = client.post(f"/envelopes/{envelope.id}/original", {"reason": '">看'}).content.decode()
        assert 'value="&quot;&gt;看"' in page
        assert f"请写明调阅的理由，{SHORTEST} 至 {LONGEST} 个字。" in page

    def test_the_shortest_and_the_longest_reason_will_do(self, lead: Account, envelope: Envelope) -> None:
        for reason in ("核" * SHORTEST, "核" * LONGEST):
            originals.reveal(envelope, Part.ORIGINAL, reason, by=lead)
        assert [reason for *_, reason in rows(envelope)] == ["核" * SHORTEST, "核" * LONGEST]

    def test_an_identity_in_the_reason_is_masked_in_the_trail(self, lead: Account, envelope: Envelope) -> None:
        originals.reveal(envelope, Part.ORIGINAL, "核对430202199001011234的电话13812345678", by=lead)
        assert rows(envelope)[0][3] == "核对430***********1234的电话138****5678"

    def test_without_its_row_in_the_trail_nothing_is_handed_out(
        self, client: Client, envelope: Envelope, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*args: Any, **more: Any) -> None:
            raise RuntimeError("no trail")

        monkeypatch.setattr("shichen.audit.services.note", broken)
        client.raise_request_exception = False
        answer = client.post(f"/envelopes/{envelope.id}/original", {"reason": WHY})
        assert answer.status_code == 500
        assert b"13812345678" not in answer.content

    @pytest.mark.parametrize("part", ["original", "rejects"])
    def test_a_link_hands_nothing_out_and_leads_to_the_form(
        self, client: Client, envelope: Envelope, part: str
    ) -> None:
        for look in (client.get, client.head):
            answer = look(f"/envelopes/{envelope.id}/{part}", {"reason": WHY})
            assert (answer.status_code, answer["Location"]) == (302, f"/envelopes/{envelope.id}/#original")
        page = client.get(f"/envelopes/{envelope.id}/").content.decode()
        assert 'id="original"' in page
        assert f'action="/envelopes/{envelope.id}/original"' in page
        assert f'formaction="/envelopes/{envelope.id}/rejects"' in page
        assert rows(envelope) == []

    def test_it_needs_the_csrf_token(self, lead: Account, envelope: Envelope) -> None:
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(lead)
        assert browser.post(f"/envelopes/{envelope.id}/original", {"reason": WHY}).status_code == 403
        assert rows(envelope) == []

    def test_an_original_that_was_erased_is_one_sentence(
        self, client: Client, envelope: Envelope, settings: Any
    ) -> None:
        settings.KEYRING = Keyring()
        for part in ("original", "rejects"):
            answer = client.post(f"/envelopes/{envelope.id}/{part}", {"reason": WHY})
            assert answer.status_code == 409
            assert "已按留存期限销毁" in answer.content.decode()


class TestReach:
    def test_to_see_a_report_is_not_to_open_it(self, envelope: Envelope) -> None:
        """Someone who sees all units and may reveal in one of them opens the reports of that one."""
        both = holder("both", "unit_lead", THEIRS)
        more: dict[str, Any] = {"area": city.the_city(), "event": city.the_event(), "starts_at": LONG_AGO}
        accounts.grant(both, "supervisor", unit=None, reason="test", by=accounts.system(), **more)
        browser = Client()
        browser.force_login(both)
        assert browser.get(f"/envelopes/{envelope.id}/").status_code == 200
        for part in ("original", "rejects"):
            for method in (browser.get, browser.post):
                answer = method(f"/envelopes/{envelope.id}/{part}", {"reason": WHY})
                assert answer.status_code == 403
                assert "不及于这份来件" in words(answer)
        with pytest.raises(NotTheirs):
            originals.reveal(envelope, Part.ORIGINAL, WHY, by=both)
        assert rows(envelope) == []

    def test_the_centre_for_disease_control_opens_reports_of_every_unit(self, envelope: Envelope) -> None:
        cdc = holder("cdc", "cdc", "epidemic-control-group")
        assert originals.reveal(envelope, Part.ORIGINAL, WHY, by=cdc).data == table(GOOD, BAD)

    def test_who_may_not_is_told_on_the_page_who_may(self, cast: Cast, envelope: Envelope) -> None:
        office = signed_in(cast, "office")
        said = words(office.get(f"/envelopes/{envelope.id}/"))
        assert "可以调阅的角色：单位负责人、疾控、医院" in said
        assert "下载原件" not in said
        refused = office.post(f"/envelopes/{envelope.id}/original", {"reason": WHY})
        assert refused.status_code == 403
        assert "单位负责人、疾控、医院" in words(refused)
        office.cookies["django_language"] = "en"
        assert "the roles that may: head of a unit, centre" in words(office.get(f"/envelopes/{envelope.id}/"))


class TestOnesOwn:
    def test_the_sender_takes_the_report_back_without_a_reason(self, cast: Cast, envelope: Envelope) -> None:
        sender = signed_in(cast, "traffic")
        page = sender.get(f"/envelopes/{envelope.id}/").content.decode()
        assert f'action="/envelopes/{envelope.id}/mine/original"' in page
        assert f'action="/envelopes/{envelope.id}/mine/rejects"' in page
        assert 'name="reason"' not in page
        assert sender.post(f"/envelopes/{envelope.id}/mine/original").content == table(GOOD, BAD)
        assert "13812345678" in sender.post(f"/envelopes/{envelope.id}/mine/rejects").content.decode()
        assert rows(envelope) == [("open", "body", "personal", ""), ("open", "rejects", "personal", "")]

    @pytest.mark.parametrize("part", ["original", "rejects"])
    def test_a_link_leads_to_the_page(self, cast: Cast, envelope: Envelope, part: str) -> None:
        answer = signed_in(cast, "traffic").get(f"/envelopes/{envelope.id}/mine/{part}")
        assert (answer.status_code, answer["Location"]) == (302, f"/envelopes/{envelope.id}/#original")
        assert rows(envelope) == []

    @pytest.mark.parametrize("role", ["reporter", "unit_lead"])
    def test_a_colleague_is_not_the_sender(self, envelope: Envelope, role: str) -> None:
        colleague = holder("colleague", role, OURS)
        browser = Client()
        browser.force_login(colleague)
        for part in ("original", "rejects"):
            for method in (browser.get, browser.post):
                answer = method(f"/envelopes/{envelope.id}/mine/{part}", {"reason": WHY})
                assert answer.status_code == 403
                assert "不是您报送的" in words(answer)
        with pytest.raises(NotTheirs):
            originals.take_back(envelope, Part.ORIGINAL, by=colleague)
        assert rows(envelope) == []

    def test_a_checkpoint_crew_gets_its_own_rows_back(self, cast: Cast) -> None:
        post("Z01")
        crew = holder("crew", "checkpoint", OURS)
        sent = deliver("checkpoint_tally", table(BAD), unit=OURS, by=crew, media_type="text/csv", filename="a.csv")
        browser = Client()
        browser.force_login(crew)
        assert browser.post(f"/envelopes/{sent.envelope.id}/mine/rejects").status_code == 200

    def test_who_no_longer_reports_takes_nothing_back(self, cast: Cast, envelope: Envelope) -> None:
        sender = cast.traffic
        assert isinstance(sender, Account)
        sender.grants.update(role="supervisor")
        browser = signed_in(cast, "traffic")
        assert browser.post(f"/envelopes/{envelope.id}/mine/original").status_code == 403
        assert "mine/original" not in browser.get(f"/envelopes/{envelope.id}/").content.decode()

    def test_a_report_that_is_no_sheet_has_no_file_of_rows(self, cast: Cast) -> None:
        said = {"post": "Z99", "shift_start": "2020-02-02T00:00", "shift_end": "2020-02-02T08:00", "vehicles": 1}
        held = deliver("checkpoint_tally", said, unit=OURS, by=cast.traffic).envelope  # type: ignore[arg-type]
        sender = signed_in(cast, "traffic")
        assert "mine/rejects" not in sender.get(f"/envelopes/{held.id}/").content.decode()
        answer = sender.post(f"/envelopes/{held.id}/mine/rejects")
        assert answer.status_code == 409
        assert "不是表格" in words(answer)
        with pytest.raises(Refusal):
            originals.take_back(held, Part.REJECTS, by=cast.traffic)  # type: ignore[arg-type]
        assert rows(held) == []


def test_after_an_import_the_rows_to_mend_are_one_click_away(cast: Cast) -> None:
    post("Z01")
    sender = signed_in(cast, "traffic")
    at = upload(sender, table(GOOD, BAD))["Location"]
    columns = {f"column-{n}": one.field or "-" for n, one in enumerate(sender.get(at).context["columns"])}
    receipt = sender.get(sender.post(at, {**columns, "act": "take"})["Location"])
    envelope = Envelope.objects.get(kind="checkpoint_tally")
    page = receipt.content.decode()
    assert "有 1 行待更正" in page
    assert f'<form method="post" action="/envelopes/{envelope.id}/mine/rejects" data-again>' in page
    assert sender.post(f"/envelopes/{envelope.id}/mine/rejects")["Content-Disposition"].startswith("attachment")


def test_the_receipt_offers_others_no_file(cast: Cast, envelope: Envelope, client: Client) -> None:
    page = client.get(f"/report/done/{envelope.id}/").content.decode()
    assert "有 1 行待更正" in page
    assert "mine/rejects" not in page
