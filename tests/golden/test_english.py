"""The demonstration read in English: every page speaks English, and marks what people wrote in Chinese."""

from __future__ import annotations

import json
import shutil
from typing import Any

import pytest
from django.conf import settings

from tests.golden import english
from tests.golden.conftest import Post

pytestmark = pytest.mark.slow

WALK = "import django; django.setup(); from tests.golden import english; english.main()"
# Addresses that answer with a file, with data, or by going on to another page.
NO_PAGE = {
    *("reread-bulletins", "code"),  # an act, and a picture
    *("appearance", "days", "healthz", "readyz", "signout", "import-template"),
    *("envelope-original", "rejects-file", "own-original", "own-rejects", "replay", "log-significant"),
    *("merge", "refreeze", "refreeze-moved", "chronicle-accept", "log-attachment"),
    *("pass-worker", "pass-revoked", "pass-print", "travellers-assign-area", "travellers-decide"),
    *("live-figure-day", "live-figure-period"),  # short addresses that lead on
    *("post-worker", "post-manifest"),  # what a phone keeps of its page
}


@pytest.fixture(scope="module")
def walked(post: Post, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What a walk met; it leaves reports behind, so it has a copy of the home."""
    home = tmp_path_factory.mktemp("english") / "home"
    shutil.copytree(post.home, home)
    return json.loads(Post(home).python("-c", WALK).splitlines()[-1])


def test_no_page_shows_chinese_that_is_not_marked_as_such(walked: Any) -> None:
    assert walked["chinese"] == {}


def test_the_walk_came_to_every_page(walked: Any) -> None:
    files = {name for name in walked["addresses"] if name.endswith(english.FILES)}
    assert set(walked["addresses"]) - set(walked["seen"]) - files - NO_PAGE == set()
    assert set(walked["addresses"]) >= NO_PAGE
    assert "404" in walked["seen"]


PAGE = '<html lang="en"><title>{}</title><body><p lang="zh-Hans">株洲 <b>市</b></p><p>{}</p><input value="{}"></body></html>'


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("a", "b", "c"), []),
        (("标题", "b", "c"), ["<title> 标题"]),
        (("a", "一段，话", "c"), ["<p> 一段，话"]),
        (("a", "b", "值"), ["<input value> 值"]),
        (("a", 'x</p><p lang="zh-Hans">话</p><p title="话">', "c"), ["<p title> 话"]),
        (("a", "full-width，comma", "c"), ["<p> full-width，comma"]),
    ],
)
def test_the_reader_of_pages_finds_what_it_should(words: tuple[str, str, str], found: list[str]) -> None:
    reader = english.Reader()
    reader.feed(PAGE.format(*words))
    assert reader.found == found
    assert "en" in dict(settings.LANGUAGES)
