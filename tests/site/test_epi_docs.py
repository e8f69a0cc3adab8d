"""docs/epi.md: every output shown is what the command prints, number by number."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from shichen.site.command import cli
from shichen.site.commands.epi_ import METHODS
from tests.epi.reference import FOLDER

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "epi.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```\n\$ (.*?)\n(.*?)\n```", PAGE, re.S)
CUT = "…"


@pytest.fixture
def beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files that the page names."""
    (tmp_path / "zhuzhou.csv").symlink_to(DOCS / "examples" / "zhuzhou.csv")
    (tmp_path / "incubation.csv").symlink_to(FOLDER / "backproj_incu_pmf.csv")
    for file in FOLDER.glob("input_*.csv"):
        (tmp_path / file.name).symlink_to(file)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    return tmp_path


def cells(line: str) -> list[str]:
    return re.split(r"([,\s:\[\]]+)", line)


def same(shown: str, printed: str) -> bool:
    """Word by word; numbers to the ninth figure, since their last differ from one machine to the next."""
    mine, theirs = cells(shown), cells(printed)
    if len(mine) != len(theirs):
        return False
    return all(a == b or _near(a, b) for a, b in zip(mine, theirs, strict=True))


def _near(one: str, other: str) -> bool:
    try:
        return float(one) == pytest.approx(float(other), rel=1e-9, abs=1e-9)
    except ValueError:
        return False


@pytest.mark.seeds
@pytest.mark.usefixtures("beside")
@pytest.mark.parametrize(("command", "shown"), BLOCKS, ids=[command[:60] for command, _shown in BLOCKS])
def test_what_the_page_shows_is_what_is_printed(command: str, shown: str) -> None:
    given, _, words = command.rpartition(" | ") if command.startswith("printf") else ("", "", command)
    text = given.removeprefix("printf '").removesuffix("'").replace("\\n", "\n") or None
    found = CliRunner().invoke(cli, shlex.split(words)[1:], input=text)
    printed = iter((found.stdout or found.stderr).splitlines())
    cut = False
    for line in shown.splitlines():
        if line == CUT:
            cut = True
        elif cut:
            assert any(same(line, one) for one in printed), line
            cut = False
        else:
            one = next(printed)
            assert same(line, one), (line, one)
    assert cut or next(printed, None) is None


def test_the_page_shows_every_method() -> None:
    assert {words.split()[2] for words, _shown in BLOCKS if words.startswith("shichen epi")} == set(METHODS)
    assert all(f'<a id="{method}"></a>' in PAGE for method in METHODS)
