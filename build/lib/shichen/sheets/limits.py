"""How large a file may be before it is refused (design values), shared by both sides of the child process."""

from __future__ import annotations

FILE_BYTES = 50 * 2**20
UNPACKED_BYTES = 50 * 2**20
PACKING_RATIO = 100
ARCHIVE_ENTRIES = 2_000
COLUMNS = 200
LINES = 200_000
CELLS = 1_000_000
"""Cells with something in them: what one reading may keep in memory and the child gets through in its time."""

AREA = 4_000_000
"""Cells, filled or not, of the rectangles that hold all of a file: 200,000 lines of 20 columns."""

LINE_BYTES = 1_000_000
CELL_CHARACTERS = 20_000
SHEETS = 50

CHILD_MEMORY = 2**30
CHILD_CPU_SECONDS = 30
CHILD_WALL_SECONDS = 10
CHILD_OUTPUT_BYTES = 256 * 2**20
