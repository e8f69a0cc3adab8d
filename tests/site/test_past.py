"""The past at every address that has one (`?as_of=`), and a replay: nothing that came later is shown, and nothing is offered."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import get_resolver, resolve, reverse

from shichen.site import docs
from shichen.web import past, replay
from shichen.web.past import Past, past_of
from shichen.web.policy import policy_of
from tests.board.conftest import AT, afternoon, signed_in, snapshots, standing_clock
from tests.conftest import Cast
from tests.site import past_made
from tests.site.past_made import THEN, WORD

__all__ = ["afternoon", "snapshots", "standing_clock"]

pytestmark = pytest.mark.django_db
TYPESET = (".pdf", ".docx", ".png")  # their own tests look into them
LATER = {"98765", "87654", "76543", "65432"}
LOOKS = ("view", "board")
MAIN = re.compile(r"<main\b.*</main>", re.S)
POSTS = re.compile(r'<form\b[^>]*method="post"', re.I)
LINK = re.compile(r'<a\b(?![^>]*data-now)[^>]*?href="([^"#]*)')
GIVEN = {
    "live-figure": {"from": "2020-02-02", "to": "2020-02-02"},
    "chronicle": {"from": "2020-01-30", "to": "2020-02-02"},
    "log": {"day": "2020-02-02"},
}
MORE = {
    "ending": ("csv", "json"),
    "table": ("csv",),
    "picture": ("svg", "csv"),
    "part": ("curve",),
    "paper": ("pdf",),
    "on": ("2020-02-02",),
    "first": ("2020-02-02",),
    "last": ("2020-02-02",),
    "key": ("traffic.vehicles_checked",),
}


def named(pattern: Any) -> list[tuple[str, Any]]:
    """Every address of the house outside the API by its name."""
    found = []
    for one in pattern.url_patterns:
        if hasattr(one, "url_patterns"):
            found += [] if str(one.pattern) == "api/v1/" else named(one)
        else:
            found.append((one.name, one))
    return found


def of_the_past() -> list[str]:
    return sorted({name for name, one in named(get_resolver()) if past_of(one.callback) is Past.THEN})


def address(name: str, post: past_made.Post) -> str:
    """Such an address in the post, with whatever it names there."""
    one = next(one for called, one in named(get_resolver()) if called == name)
    wanted = set(one.pattern.regex.groupindex)
    base = re.sub(r"-(json|csv|xlsx|metadata|metadata-json|sheet|svg|png|files)$", "", name)
    base = re.sub(r"-metadata$", "", base)
    given = {key: value for key, value in post.numbers.get(base, {}).items() if key in wanted}
    given |= {key: values[0] for key, values in MORE.items() if key in wanted and key not in given}
    assert wanted == set(given), (name, wanted, given)
    found = reverse(name, kwargs=given)
    asked = GIVEN.get(base, {})
    return found + ("?" + "&".join(f"{key}={value}" for key, value in asked.items()) if asked else "")


def shown(client: Client, where: str, **more: str) -> str:
    """What an address shows, without what is of the request alone."""
    answer = client.get(where, more, follow=True) if "?" not in where else _asked(client, where, more)
    assert answer.status_code == 200, (where, answer.content[:400])
    data = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if answer["Content-Type"].startswith("text/html"):
        found = MAIN.search(data.decode())
        assert found is not None
        return re.sub(r'csrfmiddlewaretoken" value="[^"]*"', "", found[0])
    if "spreadsheetml" in answer["Content-Type"]:
        return "xlsx"
    return data.decode("utf-8-sig", "replace")


def _asked(client: Client, where: str, more: dict[str, str]) -> Any:
    query = "&".join(f"{name}={value.replace('+', '%2B')}" for name, value in more.items())
    return client.get(f"{where}&{query}" if query else where, follow=True)


@pytest.fixture
def post(afternoon: Cast) -> past_made.Post:
    return past_made.before(afternoon)


@pytest.fixture
def client(post: past_made.Post) -> Client:
    return signed_in(post.leader)


def looked_at(names: list[str]) -> list[str]:
    return [name for name in names if not name.endswith(("pdf", "-file"))]


def test_what_was_known_then_is_all_that_a_page_of_the_past_shows(client: Client, post: past_made.Post) -> None:
    """One look before the later acts and one after them: the same to the letter, at every address that has a past."""
    then, wheres = THEN.isoformat(), [address(name, post) for name in looked_at(of_the_past())]
    before = {where: shown(client, where, as_of=then) for where in wheres}
    past_made.later(post)
    after = {where: shown(client, where, as_of=then) for where in wheres}
    assert [where for where in wheres if WORD in after[where]] == []
    changed = [_differ(where, before[where], after[where]) for where in wheres if after[where] != before[where]]
    assert not changed, "\n".join(changed)
    assert any(WORD in shown(client, where) for where in wheres)


def _differ(where: str, before: str, after: str) -> str:
    """Where an address first says something else."""
    at = next(n for n, (one, other) in enumerate(zip(before + " ", after + "  ", strict=False)) if one != other)
    return f"{where}: {before[max(at - 60, 0) : at + 60]!r} != {after[max(at - 60, 0) : at + 60]!r}"


def test_in_a_replay_every_page_knows_only_what_was_known_by_its_moment(client: Client, post: past_made.Post) -> None:
    wheres = [address(name, post) for name in looked_at(of_the_past())]
    past_made.later(post)
    replay.begin(THEN, 60, now=AT)
    replay.pause(now=AT)
    assert replay.current() == replay.Replay(THEN, AT, 60, True)
    said = {where: shown(client, where) for where in wheres}
    assert [where for where, text in said.items() if WORD in text or LATER & set(re.findall(r"\d+", text))] == []


def test_a_page_of_the_past_says_so_offers_no_acts_and_leads_on_into_the_same_past(
    client: Client, post: past_made.Post
) -> None:
    past_made.later(post)
    for name in looked_at(of_the_past()):
        where = address(name, post)
        page = shown(client, where, as_of=THEN.isoformat())
        if not page.startswith("<main"):
            continue
        assert "历史视图" in page, where
        assert not POSTS.search(page), where
        for link in (html.unescape(one) for one in LINK.findall(page)):
            _leads_on(link, where)


def _leads_on(link: str, where: str) -> None:
    """A link of a page of the past is no act, and keeps the moment wherever there is one to keep."""
    path = urlsplit(link).path or urlsplit(where).path
    if not link or not path.startswith("/") or path.startswith("/static/"):
        return
    view = resolve(path).func
    policy = policy_of(view)
    assert policy is None or policy.action in (None, *LOOKS, "signed-in"), (where, link)
    assert past_of(view) is not Past.THEN or "as_of=" in link, (where, link)


def test_every_address_that_is_looked_at_says_what_it_has_to_do_with_the_past() -> None:
    for where, view in docs.viewed():
        policy = policy_of(view)
        looks = policy is not None and policy.action in LOOKS
        assert (past_of(view) is not None) == looks, where


def test_an_address_without_a_past_refuses_to_be_asked_for_one(client: Client, post: past_made.Post) -> None:
    for name in ("log-news", "board-tiles"):
        assert client.get(reverse(name), {"as_of": THEN.isoformat()}).status_code == 400
    assert client.get("/releases/", {"as_of": "x"}).status_code == 400
    assert client.get("/releases/", {"as_of": "2150-01-01"}).status_code == 400


def test_what_was_not_there_yet_is_not_there(client: Client, post: past_made.Post) -> None:
    early = (past_made.BEFORE.replace(hour=1)).isoformat()
    gone = ("disagreement", "correction", "decision", "release", "envelope", "handover-signed", "open-table")
    for name in gone:
        assert client.get(address(name, post), {"as_of": early}).status_code == 404, name


def test_links_keep_the_moment_and_nothing_else_is_touched() -> None:
    page = (
        '<main><a href="/log/">1</a><a class="x" href="/log/?q=a#e">2</a><a href="?page=2">3</a>'
        '<a data-now href="/log/">4</a><a href="/gate/">5</a><a href="//x/">6</a><a href="/log/?as_of=x">7</a>'
        '<form method="get" action="/log/"><b></b></form><form method="post" action="/log/"></form></main>'
    )
    kept = past.kept(page, "2020-02-02T12:00+08:00", "/log/")
    at = "as_of=2020-02-02T12%3A00%2B08%3A00"
    assert f'href="/log/?{at}">1' in kept
    assert f'href="/log/?q=a&amp;{at}#e">2' in kept
    assert f'href="?page=2&amp;{at}">3' in kept
    for same in ('data-now href="/log/">4', 'href="/gate/">5', 'href="//x/">6', 'href="/log/?as_of=x">7'):
        assert same in kept
    assert kept.count('<input type="hidden" name="as_of" value="2020-02-02T12:00+08:00">') == 1
