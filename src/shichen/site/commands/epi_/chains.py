"""`shichen epi chains`: clusters, generations, intervals and offspring of a line list and its contacts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from shichen.site.commands.epi_.answering import Answer, answers
from shichen.site.commands.epi_.speaking import Said

if TYPE_CHECKING:
    from shichen.epi.chains import Epicontacts
    from shichen.epi.shapes import Days

MOST = 200
"""Cases in one picture."""
ONSETS = ("date_onset", "date_of_onset", "dt_onset", "onset")
TABLES = {
    "summary": ("metric", "value"),
    "cases": ("id", "onset", "cluster", "generation", "root", "deg_in", "deg_out", "in_linelist"),
    "clusters": ("cluster", "size", "first_onset", "last_onset", "generations"),
    "sizes": ("size", "n"),
    "pairs": ("source", "target", "days"),
}


@click.command("chains")
@click.argument("linelist", metavar="LINELIST.csv")
@click.argument("contacts", metavar="CONTACTS.csv")
@click.option("--id", "id_", metavar="COLUMN", help="病例编号的列，默认第一列 | id, else the first column")
@click.option("--onset", metavar="COLUMN", help="发病日期的列 | day of onset")
@click.option(
    "--source", metavar="COLUMN", help="传染者的列，默认第一列 | infector, else the first column of the contacts"
)
@click.option("--target", metavar="COLUMN", help="被传染者的列，默认第二列 | infectee, else the second")
@click.option(
    "--table", type=click.Choice(list(TABLES)), default="summary", show_default=True, help="输出哪张表 | which table"
)
@click.option(
    "--closed-before",
    metavar="DAY",
    help="k 只用这一天之前发病的病例(已不会再传人) | k of cases with onset before this day alone",
)
@click.option(
    "--cluster",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="图上画第几个聚集 | which cluster the picture shows",
)
@answers
def command(linelist: str, contacts: str, **said: Any) -> Answer:
    """传播链：聚集、代次、序列间隔、传播人数与超级传播 k。Clusters, generations, intervals, offspring and k.

    \b
    summary   各项指标 | counts, degrees, intervals, R and k with 95 % intervals
    cases     每例的聚集号、代次、传给几人 | each id; cluster 0 is the largest, generation -1 stands in a circle
    clusters  每个聚集 | each cluster        sizes  多少人的聚集各几个 | clusters by size
    pairs     每对的间隔天数 | days between the onsets of each pair
    """
    import numpy as np

    from shichen.epi.chains import get_clusters, get_generations, make_epicontacts
    from shichen.epi.errors import BadData
    from shichen.site.commands.epi_.reading import read

    cases, links = read(linelist), read(contacts)
    if len(links.heads) < 2:
        raise BadData(
            f"{links.name} 要有两列：传染者、被传染者。",
            f"{links.name} needs two columns: the infector and the infected.",
        )
    name = said["id_"] or cases.heads[0]
    ends = [said["source"] or links.heads[0], said["target"] or links.heads[1]]
    for one, option in zip(ends, ("--source", "--target"), strict=True):
        links.place(one, option=option)
    cases.place(name, option="--id")
    graph = make_epicontacts(cases.texts(name), links.texts(ends[0]), links.texts(ends[1]))
    onset = cases.dates(
        cases.heads[cases.place(said["onset"], option="--onset")]
        if said["onset"]
        else cases.first_of(ONSETS, option="--onset")
    )
    dates = np.full(len(graph.ids), np.datetime64("NaT"), "datetime64[D]")
    dates[: len(onset)] = onset
    cluster, tree = get_clusters(graph), get_generations(graph)
    notes = []
    if len(tree.cycle):
        notes.append(
            Said(
                f"{len(tree.cycle)} 人互为传染者，成了环，是数据错误：{'、'.join(tree.cycle[:5])}。",
                f"{len(tree.cycle)} ids infect each other in a circle, an error of the data: {', '.join(tree.cycle[:5])}.",
            )
        )
    outside = len(graph.ids) - graph.cases
    if outside:
        notes.append(
            Said(
                f"{outside} 人只在联系表里，不在病例表里。",
                f"{outside} ids stand in the contacts alone, not in the line list.",
            )
        )
    rows = _summary(graph, dates, cluster, said["closed_before"], notes)
    if said["table"] != "summary":
        rows = _listed(said["table"], graph, dates, cluster, tree.generation, tree.root)
    foot = Said(f"{graph.cases} 例，{len(graph.source)} 条联系", f"{graph.cases} cases, {len(graph.source)} links")
    members = np.flatnonzero(cluster == said["cluster"])
    drawn = _draw(graph, dates, members, _infectors(graph, tree.generation))
    undrawn = Said(
        f"聚集 {said['cluster']} 有 {len(members)} 人；只画 2 至 {MOST} 人的聚集，请用 --cluster 另选。",
        f"cluster {said['cluster']} has {len(members)} ids; clusters of 2 to {MOST} are drawn: choose another with --cluster.",
    )
    title = Said(f"传播链：聚集 {said['cluster']}", f"Transmission chain: cluster {said['cluster']}")
    return Answer(
        "chains",
        TABLES[said["table"]],
        rows,
        {"linelist": linelist, "contacts": contacts, **said},
        notes,
        title,
        [foot],
        drawn,
        undrawn,
    )


def _summary(graph: Epicontacts, dates: Days, cluster: Any, before: str | None, notes: list[Said]) -> list[list[Any]]:
    import numpy as np

    from shichen.epi import gates
    from shichen.epi.chains import estimate_offspring, get_degree, get_offspring, get_pairwise, proportion_transmission
    from shichen.epi.shapes import civil

    linked, sizes = graph.linked, np.bincount(cluster)
    into, out = get_degree(graph, "in"), get_degree(graph)
    gap = get_pairwise(graph, dates)
    gap = gap[~np.isnan(gap)]
    closed = None if before is None else dates[: graph.cases] < civil(before, name="--closed-before")
    fit = estimate_offspring(get_offspring(graph, closed=closed))
    if before is None:
        notes.append(
            Said(
                "k 用了病例表里的全部病例；疫情未完时请加 --closed-before。",
                "k rests on every case of the line list; while the outbreak goes on add --closed-before.",
            )
        )
    status, _reason = gates.offspring(fit.transmitters)
    said: dict[str, Any] = {
        "n_linelist": graph.cases,
        "n_ids_contacts": linked.sum(),
        "n_common": linked[: graph.cases].sum(),
        "n_contacts": len(graph.source),
        "deg_in_mean": into[linked].mean() if linked.any() else None,
        "deg_in_max": into.max(),
        "deg_out_mean": out[linked].mean() if linked.any() else None,
        "deg_out_max": out.max(),
        "n_clusters": len(sizes),
        "max_cluster": sizes.max(),
        "mean_cluster": sizes.mean(),
        "n_pairs_dated": len(gap),
    }
    if len(gap):
        said |= {
            "pair_mean": gap.mean(),
            "pair_sd": gap.std(ddof=1) if len(gap) > 1 else None,
            "pair_median": np.median(gap),
        }
        said |= {"pair_min": gap.min(), "pair_max": gap.max()}
    said |= {"R": fit.R, "R_lo": fit.R_95[0], "R_hi": fit.R_95[1], "k": fit.k, "k_lo": fit.k_95[0], "k_hi": fit.k_95[1]}
    said |= {"loglik": fit.loglik, "n_offspring": fit.n, "transmitters": fit.transmitters, "k_status": status}
    if fit.R > 0:
        said["share_causing_80"] = proportion_transmission(fit.R, fit.k)
    return [[name, value] for name, value in said.items()]


def _listed(which: str, graph: Epicontacts, dates: Days, cluster: Any, generation: Any, root: Any) -> list[list[Any]]:
    import numpy as np

    from shichen.epi.chains import get_degree, get_pairwise

    sizes = np.bincount(cluster)
    if which == "sizes":
        return [[int(size), int((sizes == size).sum())] for size in np.unique(sizes)]
    if which == "pairs":
        gap = get_pairwise(graph, dates, accepted=False)
        return [[graph.ids[a], graph.ids[b], one] for a, b, one in zip(graph.source, graph.target, gap, strict=True)]
    if which == "cases":
        into, out = get_degree(graph, "in"), get_degree(graph)
        heads = [graph.ids[at] if at >= 0 else None for at in root]
        numbers = zip(cluster.tolist(), generation.tolist(), heads, into.tolist(), out.tolist(), strict=True)
        return [
            [one, _day(dates[i]), *said, int(i < graph.cases)]
            for i, (one, said) in enumerate(zip(graph.ids, numbers, strict=True))
        ]
    order = np.argsort(cluster, kind="stable")
    parts = np.split(order, np.cumsum(sizes)[:-1])
    rows = []
    for at, members in enumerate(parts):
        known = dates[members][~np.isnat(dates[members])]
        ends = (_day(known.min()), _day(known.max())) if len(known) else (None, None)
        rows.append([at, int(sizes[at]), *ends, int(generation[members].max()) + 1])
    return rows


def _day(on: Any) -> str | None:
    return None if str(on) == "NaT" else str(on)


def _infectors(graph: Epicontacts, generation: Any) -> dict[int, int]:
    """For the picture one infector of each: the first that is a generation nearer to the index case, so that there is no circle."""
    found: dict[int, int] = {}
    for source, target in zip(graph.source.tolist(), graph.target.tolist(), strict=True):
        if generation[source] >= 0 and generation[source] == generation[target] - 1:
            found.setdefault(target, source)
    return found


def _draw(graph: Epicontacts, dates: Days, members: Any, infectors: dict[int, int]) -> Any:
    import numpy as np

    if not 1 < len(members) <= MOST:
        return None

    def draw(width: float) -> Any:
        from shichen.web.charts import chains

        cases = [
            chains.Case(
                str(graph.ids[i]),
                None if np.isnat(dates[i]) else dates[i].astype(object),
                str(graph.ids[infectors[i]]) if i in infectors else None,
                "local" if i in infectors else "unknown",
            )
            for i in members.tolist()
        ]
        return chains.chains(cases, title="", width=width)

    return draw
