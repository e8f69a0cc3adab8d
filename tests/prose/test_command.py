"""The command `read`: one JSON object, or a rendering; and its start."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from shichen import prose
from shichen.prose.__main__ import main
from shichen.prose.command import covering, run
from shichen.refusal import Refusal

TEXT = "子时(23~1点)\n\n交通运输安全组检查车辆1.2万台次，合格率99.5%。\n\n丑时(1~3点)\n\n办公室下发通知。\n"


@pytest.fixture
def bulletin(tmp_path: Path) -> Path:
    path = tmp_path / "page.txt"
    path.write_bytes(TEXT.encode())
    return path


def printed(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    return json.loads(capsys.readouterr().out)


def test_one_json_object(bulletin: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(bulletin, covers="2020-02-02", json_out=True) == 0
    found = printed(capsys)
    assert found["sha256"] == hashlib.sha256(TEXT.encode()).hexdigest()
    first, second = found["entries"]
    assert (first["watch"], first["date"], first["column"], first["unit"]) == (
        "子",
        "2020-02-02",
        None,
        "交通运输安全组",
    )
    assert TEXT[first["start"] : first["end"]] == first["text"]
    figure, rate = first["figures"]
    assert (figure["raw"], figure["value"], figure["unit"]) == ("1.2万台次", 12000, "台次")
    assert isinstance(figure["value"], int)
    assert rate["value"] == 99.5
    assert TEXT[figure["start"] : figure["end"]] == figure["raw"]
    assert second["figures"] == []


def test_offsets_are_characters_of_the_decoded_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "gb.txt"
    path.write_bytes(TEXT.encode("gb18030"))
    run(path, json_out=True)
    figure = printed(capsys)["entries"][0]["figures"][0]
    assert TEXT[figure["start"] : figure["end"]] == "1.2万台次"


def test_a_rendering_marks_the_figures(bulletin: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(bulletin) == 0
    shown = capsys.readouterr().out
    assert "⟦1.2万台次⟧" in shown
    assert "traffic.vehicles_checked" in shown


def test_a_table_has_a_line_for_each_figure(bulletin: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(bulletin, table=True)
    assert len(capsys.readouterr().out.splitlines()) == 3


@pytest.mark.parametrize("data", [b"\xff\xfe\xff", b"a\x00b", b"1" * 1_000_001])
def test_what_cannot_be_read_is_refused_in_words(
    data: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.txt"
    path.write_bytes(data)
    assert run(path, json_out=True) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.strip().endswith("。")


def test_a_missing_file_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path / "none.txt") == 2
    assert "打不开" in capsys.readouterr().err


def test_control_characters_do_not_reach_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "esc.txt"
    path.write_text("市教育局检查\x1b[31m12家。", encoding="utf-8")
    run(path)
    assert "\x1b" not in capsys.readouterr().out


def test_the_covering_date_is_a_day_or_a_year() -> None:
    assert covering("2020-02-02")[0] is not None
    assert covering("2020") == (None, 2020)
    assert covering(None) == (None, None)
    with pytest.raises(Refusal, match="看不懂"):
        covering("二月二日")


def test_it_starts_within_a_second_and_without_django(bulletin: Path) -> None:
    code = (
        "import sys; from shichen.prose.command import run; "
        f"run({str(bulletin)!r}, json_out=True); sys.exit('django' in sys.modules)"
    )
    start = time.perf_counter()
    environment = {**os.environ, "PYTHONPATH": str(Path(prose.__file__).parents[2])}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, env=environment)
    assert done.returncode == 0
    assert time.perf_counter() - start < 5


def test_the_module_may_be_run(
    bulletin: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["shichen.prose", str(bulletin), "--covers", "2020-02-02", "--json"])
    assert main() == 0
    assert printed(capsys)["kind"] == "day_page"


def test_standard_input_is_read(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TEXT.encode())))
    assert run("-", json_out=True) == 0
    assert printed(capsys)["file"] == "-"
