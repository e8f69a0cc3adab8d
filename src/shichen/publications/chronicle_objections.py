"""What stands against a chronicle before it is signed: lines that do not agree with one another or with the register."""

from __future__ import annotations

from shichen.publications.objecting import Finding

LOOKS: tuple[Finding, ...] = ()
