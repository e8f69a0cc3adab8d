"""报送的网页门：一张表一条报送，点两次只算一次，说错了当场说清楚。"""

from __future__ import annotations

import json
import uuid

import pytest

from shichen.audit.models import Trail
from shichen.intake import kinds, texts
from shichen.intake.forms import SUBMISSION
from shichen.intake.models import Envelope, Reject
from shichen.journal.models import Entry
from shichen.registers.cases.models import CaseLine, DailyCount
from shichen.registers.checkpoints.models import Tally
from tests.conftest import Cast
from tests.intake.doors import TALLY, filled, signed_in, words
from tests.made import deliver, post
from tests.naughty import ALL, STORABLE

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _posts(cast: Cast) -> None:
    post("Z01")
    post("Y01", "police")


def test_each_unit_is_offered_what_concerns_it(cast: Cast) -> None:
    def offered(name: str) -> list[str]:
        return [one.kind.name for one in signed_in(cast, name).get("/report/").context["offered"]]

    people = {"traveller", "traveller_list"}
    assert offered("traffic") == [
        "checkpoint_tally",
        "traveller",
        "bulletin",
        "passing",
        "traveller_list",
        "checkpoint_post",
    ]
    transport = ["transport_fleet", "transport_resumption", "transport_service"]
    resources = ["bed_capacity", "stock_count", "supply_assumption"]
    told_by_control = ["case_count", "traveller", "bulletin", "measure", "cluster", "place", "traveller_list"]
    assert offered("control") == [*told_by_control, *transport, "case_line", *resources]
    told = {"checkpoint_tally", "passing", "case_count", "bulletin", "checkpoint_post", "measure", "pass_series"}
    assert set(offered("office")) == told | people | {"place", "cluster", "case_line", *transport, *resources}


@pytest.mark.parametrize("name", ["auditor", "secadmin", "outsider", "editor"])
def test_who_reports_nothing_has_no_form(cast: Cast, name: str) -> None:
    client = signed_in(cast, name)
    assert client.get("/report/").status_code == 403
    assert client.post(TALLY, filled()).status_code == 403
    assert not Tally.objects.exists()


def test_a_form_of_another_group_does_not_exist(cast: Cast) -> None:
    assert signed_in(cast, "control").get(TALLY).status_code == 404
    assert signed_in(cast, "control").get("/report/nothing/").status_code == 404


def test_the_posts_to_choose_are_ones_own(cast: Cast) -> None:
    page = signed_in(cast, "traffic").get(TALLY).content.decode()
    assert 'value="Z01"' in page
    assert "Y01" not in page


def test_a_shift_becomes_a_record_a_log_entry_and_figures_at_once(cast: Cast) -> None:
    client = signed_in(cast, "traffic")
    answer = client.post(TALLY, filled(vehicles="１６５", referred="1"))
    assert answer.status_code == 302
    page = client.get(answer["Location"])
    assert "Z01号点2月2日8—16时查控车辆 165台" in words(page)
    assert page.content.decode().count('class="fig"') == 3
    tally = Tally.objects.get()
    assert (tally.vehicles, tally.persons, tally.referred, tally.fever) == (165, 310, 1, 0)
    assert Entry.objects.filter(envelope=tally.envelope).count() == 1


def test_a_second_click_is_the_same_report(cast: Cast) -> None:
    client, form = signed_in(cast, "traffic"), filled()
    first, second = client.post(TALLY, form), client.post(TALLY, form)
    assert first["Location"] == second["Location"]
    assert Tally.objects.count() == Entry.objects.filter(act="record_tally").count() == 1
    assert Envelope.objects.filter(kind="checkpoint_tally").count() == 1


