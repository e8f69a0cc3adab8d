"""The pictures of docs/epi.md, drawn by the command line as its readers draw them; no browser takes part."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from shichen.site.command import cli
from tests.browser.pictures import folder

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "zhuzhou.csv"
SI = ("--mean-si", "4.7", "--sd-si", "2.9")
DRAWN = [
    ("epi-rt", ("rt", *SI, "--gate", "--lang", "zh")),
    ("epi-forecast", ("forecast", *SI, "--until", "2020-02-09", "--k", "0.5", "--falls-to", "0.5", "--lang", "en")),
]


@pytest.mark.parametrize(("name", "words"), DRAWN)
def test_a_picture_of_the_docs(name: str, words: tuple[str, ...], tmp_path: Path) -> None:
    picture = (folder() or tmp_path) / f"{name}.png"
    found = CliRunner().invoke(cli, ["epi", words[0], str(EXAMPLE), *words[1:], "--plot", str(picture)])
    assert found.exit_code == 0, found.stderr
    assert picture.read_bytes().startswith(b"\x89PNG")
