"""Inverse distance by scipy's k-d tree: idw.py stations.csv cells cellsize neighbours"""
import sys
import numpy as np
from scipy.spatial import cKDTree

path, n, side, k = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
x, y, z = np.loadtxt(path, delimiter=",", skiprows=1).T
at = side / 2 + side * np.arange(n)
gx, gy = np.meshgrid(at, at)
d, i = cKDTree(np.column_stack([x, y])).query(np.column_stack([gx.ravel(), gy.ravel()]), k)
w = 1 / np.maximum(d, 1e-9) ** 2
assert np.isfinite((w * z[i]).sum(1) / w.sum(1)).all()
