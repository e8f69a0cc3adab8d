"""表格导入的网页门：上传、对应列、试导入、确认；数要对得上，坏行退回，坏文件一句话。"""

from __future__ import annotations

import io
import os
import uuid
import zipfile
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from shichen.intake import uploads
from shichen.intake.models import Envelope, Mapping
from shichen.registers.checkpoints.models import Tally
from tests.conftest import Cast
from tests.intake.doors import assigned, signed_in, table, upload, words
from tests.made import post

pytestmark = pytest.mark.django_db

GOOD = "Z01,2020-02-02 08:00,2020-02-02 16:00,100,200,好"
BAD = "Z02,2020-02-02 08:00,2020-02-02 16:00,十来,200,电话13812345678"
FOREIGN = "Y01,2020-02-02 08:00,2020-02-02 16:00,100,200,"


@pytest.fixture
def client(cast: Cast) -> Client:
    for code in ("Z01", "Z02"):
        post(code)
    post("Y01", "police")
    return signed_in(cast, "traffic")


@pytest.fixture(autouse=True)
def _empty_folder() -> Any:
    uploads.sweep(before=float("inf"))  # other files of tests have the same home
    yield
    uploads.sweep(before=float("inf"))


def taken(client: Client, data: bytes, **more: str) -> str:
    """A file taken in; the address of its envelope."""
    at = upload(client, data)["Location"]
    answer = client.post(at, assigned(client, at, act="take", **more))
    assert answer.status_code == 302, words(answer)
    return str(answer["Location"]).replace("/report/done/", "/envelopes/")


def test_a_trial_says_what_would_become_of_every_line_and_takes_nothing(client: Client) -> None:
    at = upload(client, table(GOOD, BAD, FOREIGN, ",,,,,", "合计,,,200,600,"))["Location"]
    answer = client.post(at, assigned(client, at, act="try"))
    said = words(answer)
    assert "5 读到 = 1 入册 + 0 重复 + 2 待更正 + 2 空行与合计" in said
    assert "班次 3 D 查控车辆 十来" in said
    assert "班次 4 A 卡点编号 Y01" in said
    assert not Tally.objects.exists()
    assert not Envelope.objects.filter(kind="checkpoint_tally").exists()


def test_confirming_takes_the_good_lines_and_keeps_the_others_to_mend(client: Client) -> None:
    at = taken(client, table(GOOD, BAD, FOREIGN))
    assert Tally.objects.count() == 1
    envelope = Envelope.objects.get(kind="checkpoint_tally")
    assert (envelope.read, envelope.taken, envelope.rejects.count()) == (3, 1, 2)
    page = words(client.get(at))
    assert "138****5678" not in page  # a column that no field claims is kept in the file, not in the row
    assert "电话13812345678" not in page


def test_the_rejects_come_back_as_the_same_sort_of_file_with_the_reason_beside(client: Client) -> None:
    answer = client.post(taken(client, table(GOOD, BAD, FOREIGN)) + "mine/rejects")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "卡点编号,开始时间,结束时间,查控车辆,人数,备注,行号,原因"
    assert lines[1].startswith("Z02,2020-02-02 08:00,2020-02-02 16:00,十来,200,电话13812345678,3,D列“查控车辆”")
    assert "不能替" in lines[2]
    assert answer["Content-Disposition"].startswith("attachment")


def test_a_mended_rejects_file_can_come_in_again(client: Client) -> None:
    data = client.post(taken(client, table(GOOD, BAD)) + "mine/rejects").content
    taken(client, data.replace("十来".encode(), b"10"))
    assert Tally.objects.count() == 2


def test_the_same_file_again_is_a_link_to_its_envelope(client: Client) -> None:
    at = taken(client, table(GOOD))
    answer = upload(client, table(GOOD), "换个名字.csv")
    assert answer.status_code == 200
    assert "此文件已导入" in words(answer)
    assert at in answer.content.decode()
    assert Tally.objects.count() == 1


def test_a_second_click_on_confirm_takes_nothing_twice(client: Client) -> None:
    at = upload(client, table(GOOD))["Location"]
    answers = assigned(client, at, act="take")
    assert client.post(at, answers).status_code == 302
    assert client.post(at, answers).status_code == 404  # the upload is gone, its envelope has the bytes
    assert Tally.objects.count() == 1


def test_columns_with_words_of_their_own_are_assigned_by_hand_and_remembered(client: Client) -> None:
    head = "关口,从,到了,过了多少车,看了多少人"
    data = table("Z01,2020-02-02 08:00,2020-02-02 16:00,100,200", head=head)
    at = upload(client, data)["Location"]
    assert [one.field for one in client.get(at).context["columns"]] == [""] * 5
    answers = dict(
        zip([f"column-{n}" for n in range(5)], ["post", "shift_start", "shift_end", "vehicles", "persons"], strict=True)
    )
    assert client.post(at, {**answers, "act": "take"}).status_code == 302
    assert Tally.objects.get().vehicles == 100
    assert Mapping.objects.get().columns["过了多少车"] == "vehicles"
    again = upload(client, table("Z02,2020-02-02 08:00,2020-02-02 16:00,1,2", head=head))["Location"]
    page = client.get(again)
    assert [one.field for one in page.context["columns"]] == ["post", "shift_start", "shift_end", "vehicles", "persons"]
    assert "已按上次记住的对应列" in words(page)


