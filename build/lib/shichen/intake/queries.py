"""Questions about envelopes: who may send what, what became of a report, what was imported before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shichen.city import queries as city
from shichen.city.models import Account, Body
from shichen.city.queries import Standing
from shichen.intake import kinds
from shichen.intake.forms import Aids, aids_for
from shichen.intake.kinds import Kind
from shichen.intake.models import Envelope, Mapping
from shichen.refusal import Refusal


@dataclass(frozen=True)
class Offered:
    """A kind of report that a unit may send, with what its form is helped by."""

    kind: Kind
    aids: Aids


def standing(by: Account, at: datetime) -> Standing:
    """In whose name an account reports. Raises Refusal."""
    found = city.standing_of(by, "submit", at=at)
    if found is None:
        raise Refusal(f"{by.display_name} 没有报送的授权；请找办公室。", rule="报送范围")
    return found


def offered(acting: Standing, at: datetime) -> list[Offered]:
    """The kinds of report that concern the unit, what is sent most often first."""
    found = [(kind, aids_for(kind.name, acting, at)) for kind in kinds.known().values() if kind.act == "submit"]
    return sorted((Offered(kind, aids) for kind, aids in found if aids is not None), key=lambda one: one.aids.rank)


def offered_kind(name: str, acting: Standing, at: datetime) -> Offered | None:
    """One of them by name, if it has fields to fill in."""
    return next((one for one in offered(acting, at) if one.kind.name == name and one.kind.fields), None)


def waiting() -> int:
    """How many reports were kept and are no records yet."""
    return Envelope.objects.filter(state__in=(Envelope.State.RECEIVED, Envelope.State.WORKING)).count()


def imported_before(digest: str, kind: str, unit: Body) -> Envelope | None:
    """The envelope by which the unit handed in the very same file before, if any row of it was taken."""
    return Envelope.objects.filter(digest=digest, kind=kind, unit=unit, taken__gt=0).order_by("seq").first()


def remembered(unit: Body, kind: str, headings: str) -> dict[str, Any] | None:
    """The columns as this unit last assigned them for a file with these headings."""
    found = Mapping.objects.filter(unit=unit, kind=kind, headings=headings).first()
    return None if found is None else {"mapping": found.columns, "defaults": found.defaults, "year": found.year}
