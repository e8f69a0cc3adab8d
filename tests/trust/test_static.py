"""F23: what the code itself may not hold: shortcuts past escaping or scope, outside addresses, secrets, default accounts."""

from __future__ import annotations

import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks.trust.house import House

from tests.made import SOURCE

PACKAGE = SOURCE / "shichen"
PYTHON = sorted(path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)
TEMPLATES = sorted(PACKAGE.rglob("*.html"))
STATIC = sorted(path for path in PACKAGE.rglob("static/**/*") if path.suffix in {".js", ".css", ".svg", ".html"})

# The one place that makes markup of data, each piece escaped there and reviewed line by line.
REVIEWED = re.compile(r"/(web/templatetags|web/charts|intake/marking|web/marking)")

IN_PYTHON = {
    "markup made safe outside the reviewed modules": re.compile(r"\bmark_safe\(|SafeString\((?![\"']{2}\))|\.__html__"),
    "arguments of a query taken from a request": re.compile(
        r"\.(?:filter|exclude|get|update|order_by)\(\s*\*\*?\s*(?:dict\()?request\."
    ),
    "all fields of a model shown": re.compile(r"fields\s*=\s*[\"']__all__"),
    "a statement put together from text": re.compile(r"\.(?:raw|extra)\(\s*f?[\"']|RawSQL\("),
    "a view without protection against forgery": re.compile(r"csrf_exempt"),
    "traces shown to people": re.compile(r"\bDEBUG\s*=\s*True"),
    "code made of text": re.compile(r"(?<![\w.])(?:eval|exec)\(|pickle\.|yaml\.load\(|shell=True"),
    "a clock of its own": re.compile(r"datetime\.(?:utc)?now\(\)|date\.today\(\)(?!.*noqa: DTZ)"),
    "digits of other scripts let in": re.compile(r"re2?\.compile\(r?[\"'][^\"']*\\d"),
}
IN_TEMPLATES = {
    "unescaped text": re.compile(r"\|\s*safe(?:seq)?\b|{%\s*autoescape\s+off"),
    "script in the page": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>|\son\w+\s*=\s*[\"']|javascript:"),
    "style in the page": re.compile(r"<style|\sstyle\s*=\s*[\"']"),
}
OUTSIDE = re.compile(r"(?:https?:)?//(?!www\.w3\.org/)[a-z0-9-]+\.[a-z]{2,}", re.I)
SECRET = re.compile(
    r"(?i)(?:secret|password|passwd|token|api_?key)\w*\s*[:=]\s*[\"'][A-Za-z0-9+/_=-]{12,}[\"']"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}"
)


def found(
    patterns: dict[str, re.Pattern[str]], files: list[Path], *, besides: re.Pattern[str] | None = None
) -> list[str]:
    return [
        f"{path.relative_to(SOURCE)}:{number}: {name}: {line.strip()[:100]}"
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        for name, pattern in patterns.items()
        if pattern.search(line) and not (besides and name.startswith("markup") and besides.search(path.as_posix()))
    ]


class TestCode:
    def test_there_is_something_to_read(self) -> None:
        assert len(PYTHON) > 100
        assert len(TEMPLATES) > 10
        assert STATIC

    def test_no_shortcut_past_escaping_scope_or_clock(self) -> None:
        allowed = re.compile(r"site/(?:clock|commands/init_)\.py")
        faults = [one for one in found(IN_PYTHON, PYTHON, besides=REVIEWED) if not allowed.search(one)]
        assert faults == []

    def test_pages_hold_no_script_no_style_and_nothing_unescaped(self) -> None:
        assert found(IN_TEMPLATES, TEMPLATES) == []

    def test_nothing_is_fetched_from_outside(self) -> None:
        pages = [*TEMPLATES, *STATIC]
        assert found({"an address outside": OUTSIDE}, pages) == []

    def test_no_secret_stands_in_the_code(self) -> None:
        assert found({"a secret": SECRET}, [*PYTHON, *TEMPLATES, *STATIC]) == []

    def test_the_rules_of_ruff_for_security_hold(self) -> None:
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "ruff",
                "check",
                "--no-cache",
                "--select",
                "S,DTZ",
                "--ignore",
                "S101",
                "--quiet",
                str(PACKAGE),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-3000:]

    def test_files_of_the_project_are_not_for_everybody_to_write(self) -> None:
        assert [path for path in PYTHON if stat.S_IMODE(path.stat().st_mode) & stat.S_IWOTH] == []


