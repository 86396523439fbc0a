"""Reference numbers for test/core/accuracy: the stratified estimators unit by unit, with numpy's means and covariances.
Writes estimate.json beside itself.

Run: python3 estimate.py     (Debian: python3-numpy)
"""
import json, os
import numpy as np

rng = np.random.default_rng(2014)


def estimates(strata, stratum, maps, reference, size):
    total = sum(strata)

    def ratio(y, x):
        ys, xs = 0.0, 0.0
        for h, area in enumerate(strata):
            inside = stratum == h
            ys += area / total * y[inside].mean()
            xs += area / total * x[inside].mean()
        r = ys / xs
        variance = 0.0
        for h, area in enumerate(strata):
            inside = stratum == h
            e = y[inside] - r * x[inside]
            variance += (area / total) ** 2 * e.var(ddof=1) / inside.sum()
        return [r, float(np.sqrt(variance) / xs)]

    ones = np.ones(len(maps))
    result = {"overall": ratio((maps == reference) * 1.0, ones), "users": [], "producers": [], "share": []}
    for k in range(size):
        both = ((maps == k) & (reference == k)) * 1.0
        result["users"].append(ratio(both, (maps == k) * 1.0))
        result["producers"].append(ratio(both, (reference == k) * 1.0))
        result["share"].append(ratio((reference == k) * 1.0, ones))
    return result


cases = []
for size, same in [(3, True), (4, False), (2, True), (5, False)]:
    strata = [float(a) for a in rng.integers(50, 5000, 3 if not same else size)]
    stratum, maps, reference = [], [], []
    for h in range(len(strata)):
        for _ in range(int(rng.integers(20, 90))):
            m = h if same else int(rng.integers(size))
            stratum.append(h)
            maps.append(m)
            reference.append(m if rng.random() < 0.75 else int(rng.integers(size)))
    a = [np.array(v) for v in (stratum, maps, reference)]
    cases.append({
        "areas": strata,
        "size": size,
        "stratum": stratum,
        "map": maps,
        "reference": reference,
        **estimates(strata, *a, size),
    })
with open(os.path.join(os.path.dirname(__file__), "estimate.json"), "w") as f:
    json.dump({"made_by": f"numpy {np.__version__}", "cases": cases}, f)
    f.write("\n")
