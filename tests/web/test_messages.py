"""The second language: every sentence of the shell, the board and the log has its English, and the .mo files are fresh."""

from __future__ import annotations

import gettext
import io
import sys
from pathlib import Path

import pytest

TOOLS = Path(__file__).parents[2] / "tools"
if not TOOLS.is_dir():
    pytest.skip("tools/ is not part of an installed package", allow_module_level=True)
sys.path.insert(0, str(TOOLS))
messages = pytest.importorskip("messages")
sys.path.remove(str(TOOLS))


def test_every_sentence_of_the_shell_the_board_and_the_log_has_its_english() -> None:
    known = messages.known()
    for room in ("web", "board"):
        assert sorted(messages.used(messages.PACKAGE / room) - known) == []


def test_the_binary_catalogues_are_what_their_sources_make() -> None:
    assert messages.stale() == []


def test_placeholders_are_the_same_in_both_languages() -> None:
    import re

    for path in messages.catalogues():
        for (singular, _plural), forms in messages.read_po(path).items():
            wanted = set(re.findall(r"%\([a-z]+\)[sd]|\{[a-z]+\}", singular))
            assert all(set(re.findall(r"%\([a-z]+\)[sd]|\{[a-z]+\}", form)) == wanted for form in forms), singular


def test_the_binary_catalogue_is_read_by_gettext() -> None:
    made = messages.mo_bytes(
        {
            ("", ""): ["Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"],
            ("登录", ""): ["Sign in"],
            ("%(n)d天", "%(n)d天"): ["%(n)d day", "%(n)d days"],
        }
    )
    catalogue = gettext.GNUTranslations(io.BytesIO(made))
    assert catalogue.gettext("登录") == "Sign in"
    assert catalogue.ngettext("%(n)d天", "%(n)d天", 2) == "%(n)d days"


def test_sentences_are_found_in_templates_and_in_code(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        '{% translate "甲" %}{% translate "甲" context "动作" %}{% blocktranslate count n=x %}{{ n }}条{% plural %}{{ n }}条{% endblocktranslate %}',
        encoding="utf-8",
    )
    (tmp_path / "b.py").write_text(
        'from django.utils.translation import gettext as _, pgettext\n_("乙")\nf("丙")\npgettext("状态", "乙")\n',
        encoding="utf-8",
    )
    wanted = {("甲", ""), ("动作\x04甲", ""), ("%(n)s条", "%(n)s条"), ("乙", ""), ("状态\x04乙", "")}
    assert messages.used(tmp_path) == wanted


def test_one_word_has_another_english_in_another_context(tmp_path: Path) -> None:
    path = tmp_path / "django.po"
    path.write_text(
        'msgid "采纳"\nmsgstr "Accepted"\n\nmsgctxt "动作"\nmsgid "采纳"\nmsgstr "Accept"\n', encoding="utf-8"
    )
    entries = {("", ""): ["Content-Type: text/plain; charset=UTF-8\n"], **messages.read_po(path)}
    catalogue = gettext.GNUTranslations(io.BytesIO(messages.mo_bytes(entries)))
    assert (catalogue.gettext("采纳"), catalogue.pgettext("动作", "采纳")) == ("Accepted", "Accept")
