"""接口：凭据、默认不许、同号同文一次、说不清的不收、看得见的才给。"""

from __future__ import annotations

import hashlib
import json
import uuid
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from shichen.audit.context import now
from shichen.city import services as accounts
from shichen.city import signin
from shichen.city.roles import ROLES
from shichen.intake.models import Envelope
from shichen.registers.checkpoints.models import Tally
from shichen.site.api import api, operations
from tests.conftest import Cast
from tests.intake.doors import signed_in
from tests.made import bulletin, post, stated, tally, tally_row

pytestmark = pytest.mark.django_db
HOME = "/api/v1"


@pytest.fixture
def bearer(cast: Cast) -> dict[str, str]:
    return token(cast.traffic)


def token(account: Any) -> dict[str, str]:
    return {"HTTP_AUTHORIZATION": f"Bearer {signin.token_for(account, 'test')}"}


def said(**more: Any) -> dict[str, Any]:
    return {"kind": "checkpoint_tally", "rows": [tally_row("Z01")], **more}


def put(
    client: Client, body: Any, bearer: dict[str, str], number: object = None, kind: str = "application/json"
) -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    return client.put(f"{HOME}/submissions/{number or uuid.uuid4()}", raw, content_type=kind, **bearer)  # type: ignore[arg-type]


def batch(client: Client, given: Any, bearer: dict[str, str]) -> Any:
    return client.post(f"{HOME}/submissions/batch", json.dumps(given), content_type="application/json", **bearer)  # type: ignore[arg-type]


class TestTheDoor:
    def test_every_operation_declares_a_policy_and_takes_the_one_door(self) -> None:
        declared = operations()
        assert "PUT /submissions/{number}" in declared
        assert len(declared) >= 11

    @pytest.mark.parametrize("operation", sorted(operations()))
    def test_no_operation_answers_without_a_credential(self, client: Client, operation: str) -> None:
        method, path = operation.split(" ")
        address = HOME + path.format(number=uuid.uuid4(), name="x", key="traffic.posts", on="2020-02-02", sort="stays")
        assert client.generic(method, address, b"{}", content_type="application/json").status_code == 401
        wrong = {"HTTP_AUTHORIZATION": "Bearer wrong"}
        assert client.generic(method, address, b"{}", content_type="application/json", **wrong).status_code == 401

    @pytest.mark.parametrize("operation", sorted(operations()))
    def test_no_operation_answers_a_role_that_its_policy_leaves_out(
        self, client: Client, cast: Cast, operation: str
    ) -> None:
        method, path = operation.split(" ")
        policy = operations()[operation]
        address = HOME + path.format(number=uuid.uuid4(), name="x", key="traffic.posts", on="2020-02-02", sort="stays")
        address += "?from=2020-01-21&to=2020-02-19" if path == "/chronicle" else ""
        for name, role in (
            ("auditor", "auditor"),
            ("secadmin", "secadmin"),
            ("editor", "newsroom"),
            ("outsider", None),
        ):
            if role is None or not ROLES[role].allows(policy.action or "", policy.data_class):
                answer = client.generic(
                    method, address, b"{}", content_type="application/json", **token(getattr(cast, name))
                )
                assert answer.status_code == 403, (name, operation)

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("get", "/log?limit=-690"),
            ("get", "/submissions/no-number"),
            ("get", "/days/yesterday"),
            ("get", "/chronicle"),
            ("put", "/submissions/no-number"),
            ("post", "/submissions/batch"),
        ],
    )
    def test_who_may_not_is_told_so_before_what_is_wrong_with_the_question(
        self, client: Client, cast: Cast, method: str, path: str
    ) -> None:
        answer = client.generic(method.upper(), HOME + path, b"[1]", content_type="text/plain", **token(cast.auditor))  # type: ignore[arg-type]
        assert answer.status_code == 403, answer.content
        assert answer.json()["error"]["sentence"]

    @pytest.mark.parametrize("path", ["/api/", "/api/v1/nothing", "/api/v2/log", "/api/v1/submissions/a/b"])
    def test_an_address_that_is_none_says_so_as_data(self, client: Client, path: str) -> None:
        answer = client.get(path)
        assert answer.status_code == 404
        assert answer.json()["error"]["sentence"]

    def test_a_closed_account_and_a_revoked_token_open_nothing(self, client: Client, cast: Cast) -> None:
        bearer = token(cast.traffic)
        accounts.close_account(cast.traffic, at=now(), by=accounts.system())  # type: ignore[arg-type]
        assert client.get(f"{HOME}/log", **bearer).status_code == 401  # type: ignore[arg-type]

    def test_a_wrong_token_does_not_fall_back_to_the_session(self, cast: Cast) -> None:
        client = signed_in(cast, "office")
        assert client.get(f"{HOME}/log").status_code == 200
        assert client.get(f"{HOME}/log", HTTP_AUTHORIZATION="Bearer wrong").status_code == 401
        assert client.get(f"{HOME}/log", HTTP_AUTHORIZATION="Basic eDp5").status_code == 401

    def test_a_session_needs_the_csrf_token_to_send(self, cast: Cast) -> None:
        client = signed_in(cast, "traffic", enforce_csrf_checks=True)
        assert put(client, said(), {}).status_code == 403
        assert not Envelope.objects.filter(channel="api").exists()

    def test_the_description_is_for_people_with_an_account_and_comes_from_here(
        self, client: Client, cast: Cast
    ) -> None:
        for address in ("/openapi.json", "/docs"):
            assert client.get(HOME + address).status_code == 302
        inside = signed_in(cast, "office")
        assert "checkpoint" not in inside.get(f"{HOME}/docs").content.decode()
        assert "://" not in inside.get(f"{HOME}/docs").content.decode().replace("http://www.w3.org", "")
        described = json.loads(inside.get(f"{HOME}/openapi.json").content)
        assert {f"{m.upper()} {p.removeprefix(HOME)}" for p, ms in described["paths"].items() for m in ms} == set(
            operations()
        )

    def test_answers_are_kept_by_nobody(self, client: Client, bearer: dict[str, str]) -> None:
        assert "no-store" in client.get(f"{HOME}/log", **bearer)["Cache-Control"]  # type: ignore[arg-type]


