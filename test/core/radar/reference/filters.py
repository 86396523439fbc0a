"""Reference numbers for test/core/radar: the speckle filters written down from their papers, pixel by pixel, and
p values by scipy. Writes filters.json beside itself.

Run: python3 filters.py     (Debian: python3-scipy)
"""
import json, os
import numpy as np
import scipy, scipy.special, scipy.stats

rng = np.random.default_rng(1980)
ROWS, COLS, LOOKS = 22, 26, 4.4
out = {"made_by": f"scipy {scipy.__version__}, numpy {np.__version__}", "rows": ROWS, "cols": COLS, "looks": LOOKS}


def listed(a):
    return [None if np.isnan(v) else float(f"{np.float32(v):.9g}") for v in np.asarray(a, float).ravel()]


def scene():
    """Two levels with a slanting edge, a bright target, speckle, holes."""
    r, c = np.mgrid[:ROWS, :COLS]
    truth = np.where(c + 0.6 * r > 18, 0.1, 0.01)
    truth[9, 5] = 3.0
    image = (truth * rng.gamma(LOOKS, 1 / LOOKS, truth.shape)).astype(np.float32).astype(float)
    image[rng.random(truth.shape) < 0.04] = np.nan
    image[:4, :3] = np.nan
    return image


def at(image, r, c):
    return image[r, c] if 0 <= r < ROWS and 0 <= c < COLS else np.nan


def square(image, r, c, side):
    h = side // 2
    return np.array([[at(image, r + y, c + x) for x in range(-h, h + 1)] for y in range(-h, h + 1)])


def lee(image, side, looks):
    """Lee 1980: multiplicative noise of mean 1 and variance 1/looks, linearised."""
    s2 = 1 / looks
    result = np.full(image.shape, np.nan)
    for r, c in np.argwhere(~np.isnan(image)):
        w = square(image, r, c, side)
        w = w[~np.isnan(w)]
        z = image[r, c]
        if len(w) < 2:
            result[r, c] = z
            continue
        m, v = w.mean(), w.var(ddof=1)
        q = max((v + m * m) / (1 + s2) - m * m, 0)
        result[r, c] = m + q / (m * m * s2 + q) * (z - m)
    return result


MASKS = [
    np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]]),
    np.array([[0, 1, 1], [-1, 0, 1], [-1, -1, 0]]),
    np.array([[1, 1, 1], [0, 0, 0], [-1, -1, -1]]),
    np.array([[1, 1, 0], [1, 0, -1], [0, -1, -1]]),
]


def refined_lee(image, looks):
    """Lee 1981; weight var(x)/var(z) as in Lee & Pottier 2009."""
    s2 = 1 / looks
    y, x = np.mgrid[-3:4, -3:4]
    result = np.full(image.shape, np.nan)
    for r, c in np.argwhere(~np.isnan(image)):
        w = square(image, r, c, 7)
        z = image[r, c]
        means = np.full((3, 3), np.nan)
        for i in range(3):
            for j in range(3):
                part = w[2 * i : 2 * i + 3, 2 * j : 2 * j + 3]
                if not np.isnan(part).all():
                    means[i, j] = np.nanmean(part)
        inside = np.ones((7, 7), bool)
        if not np.isnan(means).any():
            gradients = [abs((m * means).sum()) for m in MASKS]
            mask = MASKS[int(np.argmax(gradients))]
            # the neighbour of the centre in the middle of each side of the edge, and the side's pixels
            dy, dx = [(0, 1), (-1, 1), (-1, 0), (-1, -1)][int(np.argmax(gradients))]
            high, low = means[1 + dy, 1 + dx], means[1 - dy, 1 - dx]
            assert mask[1 + dy, 1 + dx] == 1 and mask[1 - dy, 1 - dx] == -1
            along = dx * x + dy * y
            inside = along >= 0 if abs(high - means[1, 1]) < abs(low - means[1, 1]) else along <= 0
            assert inside.sum() == 28
        v = w[inside]
        v = v[~np.isnan(v)]
        if len(v) < 2:
            result[r, c] = z
            continue
        m, var = v.mean(), v.var(ddof=1)
        b = max((var - m * m * s2) / ((1 + s2) * var), 0)
        result[r, c] = m + b * (z - m)
    return result


def multitemporal(images, side):
    """Quegan & Yu 2001, dates uncorrelated and of the same looks."""
    result = [np.full(i.shape, np.nan) for i in images]
    for r in range(ROWS):
        for c in range(COLS):
            e = [np.nanmean(square(i, r, c, side)) if not np.isnan(i[r, c]) else np.nan for i in images]
            ratios = [i[r, c] / m for i, m in zip(images, e) if not np.isnan(m)]
            for k, m in enumerate(e):
                if not np.isnan(m):
                    result[k][r, c] = m * np.mean(ratios)
    return result


images = [scene() for _ in range(3)]
out["images"] = [listed(i) for i in images]
out["lee"] = {"side": 5, "result": listed(lee(images[0], 5, LOOKS))}
out["refined_lee"] = listed(refined_lee(images[0], LOOKS))
out["multitemporal"] = {"side": 7, "results": [listed(i) for i in multitemporal(images, 7)]}

out["beta"] = [
    [x, a, b, float(scipy.special.betainc(a, b, x))]
    for a, b in [(0.5, 0.5), (1, 3), (4.4, 4.4), (44, 8.8), (300, 300)]
    for x in [0.001, 0.1, 0.45, 0.5, 0.77, 0.98]
]
out["ratio"] = [
    [ratio, before, after, float(2 * min(scipy.stats.f.cdf(ratio, 2 * after, 2 * before), scipy.stats.f.sf(ratio, 2 * after, 2 * before)))]
    for before, after in [(1, 1), (4.4, 4.4), (44, 4.4), (30.8, 22)]
    for ratio in [0.02, 0.3, 0.9, 1.0, 1.7, 4.0, 60.0]
]
with open(os.path.join(os.path.dirname(__file__), "filters.json"), "w") as f:
    json.dump(out, f)
    f.write("\n")
