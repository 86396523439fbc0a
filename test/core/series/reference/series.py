"""Reference numbers for test/core/series, by scipy and by plain matrices. Writes series.json beside itself.

Run: python3 series.py     (Debian: python3-scipy)
"""
import json, os
import numpy as np
import scipy, scipy.signal, scipy.stats

YEAR = 365.2425
rng = np.random.default_rng(1998)
out = {"made_by": f"scipy {scipy.__version__}, numpy {np.__version__}"}


def rounded(a):
    return [None if np.isnan(x) else round(float(x), 4) for x in a]


# ---- trend: scipy's Theil-Sen and tau-b; Mann-Kendall and Hamed & Rao written down as in the papers

def mann_kendall(v):
    n = len(v)
    s = sum(np.sign(v[j] - v[i]) for i in range(n) for j in range(i + 1, n))
    ties = np.unique(v, return_counts=True)[1]
    var = (n * (n - 1) * (2 * n + 5) - sum(t * (t - 1) * (2 * t + 5) for t in ties)) / 18
    return s, var


def p_of(s, var):
    return 1.0 if s == 0 else float(2 * scipy.stats.norm.sf((abs(s) - 1) / np.sqrt(var)))


def hamed_rao(years, v, slope):
    n = len(v)
    r = scipy.stats.rankdata(v - slope * years)
    r = r - r.mean()
    acf = [float((r[k:] * r[: n - k]).sum() / (r * r).sum()) for k in range(n)]
    total = sum((n - k) * (n - k - 1) * (n - k - 2) * acf[k] for k in range(1, n) if abs(acf[k]) > 1.959963984540054 / np.sqrt(n))
    return 1 + 2 * total / (n * (n - 1) * (n - 2))


def trend_case(days, v):
    days, v = np.asarray(days, float), np.array(rounded(v))
    years = (days - days[0]) / YEAR
    slope = scipy.stats.theilslopes(v, years)[0]
    s, var = mann_kendall(v)
    return {
        "days": days.tolist(), "values": v.tolist(), "slope": float(slope),
        "intercept": float(np.median(v - slope * years)), "tau": float(scipy.stats.kendalltau(years, v)[0]),
        "p": p_of(s, var), "pCorrected": p_of(s, var * hamed_rao(years, v, slope)),
    }


uneven = 17000 + np.cumsum(rng.integers(2, 20, 70))
ar = np.zeros(120)
for i in range(1, 120):
    ar[i] = 0.7 * ar[i - 1] + rng.normal(0, 0.05)
out["trend"] = {
    "uneven": trend_case(uneven, 0.3 + 0.05 * (uneven - 17000) / YEAR + rng.normal(0, 0.03, 70)),
    "ties": trend_case(uneven, np.round(0.5 - 0.03 * (uneven - 17000) / YEAR + rng.normal(0, 0.03, 70), 1)),
    "autocorrelated": trend_case(17000 + 10 * np.arange(120), 0.4 + 0.01 * np.arange(120) / 36 + ar),
    "four": trend_case([17000, 17010, 17030, 17031], [0.1, 0.4, 0.2, 0.5]),
}

# ---- seasonal Mann-Kendall: Hirsch & Slack 1984 with the matrices of the paper

years, months = 12, 12
x = 5 + np.sin(np.arange(12) / 2)[None, :] + 0.06 * np.arange(years)[:, None] + rng.normal(0, 0.3, (years, 1)) + rng.normal(0, 0.2, (years, months))
x = np.round(x, 1)
x[rng.random((years, months)) < 0.1] = np.nan
sign = lambda a: np.nan_to_num(np.sign(a))
S, denominator = 0.0, 0.0
for g in range(months):
    col = x[:, g][~np.isnan(x[:, g])]
    S += mann_kendall(col)[0]
    n0 = len(col) * (len(col) - 1) / 2
    tied = sum(t * (t - 1) / 2 for t in np.unique(col, return_counts=True)[1])
    denominator += np.sqrt(n0 * (n0 - tied))
var = sum(mann_kendall(x[:, g][~np.isnan(x[:, g])])[1] for g in range(months))
cov = 0.0
for g in range(months):
    for h in range(months):
        if g == h:
            continue
        K = sum(sign((x[j, g] - x[i, g]) * (x[j, h] - x[i, h])) for i in range(years) for j in range(i + 1, years))
        ng, nh = (~np.isnan(x[:, g])).sum(), (~np.isnan(x[:, h])).sum()
        R = lambda c, n: np.array([(n + 1 + sign(x[j, c] - x[:, c]).sum()) / 2 for j in range(years)])
        cov += (K + 4 * (R(g, ng) * R(h, nh)).sum() - years * (ng + 1) * (nh + 1)) / 3
