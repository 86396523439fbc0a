"""Small rasters warped by GDAL: run it to make resample.json again."""
import json
import os

import numpy as np
from osgeo import gdal, osr

gdal.UseExceptions()
NODATA = -9
MISSING = -99


def wkt(epsg):
    s = osr.SpatialReference()
    s.ImportFromEPSG(epsg)
    return s.ExportToWkt()


def raster(values, gt, epsg, nodata):
    d = gdal.GetDriverByName("MEM").Create("", values.shape[1], values.shape[0], 1, gdal.GDT_Float32)
    d.SetGeoTransform(gt)
    d.SetProjection(wkt(epsg))
    band = d.GetRasterBand(1)
    band.WriteArray(values)
    if nodata is not None:
        band.SetNoDataValue(nodata)
    return d


rng = np.random.default_rng(7)
y, x = np.mgrid[0:30, 0:36]
full = np.round(100 + 60 * np.sin(x / 4) * np.cos(y / 5) + rng.normal(0, 8, x.shape))
holes = full.copy()
holes[rng.random(full.shape) < 0.06] = NODATA
holes[12:17, 20:26] = NODATA
classes = np.floor((x + 2 * y) / 9) % 4 + 1
classes[rng.random(full.shape) < 0.1] = 5
SOURCES = {
    "full": (full, None),
    "holes": (holes, NODATA),
    "classes": (classes, None),
}
# RD New, and the same numbers in UTM
PLACES = {28992: (223000, 10, 0, 453000, 0, -10), 32632: (318000, 10, 0, 5770000, 0, -10)}

cases = []
for name, source, target, res, how in (
    ("full", 28992, 32632, 10, "near"),
    ("holes", 32632, 28992, 7, "near"),
    ("full", 28992, 32632, 6, "bilinear"),
    ("holes", 28992, 32632, 6, "bilinear"),
    ("full", 32632, 28992, 6, "cubic"),
    ("holes", 32632, 28992, 6, "cubic"),
    ("full", 28992, 28992, 25, "bilinear"),
    ("holes", 28992, 28992, 25, "cubic"),
    ("full", 28992, 3857, 37, "bilinear"),
    ("full", 28992, 28992, 30, "average"),
    ("holes", 28992, 28992, 25, "average"),
    ("full", 28992, 32632, 40, "average"),
    ("classes", 28992, 28992, 30, "mode"),
    ("classes", 28992, 32632, 40, "mode"),
):
    values, nodata = SOURCES[name]
    gt = PLACES[source]
    out = gdal.Warp("", raster(values, gt, source, nodata), format="MEM", dstSRS=f"EPSG:{target}", xRes=res, yRes=res,
                    targetAlignedPixels=True, resampleAlg=how, errorThreshold=0, dstNodata=MISSING)
    result = out.ReadAsArray()
    cases.append({
        "name": f"{how} {name} EPSG:{source} to EPSG:{target} at {res} m",
        "raster": name,
        "resampling": "nearest" if how == "near" else how,
        "source": {"epsg": source, "geotransform": gt},
        "target": {"epsg": target, "geotransform": out.GetGeoTransform(), "width": result.shape[1], "height": result.shape[0]},
        "values": [None if v == MISSING else round(float(v), 4) for v in result.ravel()],
    })

rasters = {k: [None if v == n else float(v) for v in a.ravel()] for k, (a, n) in SOURCES.items()}
with open(os.path.join(os.path.dirname(__file__), "resample.json"), "w") as f:
    json.dump({"width": 36, "height": 30, "rasters": rasters, "cases": cases}, f)
