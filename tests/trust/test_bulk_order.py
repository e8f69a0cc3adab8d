"""The order in which a load reaches the disk, as the kernel saw it: bytes, name, folder, and only then the row of the manifest."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks.trust.house import prepared

from tests.plugins.parts import need

CALLS = "write,pwrite64,fsync,fdatasync,rename,renameat,renameat2"
NAMED = re.compile(r'^\d+ +rename\w*\((?:AT_FDCWD[^,]*, )?"([^"]+)", (?:AT_FDCWD[^,]*, )?"([^"]+)"')
CALL = re.compile(r"^\d+ +(write|pwrite64|fsync|fdatasync)\(\d+<([^>]+)>")
pytestmark = [pytest.mark.slow, need("strace")]


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str, str]]:
    """(call, path, new name) of one load, in their order."""
    folder = tmp_path_factory.mktemp("order")
    if subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this kernel lets nobody look at the calls of a process")
    sent, seen = folder / "sent.csv", folder / "calls.txt"
    sent.write_text(
        "时间,卡点,车牌,证件号码\n2020-02-02 08:00:00,K1,湘B12345,\n2020-02-02 08:00:00,none,湘B1,\n", encoding="utf-8"
    )
    with prepared(folder / "home") as house:
        command = [
            sys.executable,
            "-X",
            "utf8",
            "-m",
            "shichen",
            "import",
            "passings",
            str(sent),
            "--home",
            str(house.home),
        ]
        done = subprocess.run(
            ["strace", "-f", "-y", "-s", "0", "-e", f"trace={CALLS}", "-o", str(seen), *command],
            env=house.environment, cwd=folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 5, done.stderr
    return [one for line in seen.read_text(encoding="utf-8", errors="replace").splitlines() if (one := _call(line))]


def _call(line: str) -> tuple[str, str, str] | None:
    if found := NAMED.match(line):
        return "rename", found[1], found[2]
    if found := CALL.match(line):
        return ("sync" if "sync" in found[1] else "write"), found[2], ""
    return None


def test_every_file_is_written_synced_named_and_its_folder_synced_before_the_manifest_commits(
    calls: list[tuple[str, str, str]],
) -> None:
    committed = max(
        place for place, (call, path, _) in enumerate(calls) if call == "sync" and path.endswith(".sqlite3-wal")
    )
    files = [
        (place, old, new)
        for place, (call, old, new) in enumerate(calls)
        if call == "rename" and "/lake/" in new and "/lake/tmp/" not in new
    ]
    assert {Path(new).parent.name.split("=")[0] for _, _, new in files} == {"raw", "rejects", "day"}
    assert len(files) == 6
    for place, old, new in files:
        earlier = {old} | {before for _, before, after in calls[:place] if after == old}
        written = max(n for n, (call, path, _) in enumerate(calls) if call == "write" and path in earlier)
        synced = max(n for n, (call, path, _) in enumerate(calls) if call == "sync" and path in earlier)
        folder = min(
            n
            for n, (call, path, _) in enumerate(calls)
            if n > place and call == "sync" and path == os.path.dirname(new)
        )
        assert written < synced < place < folder < committed, new


def test_what_was_sent_is_on_the_disk_before_its_receipt(calls: list[tuple[str, str, str]]) -> None:
    raw = next(n for n, (call, _, new) in enumerate(calls) if call == "rename" and "/lake/raw/" in new)
    folder = next(
        n for n, (call, path, _) in enumerate(calls) if n > raw and call == "sync" and path.endswith("/lake/raw")
    )
    receipt = next(
        n for n, (call, path, _) in enumerate(calls) if n > raw and call == "sync" and path.endswith(".sqlite3-wal")
    )
    assert raw < folder < receipt


def test_new_folders_are_synced_up_to_the_lake(calls: list[tuple[str, str, str]]) -> None:
    synced = {path for call, path, _ in calls if call == "sync"}
    lake = next(new for call, _, new in calls if call == "rename" and "/lake/raw/" in new).split("/raw/")[0]
    assert {lake, f"{lake}/passings", f"{lake}/passings/place"} <= synced
