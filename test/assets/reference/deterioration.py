"""Reference numbers for deterioration.test.ts: matrix exponentials and a maximum a posteriori fit by scipy.

    python3 test/assets/reference/deterioration.py > test/assets/reference/deterioration.json
"""
import json
import numpy as np
from scipy.linalg import expm
from scipy.optimize import minimize


def generator(rates):
    q = np.zeros((6, 6))
    for i, r in enumerate(rates):
        q[i, i], q[i, i + 1] = -r, r
    return q


cases = [([0.1, 0.2, 0.3, 0.05, 0.4], t) for t in (0.05, 1.5, 7.3, 60.0)] + [([0.001, 2.5, 0.02, 0.3, 0.3], 9.0), ([0.2] * 5, 5.0)]
matrices = [{"rates": r, "years": t, "matrix": expm(generator(r) * t).ravel().tolist()} for r, t in cases]

rng = np.random.default_rng(7)
true = [0.2, 0.12, 0.1, 0.15, 0.2]
passages = []
for years in (1.0, 2.0, 3.5):
    p = expm(generator(true) * years)
    for start in range(5):
        for to, n in enumerate(rng.multinomial(120, p[start])):
            if n:
                passages.append({"from": start + 1, "to": to + 1, "years": years, "count": int(n)})
prior = np.full(5, 5 / 60)


def objective(theta):
    rates = np.exp(theta)
    value = 0.0
    for years in (1.0, 2.0, 3.5):
        p = expm(generator(rates) * years)
        value += sum(one["count"] * np.log(p[one["from"] - 1, one["to"] - 1]) for one in passages if one["years"] == years)
    ratio = rates / prior
    return -(value + np.sum(np.log(ratio) - ratio))


found = minimize(objective, np.log(prior), method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-11, "maxiter": 20000, "maxfev": 20000})

# Weibull of lifetimes that are known to an interval
life = np.sort(rng.weibull(2.3, 80) * 55)
rows = [{"from": float(np.floor(t / 6) * 6), "to": float(np.floor(t / 6) * 6 + 6)} if t < 60 else {"from": 60.0, "to": None} for t in life]


def weibull(theta):
    shape, scale = np.exp(theta)
    s = lambda t: 0.0 if t is None else np.exp(-((t / scale) ** shape))
    return -sum(np.log(s(r["from"]) - s(r["to"])) for r in rows)


w = minimize(weibull, [0.5, 4.0], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-11, "maxiter": 20000})
print(json.dumps({
    "matrices": matrices,
    "fit": {"passages": passages, "prior": prior.tolist(), "rates": np.exp(found.x).tolist()},
    "weibull": {"lifetimes": rows, "shape": float(np.exp(w.x[0])), "scale": float(np.exp(w.x[1]))},
}))