def test_another_unit_does_not_inherit_the_assignment(client: Client, cast: Cast) -> None:
    head = "关口,从,到了,过了多少车,看了多少人"
    at = upload(client, table("Z01,2020-02-02 08:00,2020-02-02 16:00,100,200", head=head))["Location"]
    answers = dict(
        zip([f"column-{n}" for n in range(5)], ["post", "shift_start", "shift_end", "vehicles", "persons"], strict=True)
    )
    client.post(at, {**answers, "act": "take"})
    police = signed_in(cast, "police")
    at = upload(police, table("Y01,2020-02-02 08:00,2020-02-02 16:00,1,2", head=head))["Location"]
    assert [one.field for one in police.get(at).context["columns"]] == [""] * 5


def test_one_field_cannot_be_two_columns(client: Client) -> None:
    at = upload(client, table(GOOD))["Location"]
    answer = client.post(at, assigned(client, at, act="try") | {"column-4": "vehicles"})
    assert answer.status_code == 422
    assert "同一个字段对应了两列" in words(answer)


def test_a_column_that_the_file_lacks_can_be_given_for_all_lines(client: Client) -> None:
    head = "卡点编号,开始时间,查控车辆,人数"
    at = upload(client, table("Z01,2月2日 8时,100,200", head=head))["Location"]
    lacking = client.post(at, assigned(client, at, act="try"))
    assert "0 入册 + 0 重复 + 1 待更正" in words(lacking)
    given = assigned(client, at, act="take", year="2020") | {"default-shift_end": "2020-02-02 16:00"}
    assert client.post(at, given).status_code == 302
    assert Tally.objects.get().vehicles == 100


@pytest.mark.parametrize(("name", "value"), [("year", "二零"), ("year", "99999"), ("default-fever", "很多")])
def test_a_given_value_that_cannot_be_read_is_told(client: Client, name: str, value: str) -> None:
    at = upload(client, table(GOOD))["Location"]
    answer = client.post(at, assigned(client, at, act="try") | {name: value})
    assert answer.status_code == 422
    assert "faults" in answer.content.decode()


def test_two_sheets_of_one_workbook_do_not_collide(client: Client) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    for number, code in enumerate(("Z01", "Z02")):
        sheet = book.active if number == 0 else book.create_sheet("第二张")
        sheet.append(["卡点编号", "开始时间", "结束时间", "查控车辆", "人数"])
        sheet.append([code, "2020-02-02 08:00", "2020-02-02 16:00", 100, 200])
    data = io.BytesIO()
    book.save(data)
    at = upload(client, data.getvalue(), "两张.xlsx")["Location"]
    assert client.post(at, assigned(client, at, act="take")).status_code == 302
    assert Tally.objects.count() == 2


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.csv", b"", "文件是空的"),
        ("a.csv", b"a\x00b,c\n", "空字符"),
        ("a.csv", "卡点".encode("utf-16"), "UTF-16"),
        ("a.csv", b"\xff\xfd\xfe,\x81\n" * 3, "既不是 UTF-8 也不是 GB18030"),
        ("a.csv", b"a," + b"x" * 1_100_000, "超过 1 MB"),
        ("a.csv", b'"open\n' * 3, "引号"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "不收 .xls"),
        ("a.xlsx", b"PK\x03\x04oops", "没有传完"),
        ("a.xlsx", b"not a workbook", "内容却是"),
        ("a.exe", b"MZ", "只收 .xlsx 和 .csv"),
    ],
)
def test_a_bad_file_is_one_sentence_and_leaves_nothing(client: Client, name: str, data: bytes, sentence: str) -> None:
    answer = upload(client, data, name)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert not list((settings.HOME.path / "files").glob("upload-*"))
    assert not Envelope.objects.filter(kind="checkpoint_tally").exists()


def test_a_zip_bomb_is_one_sentence(client: Client) -> None:
    answer = upload(client, bomb(), "a.xlsx")
    assert answer.status_code == 422
    assert "faults" in answer.content.decode()


def test_a_file_too_large_is_413(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.CONFIG.values, "intake.max_file_bytes", 100)
    assert upload(client, b"x" * 101).status_code == 413


def test_no_file_and_no_kind_are_told(client: Client) -> None:
    assert "请选一个" in words(client.post("/import/", {"kind": "checkpoint_tally"}))
    assert "请先选" in words(upload(client, table(GOOD), kind="case_count"))


