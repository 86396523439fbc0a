"""Trends of some pixels of a real stack by scipy, for test/runs/series-raster-real.test.ts.
usage: series-raster.py FOLDER-OF-TIFFS > series-raster.json"""
import glob
import json
import re
import sys
from datetime import date
import numpy as np
from osgeo import gdal
from scipy.stats import kendalltau, theilslopes

files = sorted(glob.glob(sys.argv[1] + "/NDVI-*.tif"))
days = np.array([date.fromisoformat(re.sub(r".*-(\d{4})(\d\d)(\d\d)\.tif", r"\1-\2-\3", f)).toordinal() for f in files])
stack = np.stack([gdal.Open(f).ReadAsArray() for f in files])
counts = (stack > 0).sum(0)
random = np.random.default_rng(7)
few = np.argwhere(counts == 11)
places = [*few[random.choice(len(few), 6, replace=False)], *random.integers(0, 1000, (18, 2))]
pixels = []
for row, col in places:
    dn = stack[:, row, col]
    t, v = days[dn > 0] / 365.2425, dn[dn > 0] / 250
    slope = theilslopes(v, t)[0]
    pixels.append({"row": int(row), "col": int(col), "n": len(v), "slope": slope,
                   "intercept": float(np.median(v - slope * (t - t[0]))), "tau": kendalltau(t, v)[0]})
print(json.dumps({"seen": int((counts > 0).sum()), "values": int(counts.sum()), "pixels": pixels}, indent=1))
