"""Theil-Sen slope and Mann-Kendall test (also after Hamed and Rao) of every pixel, with numpy over many pixels at a time.
usage: trend.py OUT FILE... (dates in the names, no gaps)"""
import datetime
import re
import sys
import numpy as np
import rasterio
from rasterio.windows import Window
from scipy.special import erfc

out, files = sys.argv[1], sys.argv[2:]
days = np.array([datetime.date.fromisoformat(re.search(r"\d{4}-\d\d-\d\d", f)[0]).toordinal() for f in files], float)
years = (days - days[0]) / 365.2425
n = len(files)
first, second = np.triu_indices(n, 1)
inverse = (1 / (years[second] - years[first]))[:, None]
dates = [rasterio.open(f) for f in files]
source = dates[0]
profile = dict(driver="GTiff", width=source.width, height=source.height, count=6, dtype="float32", crs=source.crs,
               transform=source.transform, nodata=np.nan, tiled=True, blockxsize=512, blockysize=512, interleave="band")


def p_of(score, variance):
    z = (np.abs(score) - 1) / np.sqrt(variance)
    return np.where(score == 0, 1, erfc(np.abs(z) / np.sqrt(2)))


def trend(v):
    difference = v[second] - v[first]
    sign = np.sign(difference).astype(np.int8)
    slope = np.median(difference * inverse, axis=0)
    score = sign.sum(axis=0, dtype=np.int32)
    equal = np.zeros((n, v.shape[1]), np.int32)  # later values that are equal
    for i in range(n - 1):
        equal[i] = (v[i + 1 :] == v[i]).sum(axis=0)
    pairs = n * (n - 1) / 2
    tau = score / np.sqrt(pairs * (pairs - equal.sum(axis=0)))
    variance = (n * (n - 1) * (2 * n + 5) - (6 * equal * (equal + 2)).sum(axis=0)) / 18
    rest = v - slope * years[:, None]
    intercept = np.median(rest, axis=0)
    ranks = rest.argsort(axis=0).argsort(axis=0) - (n - 1) / 2
    power = (ranks**2).sum(axis=0)
    factor = np.ones(v.shape[1])
    for lag in range(1, n - 2):
        r = (ranks[lag:] * ranks[:-lag]).sum(axis=0) / power
        weight = 2 * (n - lag) * (n - lag - 1) * (n - lag - 2) / (n * (n - 1) * (n - 2))
        factor += np.where(np.abs(r) > 1.959963984540054 / np.sqrt(n), weight * r, 0)
    with np.errstate(invalid="ignore"):
        return slope, intercept, tau, p_of(score, variance), p_of(score, variance * factor), np.full(v.shape[1], n)


PIXELS = 1024  # at a time: larger pieces leave the caches and take longer
with rasterio.open(out, "w", **profile) as target:
    for row in range(0, source.height, 256):
        window = Window(0, row, source.width, min(256, source.height - row))
        stack = np.stack([d.read(1, window=window).ravel() for d in dates]) * 1e-4
        result = np.empty((6, stack.shape[1]), np.float32)
        for start in range(0, stack.shape[1], PIXELS):
            result[:, start : start + PIXELS] = trend(stack[:, start : start + PIXELS])
        target.write(result.reshape(6, window.height, window.width), window=window)
