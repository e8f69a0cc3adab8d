"""Arrow files and streams as text with a heading: what programs send goes the way of all loads, check by check."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import shichen
from shichen.refusal import Refusal

BROKEN = "这份 Arrow 文件读不完，可能没有传完或已损坏；文件已留存，没有入库。"
BLOCK = 4 << 20


def as_csv(blocks: Iterable[bytes]) -> tuple[Iterator[bytes], bytes]:
    """The rows as CSV in UTF-8, and how it begins; made by a child process. Raises Refusal, also while it is read."""
    sent = os.memfd_create("arrow")
    for block in blocks:
        os.write(sent, block)
    source = str(Path(shichen.__file__).parent.parent)
    process = subprocess.Popen(
        [sys.executable, "-X", "utf8", "-P", "-m", "shichen.records.bulk.arrow_child", str(sent)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PYTHONPATH": source, "PATH": os.defpath, "LANG": "C.UTF-8"},
        pass_fds=[sent],
    )
    os.close(sent)
    stream = _output(process)
    first = next(stream, b"")
    return _chain(first, stream), first


def _output(process: subprocess.Popen[bytes]) -> Iterator[bytes]:
    if process.stdout is None:
        raise AssertionError("the child is given a pipe")
    try:
        while block := process.stdout.read(BLOCK):
            yield block
        if process.wait() != 0:
            raise Refusal(BROKEN, rule="格式")
    finally:
        process.kill()
        process.stdout.close()
        process.wait()


def _chain(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest
