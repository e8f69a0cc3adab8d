"""Gates of several networks (重叠组): which network's count is published for each, by which rule or decision, since when."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, F, IntegerField, Q, Sum, Value, When

from shichen import watches
from shichen.city.scope import Sight
from shichen.registers.checkpoints.models import Gate, GateChoice, Network, Post, Tally
from shichen.web import words

FIRST = -1  # the rank of the network that was chosen; the others keep their precedence
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Counted:
    """What one network counted at a gate on a day, and whether that is what is published for it."""

    network: Network
    posts: tuple[Post, ...]
    vehicles: int | None
    persons: int | None
    published: bool


@dataclass(frozen=True)
class Shared:
    """A gate at which several networks stand, on a day."""

    gate: Gate
    on: date
    sides: tuple[Counted, ...]
    choice: GateChoice | None
    silent: bool  # the one that goes first told nothing of the day, so the next is taken

    @property
    def published(self) -> Counted:
        return next(one for one in self.sides if one.published)

    @property
    def why(self) -> str:
        """Why this network's count is the one that is published."""
        if self.choice is not None:
            return self.choice.why
        return reason(self.sides[0].network)

    @property
    def gap(self) -> int | None:
        """By how many vehicles the counts of the day differ."""
        told = [one.vehicles for one in self.sides if one.vehicles is not None]
        return max(told) - min(told) if len(told) > 1 else None


def reason(network: Network) -> str:
    """Why a network goes first where several stand at a gate."""
    given = (network.precedence_reason_en if words.english() else "") or network.precedence_reason
    return given or usual(network)


def usual(network: Network) -> str:
    """What is said where the profile gives no reason."""
    return f"按取数先后，{network.name}在前；同一道口一个班次只取一数。"


def choices(as_of: datetime | None = None) -> list[GateChoice]:
    """The choices in force, gate by gate, in the order of their days."""
    rows = GateChoice.objects.current(as_of).select_related("network", "gate").order_by("gate", "since")
    return list(rows)


def choice_of(gate: Gate | str, on: date, as_of: datetime | None = None) -> GateChoice | None:
    """The choice that holds for a gate on a day."""
    rows = GateChoice.objects.current(as_of).filter(gate=gate, since__lte=on).select_related("network", "author")
    return rows.order_by("-since").first()


def rank(as_of: datetime | None = None) -> Case:
    """Of a tally, how far behind it stands at its gate: a chosen network first, then the precedence of all."""
    held: dict[str, list[GateChoice]] = defaultdict(list)
    for choice in choices(as_of):
        held[choice.gate_id].append(choice)
    whens: list[Any] = []
    for gate, rows in held.items():
        for choice, later in zip(rows, [*rows[1:], None], strict=True):
            since = Q(gate=gate, network=choice.network_id, occurred_from__gte=watches.clock(choice.since, 0))
            until = Q(occurred_from__lt=watches.clock(later.since, 0)) if later else Q()
            whens.append(When(since & until, then=Value(FIRST)))
    return Case(*whens, default=F("network__precedence"), output_field=IntegerField())


def shared(on: date, sight: Sight | None = None, *, as_of: datetime | None = None) -> list[Shared]:
    """The gates at which posts of several networks stand on a day, each with what they counted."""
    posts = Post.objects.current(as_of).filter(
        Q(closed_on=None) | Q(closed_on__gt=on), gate__isnull=False, opened_on__lte=on
    )
    if sight is not None:
        posts = posts.within(sight)
    by_gate: dict[str, dict[str, list[Post]]] = defaultdict(lambda: defaultdict(list))
    for post in posts.select_related("gate__area", "network__run_by").order_by("network__precedence", "code"):
        by_gate[post.gate_id][post.network_id].append(post)
    several = {gate: networks for gate, networks in by_gate.items() if len(networks) > 1}
    counts, chosen = _counts(several, on, as_of), {gate: choice_of(gate, on, as_of) for gate in several}
    return [_shared(on, networks, counts, chosen[gate]) for gate, networks in sorted(several.items())]


def decisions(gate: Gate, as_of: datetime | None = None) -> list[GateChoice]:
    """Every choice that was made for a gate, the latest first, as they stood at a moment; not to be saved."""
    rows = GateChoice.objects.filter(gate=gate).select_related("network", "author")
    found = list((rows if as_of is None else rows.filter(recorded_at__lte=as_of)).order_by("-recorded_at", "-revision"))
    for one in found:
        if as_of is not None and one.superseded_at is not None and one.superseded_at > as_of:
            one.superseded_at = None
    return found


def latest_day(as_of: datetime | None = None) -> date | None:
    """The last day that any post told of."""
    last = Tally.objects.current(as_of).order_by("-occurred_from").values_list("occurred_from", flat=True).first()
    return watches.civil_day(last) if last else None


def _shared(
    on: date,
    networks: dict[str, list[Post]],
    counts: dict[tuple[str, str], tuple[int, int]],
    choice: GateChoice | None,
) -> Shared:
    order = sorted(networks.values(), key=lambda posts: (not _chosen(posts[0], choice), posts[0].network.precedence))
    gate = order[0][0].gate
    if gate is None:
        raise AssertionError("only posts at a gate are shared")
    told = [counts.get((gate.pk, posts[0].network_id)) for posts in order]
    place = next((n for n, one in enumerate(told) if one is not None), 0)
    sides = tuple(
        Counted(posts[0].network, tuple(posts), one[0] if one else None, one[1] if one else None, n == place)
        for n, (posts, one) in enumerate(zip(order, told, strict=True))
    )
    return Shared(gate, on, sides, choice, silent=place > 0)


def _chosen(post: Post, choice: GateChoice | None) -> bool:
    return choice is not None and choice.network_id == post.network_id


def _counts(
    several: dict[str, dict[str, list[Post]]], on: date, as_of: datetime | None
) -> dict[tuple[str, str], tuple[int, int]]:
    start = watches.clock(on, 0)
    rows = Tally.objects.current(as_of).filter(
        gate__in=list(several), occurred_from__gte=start, occurred_from__lt=start + DAY
    )
    sums = rows.order_by().values_list("gate", "network").annotate(cars=Sum("vehicles"), people=Sum("persons"))
    return {(gate, network): (cars, people) for gate, network, cars, people in sums}