class TestMutants:
    """Each rule finds what it is there for."""

    @pytest.mark.parametrize(
        "line",
        [
            "return mark_safe(text)",
            "Figure.objects.filter(**request.GET.dict())",
            "Figure.objects.order_by(*request.GET.getlist('o'))",
            'fields = "__all__"',
            "@csrf_exempt",
            "Tally.objects.raw(f'SELECT {x}')",
            "subprocess.run(x, shell=True)",
            "eval(text)",
            "now = datetime.now()",
            r"re.compile(r'^\d+$')",
        ],
    )
    def test_in_python(self, line: str) -> None:
        assert [name for name, pattern in IN_PYTHON.items() if pattern.search(line)]

    @pytest.mark.parametrize(
        "line",
        [
            "{{ text|safe }}",
            "{% autoescape off %}",
            "<script>x()</script>",
            '<a onclick="x()">',
            '<p style="color: red">',
            "<style>",
            '<a href="javascript:x()">',
        ],
    )
    def test_in_templates(self, line: str) -> None:
        assert [name for name, pattern in IN_TEMPLATES.items() if pattern.search(line)]

    @pytest.mark.parametrize("line", ['src="//cdn.example.com/x.js"', "@import url(https://fonts.example.org/x)"])
    def test_outside_addresses(self, line: str) -> None:
        assert OUTSIDE.search(line)
        assert not OUTSIDE.search('xmlns="http://www.w3.org/2000/svg"')

    @pytest.mark.parametrize("line", ['SECRET_KEY = "hunter2hunter2hunter2"', "-----BEGIN RSA PRIVATE KEY-----"])
    def test_secrets(self, line: str) -> None:
        assert SECRET.search(line)


FRESH = """
import json
from shichen.city.models import Account, Grant, Pass
from shichen.site import post, profile
from django.conf import settings
post.prepare()
print(json.dumps({
    "persons": Account.objects.filter(kind="person").count(),
    "usable": [one.username for one in Account.objects.all() if one.has_usable_password()],
    "kinds": sorted(Account.objects.values_list("kind", flat=True)),
    "grants": Grant.objects.count(), "passes": Pass.objects.count(),
    "database": oct(settings.HOME.database.stat().st_mode & 0o777) if settings.HOME.database.exists() else "",
}))
"""


class TestFreshPost:
    """安装即安全: a fresh post has no account, no way in and no secret that another post has."""

    @pytest.fixture
    def fresh(self, tmp_path: Path) -> House:
        from shichen.site.home import Home

        Home(tmp_path / "post").create()
        return House(tmp_path / "post", "")

    def test_nobody_can_sign_in_yet(self, fresh: House) -> None:
        said = fresh.ask(FRESH)
        assert (said["persons"], said["usable"], said["grants"], said["passes"]) == (0, [], 0, 0)
        assert said["kinds"] == ["system"]

    def test_its_files_are_the_owners_alone(self, fresh: House) -> None:
        fresh.ask(FRESH)
        assert stat.S_IMODE(fresh.home.stat().st_mode) == 0o700
        open_to_others = [
            path
            for path in (fresh.home / "keys").rglob("*")
            if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077
        ]
        assert open_to_others == []

    def test_nothing_says_the_keys(self, fresh: House) -> None:
        said = fresh.run("from django.conf import settings; print(settings.KEYRING, settings.HOME, settings.CONFIG)")
        keys = re.findall(r"[0-9a-f]{64}", (fresh.home / "keys/keyring.json").read_text())
        assert keys
        assert not [one for one in keys if one in said]
