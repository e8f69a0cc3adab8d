"""DuckDB over a generated lake, set up as the house sets it up."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

import duckdb
import numpy as np

from shichen.tracing import tables
from shichen.tracing.engine import Engine


class FileEngine(Engine):
    """One connection over the files of a generated lake; a question sees only files that can hold its seconds."""

    dialect, asof = "duckdb", True

    def __init__(self, folder: Path, memory: str = "") -> None:
        """`memory` as the house gives it to a trace of few; by default six tenths of the machine's."""
        self.folder = folder
        self.files = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        self.spill = tempfile.TemporaryDirectory(prefix="shichen-bench-")
        con = self.connection = duckdb.connect()
        whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        con.execute(f"set threads = {os.cpu_count()}")
        con.execute(f"set memory_limit = '{memory or f'{whole * 6 // 10 >> 20} MiB'}'")
        con.execute(f"set temp_directory = '{self.spill.name}'")
        con.execute("set dynamic_or_filter_threshold = 100000")
        con.execute("set parquet_metadata_cache = true")
        con.execute(f"set allowed_directories = ['{folder.resolve()}']")
        con.execute("set enable_external_access = false")
        con.execute("set lock_configuration = true")
        for table in tables.LARGE:
            self._files(table, [path for path, *_ in self.files.get(table, [])])

    def _files(self, name: str, paths: list[str]) -> None:
        if paths:
            listed = ", ".join(f"'{path}'" for path in paths)
            self.define(name, f"from read_parquet([{listed}], hive_partitioning = false)")

    def close(self) -> None:
        self.connection.close()
        self.spill.cleanup()

    def define(self, name: str, sql: str) -> None:
        self.connection.execute(f'create or replace temp view "{name}" as {sql}')

    def view(self, table: str, lo: int, hi: int) -> str:
        paths = [path for path, first, last in self.files[table] if first <= hi and last >= lo]
        self._files(f"{table}_in_span", paths or [self.files[table][0][0]])
        return f"{table}_in_span"

    def register(self, name: str, columns: tables.Columns) -> None:
        self.connection.register(name, dict(columns))

    def ask(self, sql: str) -> dict[str, np.ndarray]:
        return self.connection.execute(sql).fetchnumpy()