def test_an_upload_is_sealed_private_and_its_makers_alone(client: Client, cast: Cast) -> None:
    at = upload(client, table(GOOD), "../../etc/passwd.csv")["Location"]
    files = list((settings.HOME.path / "files").glob("upload-*"))
    assert len(files) == 2
    assert all(os.stat(path).st_mode & 0o777 == 0o600 for path in files)
    assert all(b"Z01" not in path.read_bytes() for path in files if path.suffix == ".file")
    assert signed_in(cast, "office").get(at).status_code == 404
    assert client.get(f"/import/{uuid.uuid4()}/").status_code == 404
    assert client.get(at).context["desk"].upload.filename == "passwd.csv"


def test_what_was_left_lying_is_swept(client: Client) -> None:
    at = upload(client, table(GOOD))["Location"]
    assert uploads.sweep(before=float("inf")) == 2
    assert client.get(at).status_code == 404


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_an_empty_form_comes_with_an_example_that_is_refused_if_it_comes_back(client: Client, ending: str) -> None:
    data = client.get(f"/import/template/checkpoint_tally.{ending}").content
    at = upload(client, data, f"模板.{ending}")["Location"]
    assert "0 入册 + 0 重复 + 1 待更正" in words(client.post(at, assigned(client, at, act="try")))
    assert client.get("/import/template/checkpoint_tally.exe").status_code == 404
    assert client.get("/import/template/nothing.csv").status_code == 404


def test_importing_needs_the_csrf_token_and_a_role(cast: Cast) -> None:
    assert upload(signed_in(cast, "traffic", enforce_csrf_checks=True), table(GOOD)).status_code == 403
    assert upload(signed_in(cast, "auditor"), table(GOOD)).status_code == 403


def test_rows_that_were_there_already_are_counted_apart(client: Client) -> None:
    taken(client, table(GOOD))
    other = "Z02,2020-02-02 08:00,2020-02-02 16:00,7,9,"
    changed = GOOD.replace(",100,", ",101,")
    at = upload(client, table(GOOD, other, changed))["Location"]
    trial = client.post(at, assigned(client, at, act="try"))
    assert "3 读到 = 1 入册 + 1 重复 + 1 待更正 + 0 空行与合计" in words(trial)
    receipt = client.post(at, assigned(client, at, act="take"), follow=True)
    assert "读到 3 = 入册 1 + 重复 1 + 待更正 1 + 空行与合计 0" in words(receipt)
    assert Tally.objects.count() == 2


def english(cast: Cast) -> Client:
    client = signed_in(cast, "traffic")
    client.cookies["django_language"] = "en"
    return client


ENGLISH_HEAD = "Checkpoint,Shift from,Shift to,Vehicles,Persons,Turned back"
FIELD_KEYS = "post,shift_start,shift_end,vehicles,persons,turned_back"
CHINESE_HEAD = "卡点,班次开始,班次结束,车辆,人员,劝返"
LINE = "Z01,2020-02-02 08:00,2020-02-02 16:00,100,200,3"


@pytest.mark.parametrize("head", [CHINESE_HEAD, ENGLISH_HEAD, FIELD_KEYS])
@pytest.mark.parametrize("page", ["zh-hans", "en"])
def test_headings_are_known_in_both_languages_whatever_the_page_speaks(
    client: Client, cast: Cast, head: str, page: str
) -> None:
    reader = english(cast) if page == "en" else client
    at = upload(reader, table(LINE, head=head))["Location"]
    fields = [one.field for one in reader.get(at).context["columns"]]
    assert fields == ["post", "shift_start", "shift_end", "vehicles", "persons", "turned_back"]
    assert reader.post(at, assigned(reader, at, act="take")).status_code == 302
    assert Tally.objects.get().turned_back == 3


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_an_empty_form_in_english_comes_back_with_its_example_refused(cast: Cast, client: Client, ending: str) -> None:
    reader = english(cast)
    form = reader.get(f"/import/template/checkpoint_tally.{ending}")
    if ending == "csv":
        assert form.content.decode("utf-8-sig").startswith("Checkpoint,Network,Shift from,Shift to,Vehicles,")
    at = upload(client, form.content, f"form.{ending}")["Location"]  # a colleague's page speaks Chinese
    answer = client.post(at, assigned(client, at, act="try"))
    assert "1 读到 = 0 入册 + 0 重复 + 1 待更正" in words(answer)
    assert "EXAMPLE (delete this row)" in words(answer)


def test_what_is_wrong_with_a_table_is_told_in_english(cast: Cast, client: Client) -> None:
    reader = english(cast)
    at = upload(reader, table(GOOD, BAD))["Location"]
    said = words(reader.post(at, assigned(reader, at, act="try")))
    assert "2 read = 1 taken + 0 there before + 1 to mend + 0 blank and total lines" in said
    assert "is no number; enter digits alone" in said
    receipt = words(reader.post(at, assigned(reader, at, act="take"), follow=True))
    assert "2 rows read, 1 entered, 1 to mend: " in receipt
    assert "读到" not in receipt
