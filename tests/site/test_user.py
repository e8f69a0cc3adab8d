"""`shichen user`：开户给一次性入口，令牌只显示一次，停用一并失效，都留痕。"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.test import Client

from shichen.audit.models import Trail
from shichen.city.models import Account, Grant
from shichen.city.scope import may
from shichen.site.commands import user_
from shichen.web import clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(user_, "set_up", lambda home: None)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(user_.command, list(arguments))


def actions() -> list[str]:
    """What the command left in the trail: one row for each act."""
    return sorted(Trail.objects.filter(door="cli").values_list("action", flat=True))


def said(*arguments: str) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.output)
    return found


def test_a_new_person_comes_in_once_by_the_way_that_was_printed(client: Client) -> None:
    way = said("add", "li", "--role", "reporter", "--unit", "交通运输安全组")["enter"]
    grant = Grant.objects.get(account__username="li")
    assert (grant.role, grant.unit_id) == ("reporter", "traffic-safety-group")
    assert not Account.objects.get(username="li").has_usable_password()
    assert client.get(way).status_code == 200
    assert client.post(way).status_code == 302
    assert Client().post(way).status_code != 302
    assert actions() == ["grant", "open account", "way in"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("add", "li", "--role", "reporter"), "要有单位"),
        (("add", "li", "--role", "king"), "没有名为 king 的角色"),
        (("add", "li", "--role", "reporter", "--unit", "没有的组"), "没有名为"),
        (("token", "nobody", "--label", "x"), "没有名为 nobody"),
        (("grant", "nobody", "--role", "office", "--reason", "x"), "没有名为 nobody"),
        (("revoke", "nobody", "--role", "office", "--reason", "x"), "没有名为 nobody"),
        (("close", "system"), "没有名为 system"),
        (("enter", "nobody"), "没有名为 nobody"),
    ],
)
def test_what_is_not_allowed_is_one_sentence_and_exit_4(arguments: tuple[str, ...], sentence: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 4
    assert sentence in result.output
    assert not Account.objects.filter(username="li").exists()


def test_a_token_opens_the_api_until_the_account_is_closed(client: Client) -> None:
    said("add", "gate-1", "--role", "checkpoint", "--unit", "traffic-safety-group", "--device")
    secret = said("token", "gate-1", "--label", "石峰道口手机")["token"]
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {secret}"}
    assert client.get("/api/v1/kinds", **bearer).status_code == 200  # type: ignore[arg-type]
    assert not Account.objects.filter(passes__digest=secret).exists()
    assert said("close", "gate-1")["closed"] is True
    assert client.get("/api/v1/kinds", **bearer).status_code == 401  # type: ignore[arg-type]
    assert actions() == ["close account", "grant", "open account", "token"]


def test_a_role_is_taken_back_and_another_given_with_reasons_that_stay() -> None:
    said("add", "li", "--role", "auditor")
    refused = run("grant", "li", "--role", "office", "--reason", "轮岗")
    assert refused.exit_code == 4
    assert "同一人" in refused.output
    assert run("revoke", "li", "--role", "office", "--reason", "x").exit_code == 4
    assert said("revoke", "li", "--role", "auditor", "--reason", "轮岗")["revoked"] == 1
    assert run("revoke", "li", "--role", "auditor", "--reason", "轮岗").exit_code == 4
    said("grant", "li", "--role", "office", "--reason", "轮岗")
    assert [row["role"] for row in said("list")["accounts"][-1]["grants"] if not row["until"]] == ["office"]
    assert "auditor@全部/430200(至 " in run("list").output
    assert actions() == ["grant", "grant", "open account", "revoke", "way in"]
    assert Trail.objects.get(action="revoke").reason == "auditor：轮岗"


def test_a_device_does_not_come_in_by_the_web() -> None:
    said("add", "gate-1", "--role", "checkpoint", "--unit", "traffic-safety-group", "--device")
    assert run("enter", "gate-1").exit_code == 4


def test_the_list_names_roles_and_units_and_no_secret() -> None:
    said("add", "li", "--role", "auditor")
    rows = said("list")["accounts"]
    assert rows[-1]["grants"] == [{"role": "auditor", "unit": None, "area": "430200", "until": ""}]
    assert "li" in run("list").output


def test_where_a_demonstrations_clock_stands_in_the_past_a_new_role_holds_there_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stands = datetime(2020, 2, 2, 14, 50, tzinfo=UTC)
    monkeypatch.setattr(clock, "stands_at", lambda: stands)
    said("add", "li", "--role", "reporter", "--unit", "交通运输安全组")
    li = Account.objects.get(username="li")
    assert may(li, "submit", at=stands)
    assert may(li, "submit", at=clock.running())
