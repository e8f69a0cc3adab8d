"""shichen.toml: defaults, then the file, then the environment; a wrong name is told with the nearest right one."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from shichen.refusal import Refusal
from shichen.site import config


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "shichen.toml"
    path.write_text(text, encoding="utf-8")
    return path


class TestLoading:
    def test_without_file_and_environment_the_defaults_hold(self) -> None:
        found = config.load(None, {})
        assert found.values == {key.name: key.default for key in config.KEYS}
        assert set(found.sources.values()) == {"default"}

    def test_the_file_stands_above_the_defaults_and_the_environment_above_the_file(self, tmp_path: Path) -> None:
        path = written(tmp_path, "[server]\nport = 9000\nworkers = 3\n")
        found = config.load(path, {"SHICHEN_SERVER__PORT": "9001"})
        assert (found["server.port"], found["server.workers"]) == (9001, 3)
        assert found.sources["server.port"] == "SHICHEN_SERVER__PORT"
        assert found.sources["server.workers"] == str(path)

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("[server]\nprot = 1\n", "server.port"),
            ("[server]\nport = '8712'\n", "应为 int"),
            ("[server]\nport = true\n", "应为 int"),
            ("[server]\nhttps = 1\n", "应为 bool"),
            ("[server\n", "读不懂"),
            ("nothing_like_it = 1\n", "没有名为 nothing_like_it"),
        ],
    )
    def test_what_is_wrong_is_told_in_a_sentence(self, tmp_path: Path, text: str, words: str) -> None:
        with pytest.raises(Refusal, match=words):
            config.load(written(tmp_path, text), {})

    def test_a_file_that_is_no_text_is_told_too(self, tmp_path: Path) -> None:
        path = tmp_path / "shichen.toml"
        path.write_bytes(b"\xff\xfe\x00")
        with pytest.raises(Refusal, match="读不懂"):
            config.load(path, {})

    @pytest.mark.parametrize(
        ("name", "text", "value"),
        [
            ("server.https", "true", True),
            ("server.https", "0", False),
            ("server.port", "99", 99),
            ("server.allowed_hosts", "a.example, b.example,", ["a.example", "b.example"]),
            ("database.url", "postgresql://x", "postgresql://x"),
        ],
    )
    def test_the_environment_speaks_in_text(self, name: str, text: str, value: object) -> None:
        variable = "SHICHEN_" + name.replace(".", "__").upper()
        assert config.load(None, {variable: text})[name] == value

    def test_a_number_that_is_none_is_refused(self) -> None:
        with pytest.raises(Refusal, match="整数"):
            config.load(None, {"SHICHEN_SERVER__PORT": "eighty"})

    def test_other_variables_are_nobodys_business(self) -> None:
        assert config.load(None, {"SHICHEN_HOME": "/x", "PATH": "/bin"}).values == config.load(None, {}).values


class TestTemplate:
    def test_it_holds_every_key_commented_out(self) -> None:
        assert tomllib.loads(config.template()) == {
            key.name.split(".")[0]: {} for key in config.KEYS if "." in key.name
        }

    def test_with_the_comments_taken_away_it_says_the_defaults(self, tmp_path: Path) -> None:
        lines = [line.removeprefix("# ") if " = " in line else line for line in config.template().splitlines()]
        found = config.load(written(tmp_path, "\n".join(lines)), {})
        assert found.values == config.load(None, {}).values
