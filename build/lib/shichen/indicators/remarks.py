"""What higher rooms have to say of a figure (旁注): a question, a decision, a choice; shown where the figure is traced."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from shichen.city.scope import Sight
from shichen.indicators.models import Figure

ASKED, SETTLED, CHOSEN = "asked", "settled", "chosen"


@dataclass(frozen=True)
class Remark:
    """One thing said of a figure: a question that is open, one that was settled, or a choice that the figure follows."""

    kind: str
    title: str
    href: str
    state: str = ""
    reason: str = ""


Look = Callable[[Figure, Sight], Iterable[Remark]]
_LOOKS: list[Look] = []


def remarks(look: Look) -> Look:
    """Declare a function that says what there is to say of a figure."""
    _LOOKS.append(look)
    return look


def on(figure: Figure, sight: Sight) -> list[Remark]:
    """Everything said of a figure, the open questions first."""
    order = (ASKED, CHOSEN, SETTLED)
    return sorted((one for look in _LOOKS for one in look(figure, sight)), key=lambda one: order.index(one.kind))
