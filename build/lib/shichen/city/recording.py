"""Who takes down the acts on accounts and grants: the room of the trail, which lies above this one and says so at start."""

from __future__ import annotations

from typing import Protocol

from shichen.city.models import Account


class Recorder(Protocol):
    """Writes the trail row of an act, in the act's own transaction (留痕)."""

    def __call__(
        self, action: str, *, table: str, subject: object, unit: str, area: str, reason: str, by: Account
    ) -> object: ...


_RECORDERS: list[Recorder] = []


def recorded_by(recorder: Recorder) -> None:
    """Every act from here on is taken down by `recorder`."""
    _RECORDERS[:] = [recorder]


def note(action: str, account: Account, *, unit: str = "", area: str = "", reason: str = "", by: Account) -> None:
    """Have an act on an account taken down; while there is nobody to do so, nothing is done."""
    if not _RECORDERS:
        raise AssertionError("no room takes down the acts on accounts")
    for recorder in _RECORDERS:
        recorder(action, table="city.account", subject=account.pk, unit=unit, area=area, reason=reason, by=by)
