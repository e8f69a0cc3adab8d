"""How much a printed thing may take before it is refused (design values), shared by both sides of the child process."""

from __future__ import annotations

CHILD_MEMORY = 2 * 2**30
"""Bytes of addresses: the fonts are mapped, what is held of them is a tenth of it."""
CHILD_CPU_SECONDS = 60
CHILD_WALL_SECONDS = 45
CHILD_OUTPUT_BYTES = 256 * 2**20
CHARACTERS = 400_000
"""In one document; a month's chronicle has three thousand, a day page five."""