def test_the_same_page_with_other_contents_is_refused_and_nothing_typed_is_lost(cast: Cast) -> None:
    client, form = signed_in(cast, "traffic"), filled()
    client.post(TALLY, form)
    answer = client.post(TALLY, {**form, "vehicles": "999"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert 'value="999"' in page
    assert form["submission"] not in page.split('name="submission"')[1][:80]
    assert Tally.objects.get().vehicles == 165


@pytest.mark.parametrize(
    ("wrong", "box", "sentence"),
    [
        ({"vehicles": ""}, "id_vehicles", "“车辆”是必填项"),
        ({"persons": "-5"}, "id_persons", "不能小于 0"),
        ({"persons": "三百"}, "id_persons", "不是数字"),
        ({"source_area_persons": "311"}, "id_persons", "其中数不能大于总数"),
        ({"quick": "2020-02-02T16:00|2020-02-02T08:00"}, "id_shift_end", "结束时间应晚于开始时间"),
        ({"quick": "x|y"}, "id_shift_start", "不是日期"),
        ({"post": "Y01"}, "id_post", "不能替"),
        ({"post": "nowhere"}, "id_post", "没有编号或名称为"),
        ({"submission": "1"}, "id_submission", "表单编号不对"),
    ],
)
def test_what_is_wrong_is_told_beside_its_box_and_nothing_is_kept(
    cast: Cast, wrong: dict[str, str], box: str, sentence: str
) -> None:
    answer = signed_in(cast, "traffic").post(TALLY, filled(**wrong))
    assert answer.status_code == 422
    summary = answer.content.decode().split('class="faults"')[1].split("</div>")[0]
    assert f'href="#{box}"' in summary
    assert sentence in summary
    assert not Tally.objects.exists()
    assert not Envelope.objects.filter(kind="checkpoint_tally").exists()
    assert not Trail.objects.filter(action="receive", table="intake.envelope", door="web").exists()


def test_a_shift_reported_before_is_told_not_counted_twice(cast: Cast) -> None:
    client = signed_in(cast, "traffic")
    client.post(TALLY, filled())
    otherwise = client.post(TALLY, filled(vehicles="166"))
    assert otherwise.status_code == 422
    assert "已报过(车辆165)" in otherwise.content.decode()
    again = client.post(TALLY, filled())
    assert again.status_code == 422
    assert "已经报过，内容相同" in again.content.decode()
    assert Tally.objects.count() == 1


def test_save_and_next_starts_from_the_same_post_and_shift(cast: Cast) -> None:
    client = signed_in(cast, "traffic")
    answer = client.post(TALLY, filled(next="1"))
    page = client.get(answer["Location"]).content.decode()
    assert '<option value="Z01" selected' in page
    assert "已收到上一条" in page
    assert 'name="vehicles" autocomplete="off"' in page


def test_nil_is_one_tap_and_is_a_report(cast: Cast) -> None:
    client = signed_in(cast, "traffic")
    assert client.post(TALLY, filled(vehicles="", persons="", nil="1")).status_code == 302
    assert (Tally.objects.get().vehicles, Tally.objects.get().persons) == (0, 0)
    control = signed_in(cast, "control")
    day = {"submission": str(uuid.uuid4()), "area": "株洲市", "as_of": "2020-02-02", "nil": "1"}
    assert control.post("/report/case_count/", day).status_code == 302
    assert DailyCount.objects.get().confirmed_new == 0


def test_what_was_left_empty_stays_unknown(cast: Cast) -> None:
    day = {"submission": str(uuid.uuid4()), "area": "荷塘区", "as_of": "2020-02-02", "confirmed_cum": "14"}
    assert signed_in(cast, "control").post("/report/case_count/", day).status_code == 302
    assert DailyCount.objects.get().confirmed_new is None


def test_the_form_is_safe_against_forged_posts(cast: Cast) -> None:
    client = signed_in(cast, "traffic", enforce_csrf_checks=True)
    assert client.post(TALLY, filled()).status_code == 403
    assert not Tally.objects.exists()


def test_looking_at_forms_and_receipts_changes_nothing(cast: Cast) -> None:
    from tests.registers.cases import stored

    client = signed_in(cast, "traffic")
    done = client.post(TALLY, filled())["Location"]
    before = stored()
    for address in ("/report/", TALLY, done, "/import/", "/envelopes/"):
        assert client.get(address).status_code == 200
    assert stored() == before


def test_a_receipt_is_seen_by_ones_own_unit_only(cast: Cast) -> None:
    done = signed_in(cast, "traffic").post(TALLY, filled())["Location"]
    assert signed_in(cast, "office").get(done).status_code == 200
    assert signed_in(cast, "police").get(done).status_code == 404


def test_naughty_strings_in_boxes_are_kept_or_refused_with_a_sentence(cast: Cast) -> None:
    client = signed_in(cast, "traffic")
    for text in ALL:
        sent = text.encode("utf-8", "replace").decode()
        answer = client.post(TALLY, filled(vehicles=sent, post=sent))
        assert answer.status_code == 422, text
        assert 'class="fault"' in answer.content.decode()


def test_no_field_of_a_report_is_taken_for_the_id_it_is_sent_under(cast: Cast) -> None:
    """A case and a pass have numbers of their own: their box is shown and what is in it is what is entered."""
    assert [kind.name for kind in kinds.known().values() if SUBMISSION in {one.name for one in kind.fields}] == []
    client = signed_in(cast, "control")
    page = client.get("/report/case_line/").content.decode()
    assert 'id="id_number"' in page
    assert "病例编号" in page
    sent = {"submission": str(uuid.uuid4()), "number": "A-17", "date_reporting": "2020-02-02"}
    answer = client.post("/report/case_line/", sent)
    assert (answer.status_code, CaseLine.objects.get().number) == (302, "A-17")
    assert str(Envelope.objects.get(kind="case_line").id) == sent["submission"]
    wrong = client.post("/report/case_line/", {**sent, "submission": str(uuid.uuid4()), "number": ""})
    assert wrong.status_code == 422


def test_naughty_strings_that_can_be_stored_come_back_as_text(cast: Cast) -> None:
    client = signed_in(cast, "control")
    for number, text in enumerate(one for one in STORABLE if one.strip() and len(one) <= 300):
        day = {
            "submission": str(uuid.uuid4()),
            "area": "株洲市",
            "as_of": f"2020-0{number // 28 % 9 + 1}-{number % 28 + 1:02}",
        }
        answer = client.post("/report/case_count/", {**day, "confirmed_new": "0", "source": text})
        if answer.status_code == 302:
            page = client.get(f"/registers/counts/{DailyCount.objects.order_by('recorded_at').last().pk}/")
            assert "<script>alert" not in page.content.decode()
            assert "<img src=x" not in page.content.decode()
        else:
            assert answer.status_code == 422


def test_replaying_an_envelope_that_waits_works_it_once_more(cast: Cast) -> None:
    row = {
        "post": "Z09",
        "shift_start": "2020-02-02T00:00",
        "shift_end": "2020-02-02T08:00",
        "vehicles": 1,
        "persons": 1,
    }
    held = deliver("checkpoint_tally", row, unit="traffic-safety-group", by=cast.traffic).envelope  # type: ignore[arg-type]
    assert held.state == Envelope.State.HELD
    client = signed_in(cast, "traffic")
    assert "仍有 1 行待更正" in words(client.post(f"/envelopes/{held.id}/replay/", follow=True))
    post("Z09")
    assert "全部入册" in words(client.post(f"/envelopes/{held.id}/replay/", follow=True))
    assert Tally.objects.get().post.code == "Z09"
    assert not held.rejects.filter(state=Reject.State.OPEN).exists()


def test_the_body_kept_is_what_was_put_in(cast: Cast) -> None:
    signed_in(cast, "traffic").post(TALLY, filled(vehicles="１６５"))
    body = json.loads(texts.open_body(Envelope.objects.get(kind="checkpoint_tally")))
    assert body["rows"][0]["vehicles"] == "１６５"
    assert "fever" not in body["rows"][0]
