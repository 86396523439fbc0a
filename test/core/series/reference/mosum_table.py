"""Quantiles of max |B(t + h) - B(t)|, B a Brownian bridge: the table in pipelines/core/series/mosum.ts.

Run: python3 mosum_table.py     (numpy; a minute)
"""
import numpy as np

STEPS, REPEATS, CHUNK = 2000, 100_000, 2000
P = [0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.001]
H = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5]

rng = np.random.default_rng(1995)
found = {h: [] for h in H}
for _ in range(REPEATS // CHUNK):
    walk = np.zeros((CHUNK, STEPS + 1), np.float32)
    np.cumsum(rng.standard_normal((CHUNK, STEPS), np.float32), axis=1, out=walk[:, 1:])
    walk /= np.sqrt(STEPS)
    walk -= walk[:, -1:] * np.linspace(0, 1, STEPS + 1, dtype=np.float32)
    for h in H:
        k = round(h * STEPS)
        found[h].append(np.abs(walk[:, k:] - walk[:, :-k]).max(axis=1))
for h in H:
    q = np.quantile(np.concatenate(found[h]), [1 - p for p in P])
    print(f"  [{', '.join(f'{x:.3f}' for x in q)}], // h = {h}")
