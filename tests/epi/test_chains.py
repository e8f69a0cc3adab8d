"""Chains and clusters as epicontacts counts them, offspring as fitdistrplus fits them, identities of branching processes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shichen.epi.chains import (
    cluster_size,
    estimate_offspring,
    get_clusters,
    get_degree,
    get_generations,
    get_offspring,
    get_pairwise,
    make_epicontacts,
    probability_extinct,
    proportion_cluster_size,
    proportion_transmission,
)
from shichen.epi.errors import BadData
from tests.epi.reference import table

SETS = {
    "mers_korea": ("id", "from", "to", "dt_onset"),
    "ebola_sim": ("case_id", "infector", "case_id", "date_of_onset"),
}


@pytest.mark.parametrize("name", list(SETS))
def test_an_outbreak_is_counted_as_epicontacts_counts_it(name: str) -> None:
    id_, source, target, onset = SETS[name]
    cases, links = table(f"input_{name}_linelist.csv"), table(f"input_{name}_contacts.csv")
    graph = make_epicontacts(cases[id_], links[source], links[target])
    said = table(f"chains_{name}_summary.csv")
    wanted = dict(zip(said["metric"], said["value"].astype(float), strict=True))
    linked, sizes = graph.linked, np.bincount(get_clusters(graph))
    gap = get_pairwise(graph, np.where(np.isin(cases[onset], ["NA", ""]), "NaT", cases[onset]))
    gap = gap[~np.isnan(gap)]
    found = {
        "n_linelist": graph.cases,
        "n_ids_contacts": linked.sum(),
        "n_common": linked[: graph.cases].sum(),
        "n_contacts": len(graph.source),
        "deg_in_mean": get_degree(graph, "in")[linked].mean(),
        "deg_in_max": get_degree(graph, "in").max(),
        "deg_out_mean": get_degree(graph)[linked].mean(),
        "deg_out_max": get_degree(graph).max(),
        "n_clusters": len(sizes),
        "max_cluster": sizes.max(),
        "mean_cluster": sizes.mean(),
        "n_pairs_dated": len(gap),
        "pair_mean": gap.mean(),
        "pair_sd": gap.std(ddof=1),
        "pair_median": np.median(gap),
        "pair_min": gap.min(),
        "pair_max": gap.max(),
    }
    assert found == pytest.approx({key: wanted[key] for key in found})
    of_size = table(f"chains_{name}_cluster_sizes.csv")
    assert [np.count_nonzero(sizes == size) for size in of_size["size"]] == of_size["n"].tolist()
    degree = table(f"chains_{name}_outdegree.csv")
    mine = dict(zip(graph.ids.tolist(), get_degree(graph).tolist(), strict=True))
    assert [mine[one] for one in degree["id"]] == degree["deg_out"].tolist()
    children = get_offspring(graph)
    assert np.array_equal(np.sort(children), np.sort(table(f"chains_{name}_offspring_linelist.csv")["offspring"]))
    fit, fits = estimate_offspring(children), table("offspring_nbinom_linelist.csv")
    at = fits["data"].tolist().index(name)
    assert (fit.R, fit.k) == pytest.approx((fits["R"][at], fits["k"][at]), rel=1e-3)
    assert fit.loglik == pytest.approx(fits["loglik"][at], abs=1e-3)


def test_generations_go_by_accepted_links_and_cycles_are_errors() -> None:
    graph = make_epicontacts(
        ["A", "B", "C", "D", "E", "F"],
        ["A", "A", "B", "C", "E", "F", "A"],
        ["B", "C", "D", "D", "F", "E", "E"],
        accepted=[1, 1, 0, 1, 0, 1, 0],
    )
    found = get_generations(graph)
    assert found.generation.tolist() == [0, 1, 1, 2, 1, 0]
    assert graph.ids[found.root].tolist() == ["A", "A", "A", "A", "F", "F"]
    assert get_degree(graph, "in", accepted=True).tolist() == [0, 1, 1, 1, 1, 0]
    assert get_degree(graph, "both").tolist() == [3, 2, 2, 2, 3, 2]
    circle = get_generations(make_epicontacts(["A", "B", "C"], ["A", "B"], ["B", "A"]))
    assert circle.cycle.tolist() == ["A", "B"]
    assert circle.generation.tolist() == [-1, -1, 0]


def test_links_twice_count_once_and_those_outside_are_kept() -> None:
    graph = make_epicontacts(["A", "B"], ["A", "A", "X"], ["B", "B", "A"])
    assert graph.ids.tolist() == ["A", "B", "X"]
    assert len(graph.source) == 2
    assert get_clusters(graph).tolist() == [0, 0, 0]
    assert get_offspring(graph, closed=[True, False]).tolist() == [1]
    assert get_pairwise(graph, ["2020-02-01", "2020-02-06"]).tolist()[0] == 5


@settings(deadline=None)
@given(st.integers(2, 60), st.integers(0, 80), st.integers(0, 99))
def test_clusters_do_not_depend_on_order(n: int, m: int, seed: int) -> None:
    chance = np.random.default_rng(seed)
    ids = [f"c{number}" for number in range(n)]
    a, b = chance.integers(0, n, (2, m))
    use = a != b
    links = [[ids[one] for one in end[use]] for end in (a, b)]
    sizes = np.bincount(get_clusters(make_epicontacts(ids, *links)))
    order = chance.permutation(use.sum())
    again = np.bincount(get_clusters(make_epicontacts(ids[::-1], *([side[at] for at in order] for side in links))))
    assert sorted(sizes) == sorted(again)
    assert (np.diff(sizes) <= 0).all()


def test_offspring_that_scatter_no_more_than_by_chance_have_no_k() -> None:
    assert estimate_offspring([1, 1, 2, 1, 0, 1]).k == np.inf
    none = estimate_offspring([0, 0, 0, 0])
    assert (none.R, none.transmitters) == (0, 0)
    assert np.isnan(none.k)


def test_intervals_of_k_hold_the_truth() -> None:
    chance = np.random.default_rng(1)
    held = 0
    for _ in range(40):
        fit = estimate_offspring(chance.negative_binomial(0.4, 0.4 / (0.4 + 1.5), 250))
        held += fit.k_95[0] <= 0.4 <= fit.k_95[1] and fit.R_95[0] <= 1.5 <= fit.R_95[1]
    assert held >= 33


def test_a_few_cause_most() -> None:
    """R 2.5 and k 0.1: 80 % of transmission by 9.3 % of cases."""
    assert proportion_transmission(2.5, 0.1) == pytest.approx(0.093, abs=5e-4)
    assert proportion_transmission(2.5, np.inf) > 0.5
    assert proportion_cluster_size(2.5, 0.1, [1, 10]).tolist() == pytest.approx([1, 0.745], abs=1e-3)


@settings(deadline=None)
@given(st.floats(0.1, 0.8), st.floats(0.1, 5))
def test_every_introduction_ends_in_some_cluster(R: float, k: float) -> None:
    sizes = cluster_size(np.arange(1, 20_000), R, k)
    assert sizes.sum() == pytest.approx(1, abs=1e-6)
    assert sizes @ np.arange(1, 20_000) == pytest.approx(1 / (1 - R), rel=1e-3)
    assert probability_extinct(R, k) == 1


def test_extinction_solves_its_equation() -> None:
    q = probability_extinct(2, 0.5)
    assert q == pytest.approx((1 + 2 * (1 - q) / 0.5) ** -0.5)
    assert probability_extinct(2, 0.5, introductions=3) == pytest.approx(q**3)
    assert probability_extinct(2, np.inf) == pytest.approx(0.2032, abs=1e-4)


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("出现两次", lambda: make_epicontacts(["A", "A"], [], [])),
        ("自己不能传给自己", lambda: make_epicontacts(["A"], ["A"], ["A"])),
        ("空的编号", lambda: make_epicontacts(["A", ""], [], [])),
        ("一样长", lambda: make_epicontacts(["A"], ["A"], [])),
        ("只能采信一个", lambda: make_epicontacts(["A", "B", "C"], ["A", "B"], ["C", "C"], accepted=[1, 1])),
        ("没有代次", lambda: get_generations(make_epicontacts(["A", "B"], ["A"], ["B"], directed=False))),
        ("病例表一样长", lambda: get_pairwise(make_epicontacts(["A", "B"], ["A"], ["B"]), ["2020-02-01"])),
        ("非负整数", lambda: estimate_offspring([1, -1])),
        ("share", lambda: proportion_transmission(2, 1, share=1)),
        ("大于零", lambda: probability_extinct(0, 1)),
    ],
)
def test_bad_data_are_refused(said: str, wrong: object) -> None:
    with pytest.raises(BadData, match=said):
        wrong()  # type: ignore[operator]
