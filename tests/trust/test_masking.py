"""F14: an identity inside a text is masked on every page, in every answer, export, snapshot and log line."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from shichen.audit.models import Trail
from shichen.bulletins.models import Bulletin
from shichen.city import signin
from shichen.city.models import Account
from shichen.city.roles import ROLES
from shichen.intake.models import Envelope, Reject
from shichen.journal.models import Entry
from shichen.reconciliation import running
from tests.made import bulletin, deliver, tally_row
from tests.trust.test_authorisation import OPERATIONS, OURS, PAGES, Samples, api_path, reporter, samples

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

__all__ = ["samples"]

IDENTITY, PHONE = "430221199003071234", "13807331234"
CANARIES = (IDENTITY.encode(), PHONE.encode(), b"43022119900307", b"1380733")
TEXT = f"疫情防控组报告，密切接触者(身份证{IDENTITY}，电话{PHONE})1人已隔离，当天排查返乡人员15人。"


def answer_of(client: Client, method: str, path: str, **more: Any) -> bytes:
    answer = getattr(client, method)(path, **more)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body + str(sorted(answer.headers.items())).encode()


def clear(said: bytes) -> list[bytes]:
    return [one for one in CANARIES if one in said]


@pytest.fixture
def canaries(samples: Samples) -> Samples:
    """The things of the matrix, and two texts and a row that hold identities; one text is already in the log."""
    from shichen.bulletins import services as bulletins
    from shichen.city import services as accounts

    waiting = Bulletin.objects.get(envelope=bulletin(TEXT, unit=OURS).envelope)
    done = Bulletin.objects.get(envelope=bulletin(TEXT + "另行通知。", unit=OURS).envelope)
    whole = bulletins.merge(done, by=accounts.system())
    entry = bulletins.accept(whole, bulletins.Placing(), version=whole.version, by=accounts.system())
    held = deliver("checkpoint_tally", tally_row(f"电话{PHONE}", turned_back=IDENTITY), unit=OURS).envelope
    running.run(timezone.now())
    figure = entry.uses.first() or entry.statements.first()
    assert figure is not None
    samples.by_prefix.update(
        {
            r"^bulletins/": waiting.pk,
            r"^envelopes/|^report/done/|^import/": held.id,
            r"rejects/$|rejects/<uuid": Reject.objects.get(envelope=held).pk,
            r"^log/": entry.id,
        }
    )
    return samples


def everybody() -> dict[str, Account]:
    return {role: reporter(role, OURS, role) for role in ROLES if role != "anonymous"}


@pytest.mark.once("what a page shows of rows; every page is asked for on the server by test_authorisation")
def test_no_page_shows_them_to_anybody(canaries: Samples) -> None:
    faults = []
    for role, account in everybody().items():
        client = Client(raise_request_exception=False)
        client.force_login(account)
        for address in PAGES:
            path = canaries.path(address.route, address.parameters)
            if (found := clear(answer_of(client, "get", path))) and not opened_with_a_trail_row(account, path):
                faults.append(f"{role} {path}: {found}")
    assert faults == []


def opened_with_a_trail_row(account: Account, path: str) -> bool:
    """Where a row is set right its boxes hold it as it is; each look is written down."""
    handed_back = re.search(r"/rejects/[0-9a-f-]{36}/$", path)
    return (
        bool(handed_back) and Trail.objects.filter(actor=str(account.pk), action="open", data_class="personal").exists()
    )


def test_whoever_gets_them_by_asking_has_a_row_that_says_why(canaries: Samples) -> None:
    """Every envelope, asked for by everybody: count(files in clear) = count(rows of the trail with the reason)."""
    clients = {role: (account, Client(raise_request_exception=False)) for role, account in everybody().items()}
    got = []
    for role, (account, client) in clients.items():
        client.force_login(account)
        for pk in Envelope.objects.values_list("id", flat=True):
            for part in ("original", "rejects", "mine/original", "mine/rejects"):
                if clear(answer_of(client, "post", f"/envelopes/{pk}/{part}", data={"reason": "流调核对"})):
                    got.append((role, str(account.pk), str(pk)))
    rows = Trail.objects.filter(action="reveal", data_class="personal", reason="流调核对")
    assert {role for role, *_ in got} == {"unit_lead", "cdc", "hospital"}
    assert set(rows.values_list("actor", "subject")) >= {(actor, subject) for _, actor, subject in got}
    assert rows.count() >= len(got)


def test_no_thing_that_holds_them_shows_them(canaries: Samples) -> None:
    """Every envelope, bulletin and entry in turn, in the eyes of the Office, which sees them all."""
    client = Client(raise_request_exception=False)
    client.force_login(reporter("office", OURS, "office"))
    paths = [
        *(
            f"/envelopes/{pk}/{rest}"
            for pk in Envelope.objects.values_list("id", flat=True)
            for rest in ("", "contents/")
        ),
        *(f"/bulletins/{pk}/" for pk in Bulletin.objects.values_list("pk", flat=True)),
        *(f"/log/{pk}/" for pk in Entry.objects.values_list("id", flat=True)),
    ]
    faults = [f"{path}: {found}" for path in paths if (found := clear(answer_of(client, "get", path)))]
    assert faults == []


def test_no_answer_of_the_api_holds_them(canaries: Samples) -> None:
    faults = []
    for role, account in everybody().items():
        headers = {"Authorization": f"Bearer {signin.token_for(account, 'test')}"}
        for operation in OPERATIONS:
            method, path = api_path(operation, canaries)
            if method == "get" and (found := clear(answer_of(Client(), method, path, headers=headers))):
                faults.append(f"{role} {path}: {found}")
    assert faults == []


def test_neither_snapshot_nor_log_line_holds_them(
    canaries: Samples, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    from shichen.board import snapshot

    with caplog.at_level(logging.DEBUG):
        snapshot.refresh(timezone.now())
        client = Client(raise_request_exception=False)
        client.force_login(reporter("office", OURS, "office"))
        client.post("/bulletins/new/", {"text": TEXT})
        client.get(f"/nowhere/{IDENTITY}/")
    files = [path for path in settings.HOME.snapshots.rglob("*") if path.is_file()]
    assert [path for path in files if clear(path.read_bytes())] == []
    lines = [line for line in caplog.text.splitlines() if "django.db.backends" not in line and "/nowhere/" not in line]
    assert not clear("\n".join(lines).encode())


def test_mutant_without_masking_the_canaries_show(canaries: Samples, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from shichen.web import masking

    real = {masking.masked, masking.masked_deep}
    ours = [module for named, module in list(sys.modules.items()) if named.startswith(("shichen.", "tests."))]
    for module in ours:
        for name in ("masked", "masked_deep"):
            if vars(module).get(name) in real:
                monkeypatch.setattr(module, name, lambda said: said)
    with pytest.raises(AssertionError):
        test_no_thing_that_holds_them_shows_them(canaries)
