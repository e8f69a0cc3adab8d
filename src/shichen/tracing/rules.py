"""What counts as near: the numbers of a disease's profile that a trace goes by; none of them has a value of its own here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rules:
    """The rules of one trace. Whoever asks gives every number, from the profile of the disease and with its source."""

    reach: int
    """Seconds within which two passings of one post count as near."""
    least: int
    """Seconds that two stays must share to be a contact."""
    span: int
    """Seconds within which shared seconds are added up to `least` (15 minutes in 24 hours)."""
    rows: tuple[tuple[int, int], ...]
    """For kinds of place with numbered rows: (kind, rows apart that still count)."""
    close: int
    """Seconds of exposure from which a person is asked about further even without a shared vehicle or stay."""
    latent: int
    """Days from exposure until a contact can pass the disease on."""
    longest: int
    """Seconds of the longest stay that is kept; how far back a stay may have begun that still matters."""

    def __post_init__(self) -> None:
        low = [name for name in ("reach", "least", "span", "longest") if getattr(self, name) < 1]
        if low:
            raise ValueError(f"a rule of no second finds nobody: {', '.join(low)}")
