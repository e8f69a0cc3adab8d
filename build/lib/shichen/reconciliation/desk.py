"""What an address asks of the desk: which state, family, unit and words; and the page of work items that answers it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from shichen.city.models import Account, Body
from shichen.city.scope import Sight, User
from shichen.reconciliation import then
from shichen.reconciliation.models import Disagreement
from shichen.reconciliation.queries import by_urgency, disagreements
from shichen.web import clock

AT_ONCE = 50
MOST_ROWS = 5000
LONGEST_SEARCH = 60
State = Disagreement.State
EVERY = "all"


@dataclass(frozen=True)
class Asked:
    """The filters in an address; what is none of a filter's answers asks for nothing."""

    state: str = State.OPEN
    family: str = ""
    owner: str = ""
    mine: bool = False
    q: str = ""
    page: str = ""
    as_of: datetime | None = None

    def address(self, **changed: str) -> str:
        """The question as the part of an address after the question mark."""
        given = {
            "state": self.state if self.state != State.OPEN else "",
            "family": self.family,
            "owner": self.owner,
            "mine": "1" if self.mine else "",
            "q": self.q,
            "page": self.page,
            "as_of": self.as_of.isoformat() if self.as_of else "",
            **changed,
        }
        return urlencode({name: value for name, value in given.items() if value})

    @property
    def narrowed(self) -> bool:
        return bool(self.family or self.owner or self.mine or self.q)


@dataclass(frozen=True)
class Desk:
    """A page of work items with what the filters offer."""

    asked: Asked
    page: Page[Disagreement]
    states: list[tuple[str, str, int]]
    families: list[tuple[str, int]]
    owners: list[Body]

    @property
    def total(self) -> int:
        return self.page.paginator.count


def read(parameters: Mapping[str, str]) -> Asked:
    state = parameters.get("state", State.OPEN)
    return Asked(
        state=state if state in (*State.values, EVERY) else State.OPEN,
        family=_word(parameters, "family", 20),
        owner=_word(parameters, "owner", 60),
        mine=parameters.get("mine") == "1",
        q=_word(parameters, "q", LONGEST_SEARCH),
        page=parameters.get("page", "")[:6],
        as_of=clock.as_of(parameters.get("as_of", "")),
    )


def _word(parameters: Mapping[str, str], name: str, most: int) -> str:
    """What an address says under a name; without NUL, which no database of ours may be asked for."""
    return parameters.get(name, "").strip()[:most].replace("\x00", "")


def rows(asked: Asked, sight: Sight, user: User) -> QuerySet[Disagreement]:
    """The work items within reach that the question asks for, in the order in which to decide."""
    found = _narrowed(asked, sight, user)
    if asked.state != EVERY:
        found = found.filter(**{_state(asked): asked.state})
    if asked.family:
        found = found.filter(family=asked.family)
    return by_urgency(found, user if isinstance(user, Account) else None)


def desk(asked: Asked, sight: Sight, user: User) -> Desk:
    narrowed = _narrowed(asked, sight, user).order_by()
    counts: dict[str, int] = dict(narrowed.values_list(_state(asked)).annotate(n=Count("pk")))
    states = [(key, str(label), counts.get(key, 0)) for key, label in State.choices]
    of_state = narrowed if asked.state == EVERY else narrowed.filter(**{_state(asked): asked.state})
    families = of_state.values_list("family").annotate(n=Count("pk")).order_by("-n", "family")
    owners = Body.objects.filter(pk__in=_there(asked, sight).order_by().values("owner")).order_by("name")
    page = Paginator(rows(asked, sight, user), AT_ONCE).get_page(asked.page)
    if asked.as_of is not None:
        page.object_list = then.as_it_stood(page.object_list, asked.as_of)
    return Desk(asked, page, [*states, (EVERY, "", sum(counts.values()))], list(families), list(owners))


def following(item: Disagreement, asked: Asked, sight: Sight, user: User) -> Disagreement | None:
    """The work item to decide next in the same list."""
    order = list(rows(asked, sight, user).values_list("pk", flat=True)[:MOST_ROWS])
    at = order.index(item.pk) if item.pk in order else -1
    rest = [*order[at + 1 :], *order[: max(at, 0)]]
    return disagreements(sight).filter(pk=rest[0]).first() if rest else None


def _there(asked: Asked, sight: Sight) -> QuerySet[Disagreement]:
    """The work items within reach, or those that were there at the moment asked for."""
    found = disagreements(sight)
    return found if asked.as_of is None else then.standing(found, asked.as_of)


def _state(asked: Asked) -> str:
    """The column that says how an item stands: now, or as it stood at a past moment."""
    return "state" if asked.as_of is None else "stood"


def _narrowed(asked: Asked, sight: Sight, user: User) -> QuerySet[Disagreement]:
    found = _there(asked, sight)
    if asked.owner:
        found = found.filter(owner=asked.owner)
    if asked.mine and isinstance(user, Account):
        found = found.filter(assignee=user)
    if asked.q:
        words: Any = Q(title__icontains=asked.q) | Q(reason__icontains=asked.q) | Q(rule__icontains=asked.q)
        found = found.filter(words)
    return found
