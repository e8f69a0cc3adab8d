"""Who may have infected whom (传播链): cases and contacts as a graph, its clusters, degrees, generations and intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shichen.epi.errors import BadData
from shichen.epi.shapes import Floats, Ints, Mask

ONESELF = ("自己不能传给自己", "nobody infects himself")


@dataclass(frozen=True)
class Epicontacts:
    """`ids` (n,): those of the line list first, in its order, then those only linked. Links are places in `ids`, each (m,).

    `accepted` (采信) marks the links that generations, offspring and intervals go by; several may point at one case, one is accepted.
    """

    ids: NDArray[np.str_]
    cases: int
    source: Ints
    target: Ints
    accepted: Mask
    directed: bool

    @property
    def linked(self) -> Mask:
        """Which ids stand in a link, (n,)."""
        found = np.zeros(len(self.ids), bool)
        found[self.source] = found[self.target] = True
        return found


@dataclass(frozen=True)
class Generations:
    """`generation` (n,) from 0 at each index case, −1 in a cycle; `root` (n,) is the place of the index case, −1; `cycle` their ids."""

    generation: Ints
    root: Ints
    cycle: NDArray[np.str_]


def make_epicontacts(
    linelist: Sequence[str],
    source: Sequence[str],
    target: Sequence[str],
    *,
    accepted: ArrayLike | None = None,
    directed: bool = True,
) -> Epicontacts:
    """The graph of the cases of a line list (n,) and links from infector to infectee (m,), all by id.

    Ids that are only linked are kept (contacts, cases elsewhere). A link twice counts once. Without `accepted` every link is; with it, a case
    has one accepted infector at most. Raises BadData for an id twice in the line list, an empty id, a link of a case with itself.
    """
    cases = np.asarray(linelist, np.str_)
    ends = np.asarray([source, target], np.str_).reshape(2, -1) if len(source) == len(target) else None
    if ends is None:
        raise BadData("source 与 target 要一样长。", "source and target must be of one length.", field="target")
    taken = np.ones(ends.shape[1], bool) if accepted is None else np.asarray(accepted, bool)
    if taken.shape != ends.shape[1:]:
        raise BadData("accepted 要与连接一样多。", "accepted must be as many as the links.", field="accepted")
    at, ids = _places(cases, ends)
    key, first, which = np.unique(at[0] * len(ids) + at[1], return_index=True, return_inverse=True)
    kept = np.zeros(len(key), bool)
    kept[which[taken]] = True
    again = np.argsort(first)
    links, kept = at[:, first[again]], kept[again]
    if accepted is not None and directed:
        often = np.bincount(links[1, kept], minlength=len(ids))
        if (often > 1).any():
            who = ids[int(np.flatnonzero(often > 1)[0])]
            raise BadData(
                f"{who} 有不止一个采信的传染来源；只能采信一个。",
                f"{who} has more than one accepted source; accept one.",
                field="accepted",
            )
    return Epicontacts(ids, len(cases), links[0], links[1], kept, directed)


def get_clusters(graph: Epicontacts) -> Ints:
    """The number of the cluster of each id, (n,), the largest cluster being 0; ids without links are clusters of one."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n = len(graph.ids)
    links = coo_array((np.ones(len(graph.source), np.int8), (graph.source, graph.target)), shape=(n, n))
    count, label = connected_components(links.tocsr(), connection="weak")
    size = np.bincount(label, minlength=count)
    rank = np.empty(count, np.int64)
    rank[np.argsort(-size, kind="stable")] = np.arange(count)
    return np.asarray(rank[label])


def get_degree(graph: Epicontacts, mode: Literal["in", "out", "both"] = "out", *, accepted: bool = False) -> Ints:
    """How many links lead to (`in`), from (`out`) or touch (`both`) each id, (n,); with `accepted` of the accepted ones only."""
    use = graph.accepted if accepted else np.ones(len(graph.source), bool)
    n = len(graph.ids)
    into, out = (np.bincount(one[use], minlength=n) for one in (graph.target, graph.source))
    if mode == "both" or not graph.directed:
        return into + out
    return into if mode == "in" else out


