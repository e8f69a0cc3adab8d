"""What is kept under version control: sources and what belongs to them, nothing that was built, fetched or left over."""

from __future__ import annotations

import subprocess
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).parent.parent
TOP = {
    *(".ci", ".gitignore", "benchmarks", "docs", "src", "tests", "tools", "shichen", "Makefile", "pyproject.toml"),
    *("CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md"),
    *("requirements.lock", "requirements-spark.lock", "requirements-test.lock"),
}
BUILT = {".whl", ".egg-info", ".pyc", ".so", ".zip", ".sqlite3", ".log"}


def test_nothing_that_was_built_or_left_over_is_kept() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout: an unpacked archive has no list of what is kept")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    kept = [PurePosixPath(one) for one in listed.split("\0") if one]
    assert {one.parts[0] for one in kept} <= TOP
    assert [str(one) for one in kept if {one.suffix, *(PurePosixPath(part).suffix for part in one.parts)} & BUILT] == []
