"""`shichen doctor`: what is wrong with this machine, and how to mend it."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from shichen.site import doctor, lettering, machine
from shichen.site.command import home_option
from shichen.site.home import default_home


@click.command("doctor")
@home_option
@click.option("--port", type=int, default=8712, show_default=True, help="要用的端口 | the port to be used")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON | print JSON")
def command(home: Path | None, port: int, as_json: bool) -> None:
    """检查这台机器，说明怎样补救。What is wrong with this machine and how to mend it."""
    place = (home or default_home()).expanduser().absolute()
    findings = doctor.checks(place if place.exists() else None, port=port)
    if place.exists():
        findings.append(doctor.glyphs(lettering.unprintable(place)))
        findings.append(doctor.reviewed(machine.review_no(place)))
    click.echo(doctor.as_json(findings) if as_json else "\n".join(doctor.lines(findings)))
    sys.exit(doctor.exit_code(findings))