def get_generations(graph: Epicontacts) -> Generations:
    """Depth of each id below its index case, level by level along accepted links; what no level reaches stands in a cycle.

    Raises BadData for a graph without direction.
    """
    if not graph.directed:
        raise BadData("无方向的连接没有代次。", "links without direction have no generations.", field="directed")
    n = len(graph.ids)
    use = graph.accepted
    source, target = graph.source[use], graph.target[use]
    order = np.argsort(source, kind="stable")
    source, target = source[order], target[order]
    start = np.searchsorted(source, np.arange(n + 1))
    into = np.bincount(target, minlength=n)
    generation, root = np.full(n, -1), np.full(n, -1)
    level = np.flatnonzero(into == 0)
    generation[level], root[level] = 0, level
    depth = 0
    while len(level):
        depth += 1
        many = start[level + 1] - start[level]
        parent = np.repeat(level, many)
        at = np.repeat(start[level] - np.concatenate([[0], np.cumsum(many)[:-1]]), many) + np.arange(many.sum())
        child, first = np.unique(target[at], return_index=True)
        new = generation[child] < 0
        level = child[new]
        generation[level], root[level] = depth, root[parent[first[new]]]
    return Generations(generation, root, graph.ids[generation < 0])


def get_pairwise(graph: Epicontacts, dates: ArrayLike, *, accepted: bool = True) -> Floats:
    """Days from infector to infectee of each link, NaN where one has no date; `dates` (n or cases,) stand in the order of `ids`."""
    when = np.full(len(graph.ids), np.datetime64("NaT"), "datetime64[D]")
    given = np.asarray(dates, "datetime64[D]")
    if given.ndim != 1 or len(given) not in (graph.cases, len(graph.ids)):
        raise BadData("dates 要与病例表一样长。", "dates must be as many as the cases of the line list.", field="dates")
    when[: len(given)] = given
    use = graph.accepted if accepted else np.ones(len(graph.source), bool)
    gap = when[graph.target[use]] - when[graph.source[use]]
    return np.where(np.isnat(gap), np.nan, gap.astype(np.int64).astype(np.float64))


def get_offspring(graph: Epicontacts, *, closed: ArrayLike | None = None, accepted: bool = True) -> Ints:
    """How many cases each case of the line list caused, zeros included; with `closed` (cases,) of those alone that can cause no more."""
    found = get_degree(graph, "out", accepted=accepted)[: graph.cases]
    return found if closed is None else found[np.asarray(closed, bool)]


def _places(cases: NDArray[np.str_], ends: NDArray[np.str_]) -> tuple[Ints, NDArray[np.str_]]:
    """Where both ends of each link stand in the ids, (2, m), and the ids: those of the line list, then the others in order."""
    place = {name: at for at, name in enumerate(cases.tolist())}
    if len(place) < len(cases):
        values, often = np.unique(cases, return_counts=True)
        who = values[int(np.flatnonzero(often > 1)[0])]
        raise BadData(f"病例表里 {who} 出现两次。", f"{who} stands twice in the line list.", field="linelist")
    names = ends.ravel().tolist()
    others = sorted({*names} - place.keys())
    if "" in place or "" in others:
        raise BadData("有空的编号。", "an id is empty.", field="linelist")
    place |= {name: len(cases) + at for at, name in enumerate(others)}
    at = np.array([place[name] for name in names], np.int64).reshape(2, -1)
    alike = at[0] == at[1]
    if alike.any():
        row = int(np.flatnonzero(alike)[0])
        raise BadData(
            f"第 {row + 1} 条连接：{ends[0, row]} {ONESELF[0]}。",
            f"link {row + 1}: {ends[0, row]}: {ONESELF[1]}.",
            field="source",
        )
    return at, np.concatenate([cases, np.array(others, np.str_)]).astype(np.str_)
