"""来件的网页：收到的一字不改，显示时遮盖，打开留痕，坏行就地更正。"""

from __future__ import annotations

import pytest
from django.test import Client

from shichen.audit.models import Trail
from shichen.intake.models import Envelope, Reject
from shichen.registers.checkpoints.models import Tally
from tests.conftest import Cast
from tests.intake.doors import signed_in, table, words
from tests.made import bulletin, deliver, post

pytestmark = pytest.mark.django_db

GOOD = "Z01,2020-02-02 08:00,2020-02-02 16:00,100,200,身份证430202199001011234"
BAD = "Z02,2020-02-02 08:00,2020-02-02 16:00,十,200,电话13812345678"


@pytest.fixture
def envelope(cast: Cast) -> Envelope:
    post("Z01")
    post("Z02")
    return deliver(
        "checkpoint_tally",
        table(GOOD, BAD),
        unit="traffic-safety-group",
        by=cast.traffic,  # type: ignore[arg-type]
        media_type="text/csv",
        filename="<b>班次</b>.csv",
        channel=Envelope.Channel.SHEET,
    ).envelope


@pytest.fixture
def client(cast: Cast) -> Client:
    return signed_in(cast, "traffic")


def looks(envelope: Envelope) -> list[tuple[str, str]]:
    rows = Trail.objects.filter(action="open", subject=str(envelope.id)).order_by("position")
    return [(row.data_class, row.fields) for row in rows]


def test_an_envelope_says_what_came_and_what_became_of_it(client: Client, envelope: Envelope) -> None:
    said = words(client.get(f"/envelopes/{envelope.id}/"))
    for part in (envelope.digest, "交通运输安全组", "读到 2 行，入册 1 行", "班次记录 1 条", "车辆 十", "更正"):
        assert part in said
    assert "<b>班次</b>" not in client.get(f"/envelopes/{envelope.id}/").content.decode()
    assert looks(envelope) == []


def test_contents_are_shown_masked_and_each_look_leaves_a_trace(client: Client, envelope: Envelope) -> None:
    said = words(client.get(f"/envelopes/{envelope.id}/contents/"))
    assert "身份证430***********1234" in said
    assert "电话138****5678" in said
    assert "13812345678" not in said
    assert looks(envelope) == [("internal", "masked")]


def test_who_may_not_open_persons_sees_the_contents_masked(cast: Cast) -> None:
    one = bulletin("检查车辆100台次，电话13812345678。").envelope
    editor = signed_in(cast, "editor")
    assert editor.post(f"/envelopes/{one.id}/original", {"reason": "为了编日版"}).status_code == 403
    assert "下载原件" not in editor.get(f"/envelopes/{one.id}/").content.decode()
    assert "138****5678" in words(editor.get(f"/envelopes/{one.id}/contents/"))


@pytest.mark.parametrize("name", ["police", "auditor", "outsider"])
def test_a_stranger_finds_no_envelope(cast: Cast, envelope: Envelope, name: str) -> None:
    stranger = signed_in(cast, name)
    for tail in ("", "contents/", "original", "rejects", "mine/original", "mine/rejects"):
        assert stranger.get(f"/envelopes/{envelope.id}/{tail}").status_code in (403, 404)
        assert stranger.post(f"/envelopes/{envelope.id}/{tail}", {"reason": "想看一看"}).status_code in (403, 404, 405)
    assert str(envelope.id) not in stranger.get("/envelopes/").content.decode()
    assert stranger.post(f"/envelopes/{envelope.id}/replay/").status_code in (403, 404)
    assert looks(envelope) == []


def test_a_row_is_mended_in_place_and_its_envelope_names_the_first(client: Client, envelope: Envelope) -> None:
    row = envelope.rejects.get()
    at = f"/envelopes/{envelope.id}/rejects/{row.pk}/"
    page = client.get(at).content.decode()
    assert 'value="十"' in page
    boxes = {"post": "Z02", "shift_start": "2020-02-02T08:00", "shift_end": "2020-02-02T16:00", "persons": "200"}
    wrong = client.post(at, {**boxes, "vehicles": "十", "reason": "核对", "act": "mend"})
    assert wrong.status_code == 422
    refused = client.post(at, {**boxes, "post": "Z01", "vehicles": "10", "reason": "核对", "act": "mend"})
    assert refused.status_code == 422
    assert "已报过" in refused.content.decode()
    assert Envelope.objects.filter(corrects=envelope.id).count() == 0
    done = client.post(at, {**boxes, "vehicles": "10", "reason": "与登记本核对", "act": "mend"})
    assert done.status_code == 302
    envelope.refresh_from_db()
    assert envelope.state == Envelope.State.CORRECTED
    assert Tally.objects.count() == 2
    assert Envelope.objects.get(corrects=envelope.id).reason == "与登记本核对"
    assert client.post(at, {**boxes, "vehicles": "10", "reason": "再来", "act": "mend"}).status_code == 422


def test_a_row_is_given_up_only_with_a_reason(client: Client, envelope: Envelope) -> None:
    row = envelope.rejects.get()
    at = f"/envelopes/{envelope.id}/rejects/{row.pk}/"
    for nothing in (" ", "\x00", "理" * 201):
        assert client.post(at, {"act": "void", "reason": nothing}).status_code == 422
    assert client.post(at, {"act": "void", "reason": "不是我们的"}).status_code == 302
    row.refresh_from_db()
    assert row.state == Reject.State.VOID


def test_the_list_filters_by_state_and_pages_by_number(client: Client, envelope: Envelope) -> None:
    assert str(envelope.id) in client.get("/envelopes/", {"state": "held"}).content.decode()
    assert str(envelope.id) not in client.get("/envelopes/", {"state": "void"}).content.decode()
    assert str(envelope.id) not in client.get("/envelopes/", {"after": str(envelope.seq)}).content.decode()
    for strange in ("-1", "x", "९", "9" * 30, "' OR 1"):
        assert client.get("/envelopes/", {"after": strange, "state": strange, "kind": strange}).status_code == 200


def test_a_workbook_is_not_shown_as_text(client: Client, cast: Cast) -> None:
    import io

    import openpyxl

    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    one = deliver(
        "checkpoint_tally",
        out.getvalue(),
        unit="traffic-safety-group",
        by=cast.traffic,  # type: ignore[arg-type]
        media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        filename="空.xlsx",
    ).envelope
    assert "这不是文字文件" in words(client.get(f"/envelopes/{one.id}/contents/"))