slopes = [(x[j, g] - x[i, g]) / (j - i) for g in range(months) for i in range(years) for j in range(i + 1, years)]
out["seasonal"] = {
    "values": [rounded(row) for row in x], "slope": float(np.nanmedian(slopes)), "tau": float(S / denominator),
    "p": p_of(S, var), "pCorrected": p_of(S, var + cov),
}

# ---- smoothing

y = 0.5 + 0.3 * np.sin(np.arange(60) / 7) + rng.normal(0, 0.05, 60)
gaps = rng.random(60) < 0.25
D = np.diff(np.eye(60), 2, axis=0)
W = np.diag((~gaps).astype(float))
yr = np.array(rounded(y))
t = np.cumsum(rng.integers(2, 9, 60)).astype(float)
unit = np.median(np.diff(t))
u = t / unit
U = np.zeros((58, 60))
for i in range(58):
    a, b, c = u[i : i + 3]
    U[i, i : i + 3] = 2 / ((a - b) * (a - c)), 2 / ((b - a) * (b - c)), 2 / ((c - a) * (c - b))
out["smooth"] = {
    "values": yr.tolist(), "gaps": np.flatnonzero(gaps).tolist(), "uneven": t.tolist(),
    "whittaker": np.linalg.solve(W + 12.5 * D.T @ D, W @ yr).tolist(),
    "whittakerUneven": np.linalg.solve(np.eye(60) + 40 * U.T @ U, yr).tolist(),
    "savgol": scipy.signal.savgol_filter(yr, 9, 3, mode="interp").tolist(),
}

# ---- anomaly: brute force

days = np.concatenate([np.arange(12) * 30 + round(k * YEAR) + 16000 for k in range(8)]).astype(float)
v = np.array(rounded(0.5 + 0.2 * np.sin(2 * np.pi * days / YEAR) + rng.normal(0, 0.05, len(days))))
year = (np.array(days, "datetime64[D]").astype("datetime64[Y]").astype(int)) + 1970
windowed, harmonic = [], []
design = lambda d: np.column_stack([np.ones(len(d))] + [f(2 * np.pi * k * d / YEAR) for k in (1, 2) for f in (np.cos, np.sin)])
for i in range(len(days)):
    turn = np.round((days - days[i]) / YEAR)
    others = v[(turn != 0) & (np.abs(days - days[i] - turn * YEAR) <= 20)]
    windowed.append([others.mean(), (v[i] - others.mean()) / others.std(ddof=1), scipy.stats.percentileofscore(others, v[i], "mean"), len(others)])
    rest = year != year[i]
    beta = np.linalg.lstsq(design(days[rest]), v[rest], rcond=None)[0]
    residual = v[rest] - design(days[rest]) @ beta
    expected = float((design(days[i : i + 1]) @ beta)[0])
    sd = np.sqrt((residual**2).sum() / (rest.sum() - 5))
    harmonic.append([expected, (v[i] - expected) / sd, scipy.stats.percentileofscore(residual, v[i] - expected, "mean"), int(rest.sum())])
out["anomaly"] = {"days": days.tolist(), "values": v.tolist(), "window": windowed, "harmonic": harmonic}

# ---- the normal distribution and least squares

z = [0, 1e-8, 0.3, 1, 2.5, 3.5, 3.6, 6, 12, 30, 37]
p = [1e-12, 1e-4, 0.025, 0.3, 0.5, 0.9, 0.975, 0.99999]
out["normal"] = {"z": z, "twoSided": [float(2 * scipy.stats.norm.sf(a)) for a in z], "p": p, "quantile": scipy.stats.norm.ppf(p).tolist()}
A = np.column_stack([np.ones(30), np.arange(30), np.sin(np.arange(30))])
b = np.array(rounded(A @ [1, -0.2, 3] + rng.normal(0, 0.4, 30)))
beta, rss = np.linalg.lstsq(A, b, rcond=None)[:2]
row = np.array([1, 40, 0.3])
out["leastSquares"] = {"y": b.tolist(), "coefficients": beta.tolist(), "rss": float(rss[0]), "leverage": float(row @ np.linalg.inv(A.T @ A) @ row)}

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "series.json"), "w") as f:
    json.dump(out, f, separators=(",", ":"))
