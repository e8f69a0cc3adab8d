"""epyestim's posterior on every row of a table of counts, with nine columns; run by the interpreter that has it: CASES W OUT."""

from __future__ import annotations

import sys
import time

import numpy as np
import pandas as pd
from epyestim.estimate_r import estimate_r, gamma_quantiles

LEVELS = (0.025, 0.05, 0.25, 0.5, 0.75, 0.95, 0.975)


def main(cases: str, interval: str, out: str) -> None:
    counts, w = np.loadtxt(cases, delimiter=",", ndmin=2), np.loadtxt(interval)
    dates = pd.date_range("2020-01-01", periods=counts.shape[1])
    for row in counts[:1]:
        estimate_r(pd.Series(row, index=dates), w, a_prior=1.0, b_prior=5.0, window_size=7)
    times = 20 if len(counts) == 1 else 1
    begun = time.process_time()
    found = []
    for row in np.repeat(counts, times, axis=0):
        said = estimate_r(pd.Series(row, index=dates), w, a_prior=1.0, b_prior=5.0, window_size=7)
        a, b = said["a_posterior"].to_numpy()[1:], said["b_posterior"].to_numpy()[1:]
        found.append(np.column_stack([a * b, np.sqrt(a) * b, *(gamma_quantiles(q, a, b) for q in LEVELS)]))
    spent = (time.process_time() - begun) / times
    np.savetxt(out, np.concatenate(found[::times]), delimiter=",", fmt="%.17g")
    print(spent)


if __name__ == "__main__":
    main(*sys.argv[1:4])
