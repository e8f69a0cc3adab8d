"""What the product keeps beside the log, filled for the synthetic entries by the product's own code."""

from __future__ import annotations

from collections.abc import Callable


def fill(say: Callable[[str], None]) -> None:
    say("nothing kept beside the log")
