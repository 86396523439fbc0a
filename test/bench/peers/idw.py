"""Inverse distance by scipy's k-d tree: idw.py stations.csv cells cellsize neighbours out.tif"""
import sys
import numpy as np
from osgeo import gdal
from scipy.spatial import cKDTree

gdal.UseExceptions()

path, n, side, k = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
x, y, z = np.loadtxt(path, delimiter=",", skiprows=1).T
at = side / 2 + side * np.arange(n)
gx, gy = np.meshgrid(at, at)
d, i = cKDTree(np.column_stack([x, y])).query(np.column_stack([gx.ravel(), gy.ravel()]), k)
w = 1 / np.maximum(d, 1e-9) ** 2
out = (w * z[i]).sum(1) / w.sum(1)
assert np.isfinite(out).all()
ds = gdal.GetDriverByName("GTiff").Create(sys.argv[5], n, n, 1, gdal.GDT_Float32)
ds.GetRasterBand(1).WriteArray(out.reshape(n, n)[::-1])
ds = None
