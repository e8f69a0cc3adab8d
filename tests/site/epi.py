"""Calls of `shichen epi`, and what it printed."""

from __future__ import annotations

import csv
import io
from typing import Any

import numpy as np
from click.testing import CliRunner, Result

from shichen.site.command import cli

MEAN, SD = ("--mean-si", "4.7"), ("--sd-si", "2.9")
SI = (*MEAN, *SD)


def call(*words: Any) -> Result:
    return CliRunner().invoke(cli, ["epi", *map(str, words)])


def asked(*words: Any) -> dict[str, np.ndarray]:
    """The columns of a printed CSV; numbers as floats, NaN where nothing stands."""
    found = call(*words)
    assert found.exit_code == 0, found.stderr
    heads, *rows = csv.reader(io.StringIO(found.stdout))
    return {name: _column(values) for name, values in zip(heads, zip(*rows, strict=True), strict=True)}


def _column(values: tuple[str, ...]) -> np.ndarray:
    try:
        return np.array([float(value) if value else np.nan for value in values])
    except ValueError:
        return np.array(values)
