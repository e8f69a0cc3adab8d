"""`shichen user`：开户给一次性入口，令牌只显示一次，停用一并失效，都留痕。"""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.test import Client

from shichen.audit.models import Trail
from shichen.city.models import Account, Grant
from shichen.site.commands import user_

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(user_, "set_up", lambda home: None)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(user_.command, list(arguments))


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
    assert Trail.objects.filter(action="grant", door="cli").count() == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("add", "li", "--role", "reporter"), "要有单位"),
        (("add", "li", "--role", "king"), "没有名为 king 的角色"),
        (("add", "li", "--role", "reporter", "--unit", "没有的组"), "没有名为"),
        (("token", "nobody", "--label", "x"), "没有名为 nobody"),
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
    assert set(Trail.objects.filter(door="cli").values_list("action", flat=True)) == {"grant", "token", "close"}


def test_a_device_does_not_come_in_by_the_web() -> None:
    said("add", "gate-1", "--role", "checkpoint", "--unit", "traffic-safety-group", "--device")
    assert run("enter", "gate-1").exit_code == 4


def test_the_list_names_roles_and_units_and_no_secret() -> None:
    said("add", "li", "--role", "auditor")
    rows = said("list")["accounts"]
    assert rows[-1]["grants"] == [{"role": "auditor", "unit": None, "area": "430200", "until": ""}]
    assert "li" in run("list").output
