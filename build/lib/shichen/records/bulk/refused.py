"""The records of a load that were refused (拒收记录), handed back to their sender in the sort of file they came in."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings

from shichen.keys import KeyGone
from shichen.records.bulk import raw
from shichen.records.manifest import Load
from shichen.refusal import Refusal


def blocks(load: Load) -> Iterator[bytes]:
    """The file, block by block. Raises Refusal once it was destroyed on time."""
    try:
        yield from raw.opened(settings.LAKE / load.refused, settings.KEYRING)
    except (KeyGone, FileNotFoundError):
        raise Refusal("拒收的记录已按留存期限销毁；数字与原因仍在。", rule="留存期限") from None
    except ValueError:
        raise Refusal("拒收记录的文件已损坏；请报送人重送原文件。", rule="数据不完整") from None


def is_json(load: Load) -> bool:
    """Whether what was sent was lines of JSON."""
    first = next(blocks(load), b"")
    return first.startswith(b"{")
