"""The child process that reads Arrow: a descriptor as its argument, CSV on standard output; a broken end is an exit code.

Instants become seconds since 1970, whatever their unit and zone; everything else its text.
"""

from __future__ import annotations

import os
import resource
import sys
from typing import Any

import duckdb
from arro3.core import DataType, RecordBatchReader, Table
from arro3.io import read_ipc, read_ipc_stream

MEMORY = 3 << 30


def main() -> None:
    """Read batch by batch, write row by row."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    descriptor = int(sys.argv[1])
    os.lseek(descriptor, 0, os.SEEK_SET)
    with os.fdopen(descriptor, "rb") as file:
        head = file.read(6)
        file.seek(0)
        write(read_ipc(file) if head == b"ARROW1" else read_ipc_stream(file))


def write(reader: RecordBatchReader) -> None:
    """A heading, then every row of every batch."""
    fields: list[Any] = list(reader.schema)  # type: ignore[call-overload]  # its stubs do not say so
    cells = ", ".join(_cell(field.name, field.type) for field in fields)
    con = duckdb.connect(config={"threads": 1, "memory_limit": "400MB"})
    output = "COPY (SELECT {cells} FROM batch) TO '/dev/stdout' (FORMAT csv, HEADER {header}, FORCE_QUOTE (*))"
    header = True
    for batch in reader:
        con.register("batch", Table.from_batches([batch]))
        con.execute(output.format(cells=cells, header=str(header).lower()))
        con.unregister("batch")
        header = False


def _cell(name: str, sort: Any) -> str:
    quoted = '"' + name.replace('"', '""') + '"'
    if DataType.is_timestamp(sort):
        return f"floor(epoch({quoted}))::bigint AS {quoted}" if _zoned(sort) else f"{quoted}::varchar AS {quoted}"
    return f"{quoted}::varchar AS {quoted}"


def _zoned(sort: Any) -> bool:
    return getattr(sort, "tz", None) is not None


if __name__ == "__main__":
    main()