class TestSubmissions:
    def test_first_201_again_200_other_bytes_409(self, client: Client, bearer: dict[str, str]) -> None:
        post("Z01")
        number, body = uuid.uuid4(), json.dumps(said()).encode()
        first = put(client, body, bearer, number)
        assert first.status_code == 201
        receipt = first.json()
        assert receipt["sha256"] == hashlib.sha256(body).hexdigest()
        assert (receipt["state"], receipt["taken"], receipt["to_mend"]) == ("entered", 1, 0)
        again = put(client, body, bearer, number)
        assert again.status_code == 200
        assert {**again.json(), "head": ""} == {**receipt, "head": ""}
        other = put(client, body + b" ", bearer, number)
        assert other.status_code == 409
        assert other.json()["error"]["sha256"] == receipt["sha256"]
        assert Tally.objects.count() == 1

    def test_the_first_digest_is_told_to_its_sender_only(
        self, client: Client, cast: Cast, bearer: dict[str, str]
    ) -> None:
        post("Z01")
        number = uuid.uuid4()
        put(client, said(), bearer, number)
        other = put(client, said(device="x"), token(cast.police), number)
        assert other.status_code == 409
        assert other.json()["error"]["sha256"] is None

    def test_a_receipt_says_received_not_right(self, client: Client, bearer: dict[str, str]) -> None:
        answer = put(client, said(), bearer)
        assert answer.status_code == 201
        assert (answer.json()["state"], answer.json()["to_mend"]) == ("held", 1)
        again = client.get(f"{HOME}/submissions/{answer.json()['id']}", **bearer)  # type: ignore[arg-type]
        assert again.json()["state"] == "held"

    def test_an_unknown_field_of_a_row_waits_to_be_mended(self, client: Client, bearer: dict[str, str]) -> None:
        post("Z01")
        answer = put(client, said(rows=[{**tally_row("Z01"), "colour": "red"}]), bearer)
        assert answer.json()["to_mend"] == 1
        assert "没有名为 colour 的字段" in answer.json()["note"]

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            (b"{", 400),
            (b"\xff\xfe{}", 400),
            (b"[]", 400),
            (b"[" * 100_000, 400),
            (b'{"kind":"checkpoint_tally","rows":[{"post":"\\u0000"}]}', 400),
            (b'{"kind":"checkpoint_tally","rows":[{"po\\u0000st":1}]}', 400),
            (b'{"kind":"checkpoint_tally","rows":[{"post":"\\ud800"}]}', 400),
            (b'{"kind":"checkpoint_tally","rows":[{"vehicles":NaN}]}', 400),
            (b'{"kind":"checkpoint_tally","rows":[{"vehicles":' + b"9" * 5000 + b"}]}", 400),
            (b'{"kind":"checkpoint_tally","rows":[{"vehicles":1e400}]}', 400),
            (b"{}", 422),
            (b'{"kind":"checkpoint_tally"}', 422),
            (b'{"kind":"checkpoint_tally","rows":[],"text":"x"}', 422),
            (b'{"kind":"bulletin","rows":[]}', 422),
            (b'{"kind":"nothing","rows":[]}', 422),
            (b'{"kind":"checkpoint_tally","rows":[],"colour":1}', 422),
            (b'{"kind":"checkpoint_tally","rows":[],"schema":99}', 422),
            (b'{"kind":"checkpoint_tally","rows":[],"device_at":"2020-02-02T08:00"}', 422),
            (b'{"kind":"checkpoint_tally","rows":[],"unit":"nowhere"}', 422),
            (b'{"kind":"checkpoint_tally","rows":[1]}', 422),
        ],
    )
    def test_what_cannot_be_said_is_not_kept(
        self, client: Client, bearer: dict[str, str], body: bytes, status: int
    ) -> None:
        answer = put(client, body, bearer)
        assert answer.status_code == status, answer.content
        assert answer.json()["error"]["sentence"]
        assert not Envelope.objects.filter(channel="api").exists()

    def test_a_number_that_is_no_uuid_is_400(self, client: Client, bearer: dict[str, str]) -> None:
        assert put(client, said(), bearer, "7").status_code == 400

    def test_another_type_is_415_and_too_much_is_413(
        self, client: Client, bearer: dict[str, str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert put(client, said(), bearer, kind="text/plain").status_code == 415
        assert put(client, said(), bearer, kind="application/json; charset=gbk").status_code == 415
        monkeypatch.setitem(settings.CONFIG.values, "intake.max_bytes", 100)
        assert put(client, said(), bearer).status_code == 413
        monkeypatch.setattr(settings, "DATA_UPLOAD_MAX_MEMORY_SIZE", 50)
        assert put(client, said(), bearer).status_code == 413

    def test_nobody_reports_for_another_unit(self, client: Client, bearer: dict[str, str]) -> None:
        answer = put(client, said(unit="public-security-group"), bearer)
        assert answer.status_code == 403
        assert not Envelope.objects.filter(channel="api").exists()

    def test_the_office_reports_for_any(self, client: Client, cast: Cast) -> None:
        post("Z01")
        answer = put(client, said(unit="traffic-safety-group"), token(cast.office))
        assert answer.json()["state"] == "entered"
        assert Envelope.objects.get(kind="checkpoint_tally").unit_id == "traffic-safety-group"

    def test_a_receipt_of_another_group_is_not_found(self, client: Client, cast: Cast, bearer: dict[str, str]) -> None:
        number = put(client, said(), bearer).json()["id"]
        assert client.get(f"{HOME}/submissions/{number}", **token(cast.police)).status_code == 404  # type: ignore[arg-type]

    def test_a_bulletin_comes_in_as_text(self, client: Client, cast: Cast) -> None:
        answer = put(
            client, {"kind": "bulletin", "text": "检查车辆100台次。", "covers": "2020-02-02"}, token(cast.traffic)
        )
        assert (answer.status_code, answer.json()["state"]) == (201, "entered")

    def test_a_batch_has_one_answer_each_and_keeps_exact_bytes(self, client: Client, bearer: dict[str, str]) -> None:
        post("Z01")
        number, body = str(uuid.uuid4()), json.dumps(said())
        given = [
            {"id": number, "body": body},
            {"id": number, "body": body},
            {"id": number, "body": body + " "},
            {"id": "7", "body": body},
            {"id": str(uuid.uuid4()), "body": "{"},
            {"id": str(uuid.uuid4()), "body": json.dumps(said(unit="public-security-group"))},
        ]
        answer = batch(client, {"submissions": given}, bearer)
        results = answer.json()["results"]
        assert [one["status"] for one in results] == [201, 200, 409, 400, 400, 403]
        assert results[0]["receipt"]["sha256"] == hashlib.sha256(body.encode()).hexdigest()
        assert Tally.objects.count() == 1

    def test_a_batch_is_of_fifty_at_most(self, client: Client, bearer: dict[str, str]) -> None:
        one = {"id": str(uuid.uuid4()), "body": "{}"}
        assert batch(client, {"submissions": [one] * 51}, bearer).status_code == 422
        assert batch(client, {"submissions": []}, bearer).status_code == 422
        assert batch(client, {"submissions": [one], "more": 1}, bearer).status_code == 422

    def test_kinds_are_those_of_the_unit_with_the_schema_of_a_row(self, client: Client, cast: Cast) -> None:
        post("Z01")
        kinds = {one["kind"]: one for one in client.get(f"{HOME}/kinds", **token(cast.traffic)).json()["kinds"]}  # type: ignore[arg-type]
        assert set(kinds) == {
            "checkpoint_tally",
            "checkpoint_post",
            "passing",
            "bulletin",
            "traveller",
            "traveller_list",
        }
        row = kinds["checkpoint_tally"]["row"]
        assert row["additionalProperties"] is False
        assert "vehicles" in row["required"]
        assert row["properties"]["vehicles"] == {
            "title": "车辆",
            "type": "integer",
            "minimum": 0,
            "maximum": 10_000_000,
        }

    @pytest.mark.parametrize(
        "value", [None, True, [], {}, [1], {"a": "b"}, 1.5, -1, 10**18, "", " ", "x" * 3000, "\u202e"]
    )
    def test_any_value_in_any_field_is_taken_or_waits(self, client: Client, cast: Cast, value: object) -> None:
        from shichen.intake import kinds

        for kind in kinds.known().values():
            rows = [{field.name: value} for field in kind.fields] + [
                dict.fromkeys((f.name for f in kind.fields), value)
            ]
            if rows and kind.fields:
                answer = put(client, {"kind": kind.name, "rows": rows}, token(cast.office))
                assert answer.status_code == 201
                assert answer.json()["read"] == answer.json()["taken"] + answer.json()["to_mend"]

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_a_fault_of_a_choice_names_them_all_as_plain_text(self, client: Client, cast: Cast, language: str) -> None:
        """The words of a choice stand in the fault that is kept, in the answer, and in the table that goes back to its sender."""
        post("Z01")
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        row = {"post": "Z01", "at": "2020-02-02 08:00", "persons": 1, "direction": "sideways", "outcome": "waved"}
        answer = put(client, {"kind": "passing", "rows": [row]}, token(cast.traffic))
        assert (answer.status_code, answer.json()["to_mend"]) == (201, 1)
        envelope = Envelope.objects.get(id=answer.json()["id"])
        (kept,) = envelope.rejects.all()
        said = json.dumps(kept.faults, ensure_ascii=False)
        assert "入、出" in said
        assert "放行、登记、劝返、移交、货物劝返" in said
        receipt = client.get(f"{HOME}/submissions/{envelope.id}", **token(cast.traffic))  # type: ignore[arg-type]
        assert json.loads(receipt.content)["to_mend"] == 1

    @hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(st.binary(min_size=1, max_size=200) | st.text(min_size=1, max_size=100).map(str.encode))
    def test_no_bytes_bring_the_door_down(self, client: Client, bearer: dict[str, str], body: bytes) -> None:
        assert put(client, body, bearer).status_code in (400, 422)


class TestReading:
    def test_a_figure_is_computed_and_nothing_reported_is_null(self, client: Client, cast: Cast) -> None:
        post("Z01")
        tally("Z01")
        office = token(cast.office)
        ask = f"{HOME}/figures/traffic.vehicles_checked?from=2020-02-02&to=2020-02-02"
        answer = client.get(ask, **office).json()  # type: ignore[arg-type]
        assert (answer["value"], answer["unit"], answer["records_now"]) == (10, "台次", 1)
        nothing = client.get(ask.replace("02-02", "02-05"), **office).json()  # type: ignore[arg-type]
        assert nothing["value"] is None
        assert client.get(f"{ask}&post=Z99", **office).json()["value"] is None  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        ("address", "status"),
        [
            ("/figures/no.such", 404),
            ("/figures/traffic.posts?colour=1", 422),
            ("/figures/traffic.posts?from=soon", 422),
            ("/figures/traffic.posts?area=nowhere", 422),
            ("/log?limit=-690", 422),
            ("/log?limit=0", 422),
            ("/log?limit=201", 422),
            ("/log?after=-1", 422),
            ("/log?after=99999999999999999999", 422),
            ("/log?colour=1", 422),
            ("/days/yesterday", 422),
            ("/days/2020-02-02?colour=1", 422),
            ("/chronicle", 422),
            ("/chronicle?from=2020-02-19&to=2020-01-21", 422),
            ("/chronicle?from=1000-01-01&to=9999-12-31", 422),
            ("/ledger/00000000-0000-0000-0000-000000000000", 404),
            ("/kinds/nothing", 404),
        ],
    )
    def test_a_question_that_makes_no_sense_is_told(
        self, client: Client, cast: Cast, address: str, status: int
    ) -> None:
        answer = client.get(HOME + address, **token(cast.office))  # type: ignore[arg-type]
        assert answer.status_code == status, answer.content
        assert answer.json()["error"]["sentence"]

    def test_the_log_is_read_on_from_a_number(self, client: Client, cast: Cast) -> None:
        for code in ("Z01", "Z02", "Z03"):
            post(code)
        office = token(cast.office)
        first = client.get(f"{HOME}/log?limit=2", **office).json()  # type: ignore[arg-type]
        rest = client.get(f"{HOME}/log?after={first['next']}", **office).json()  # type: ignore[arg-type]
        assert len(first["entries"]) == 2
        assert rest["next"] is None
        assert len({one["seq"] for one in first["entries"] + rest["entries"]}) == 3

    def test_a_figure_of_another_group_is_not_found(self, client: Client, cast: Cast) -> None:
        figure = stated(5, "人", reporter="public-security-group")
        assert client.get(f"{HOME}/ledger/{figure.pk}", **token(cast.police)).json()["value"] == 5  # type: ignore[arg-type]
        assert client.get(f"{HOME}/ledger/{figure.pk}", **token(cast.traffic)).status_code == 404  # type: ignore[arg-type]

    def test_the_two_pages_are_there_as_data(self, client: Client, cast: Cast) -> None:
        bulletin("检查车辆100台次。")
        office = token(cast.office)
        assert len(client.get(f"{HOME}/days/2020-02-02", **office).json()["cells"]) == 48  # type: ignore[arg-type]
        days = client.get(f"{HOME}/chronicle?from=2020-01-21&to=2020-02-19", **office).json()["days"]  # type: ignore[arg-type]
        assert len(days) == 30


def test_the_api_has_one_door() -> None:
    assert api.auth is not None
