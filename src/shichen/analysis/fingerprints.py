"""Fingerprints (指纹): of what an analysis rests on and of what came out, and of the program that computed it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import shichen


def digest(found: Any) -> str:
    """The fingerprint of inputs or of rows, whatever order their names stand in."""
    return hashlib.sha256(json.dumps(found, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def version(code: Iterable[Path]) -> str:
    """The version of what computes: the product's, and a fingerprint of the files of code that take part."""
    made = hashlib.sha256()
    for path in code:
        made.update(path.read_bytes())
    return f"{getattr(shichen, '__version__', '0.1.0')}+{made.hexdigest()[:12]}"
