"""Chains of transmission (传播链), clusters (聚集性疫情) and how unevenly cases cause cases.

Names follow the R packages epicontacts and superspreading.
"""

from __future__ import annotations

from shichen.epi.chains.graph import (
    Epicontacts,
    Generations,
    get_clusters,
    get_degree,
    get_generations,
    get_offspring,
    get_pairwise,
    make_epicontacts,
)
from shichen.epi.chains.offspring import (
    Offspring,
    cluster_size,
    estimate_offspring,
    probability_extinct,
    proportion_cluster_size,
    proportion_transmission,
)

__all__ = [
    "Epicontacts",
    "Generations",
    "Offspring",
    "cluster_size",
    "estimate_offspring",
    "get_clusters",
    "get_degree",
    "get_generations",
    "get_offspring",
    "get_pairwise",
    "make_epicontacts",
    "probability_extinct",
    "proportion_cluster_size",
    "proportion_transmission",
]
