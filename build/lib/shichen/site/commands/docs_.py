"""`shichen docs`: the documents that are made from the code."""

from __future__ import annotations

import os
import sys
import tempfile

import click


@click.command("docs")
@click.option("--check", is_flag=True, help="只核对，不写 | only look whether they are stale")
def command(check: bool) -> None:
    """由代码生成参考文档。Write the reference pages from the code."""
    with tempfile.TemporaryDirectory() as nowhere:  # the pages depend on the code alone, never on a post's home
        os.environ["SHICHEN_HOME"] = os.path.join(nowhere, "none")
        os.environ["DJANGO_SETTINGS_MODULE"] = "shichen.site.settings"
        import django  # heavy: only here

        django.setup()
        from shichen.site import docs

        if not check:
            docs.log_new_figures()
        silent = docs.silent_changes()
        for sentence in silent:
            click.echo(sentence, err=True)
        if check:
            stale = docs.stale()
            for name in stale:
                click.echo(f"docs/reference/{name} 与代码不符；运行 shichen docs 重写。", err=True)
            sys.exit(1 if stale or silent else 0)
        for path in docs.write():
            click.echo(path)
        sys.exit(1 if silent else 0)
