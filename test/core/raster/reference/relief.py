"""gdaldem's slope and hillshade of hills with a hole -> relief.json. Needs GDAL with its Python bindings."""

import json
import os

import numpy as np
from osgeo import gdal, osr

gdal.UseExceptions()
ROWS, COLS, CELL = 12, 14, 25.0
r, c = np.mgrid[0:ROWS, 0:COLS]
heights = np.round(40 * np.sin(c / 2.1) + 30 * np.cos(r / 1.7) + 3 * r, 2).astype("float32")
heights[5, 9] = -9999
dem = gdal.GetDriverByName("MEM").Create("", COLS, ROWS, 1, gdal.GDT_Float32)
dem.SetGeoTransform((100000, CELL, 0, 400000, 0, -CELL))
srs = osr.SpatialReference()
srs.ImportFromEPSG(28992)
dem.SetProjection(srs.ExportToWkt())
dem.GetRasterBand(1).WriteArray(heights)
dem.GetRasterBand(1).SetNoDataValue(-9999)


def run(kind, **options):
    out = gdal.DEMProcessing("", dem, kind, format="MEM", **options)
    return out.ReadAsArray().astype(float)[1:-1, 1:-1].round(4).tolist()


result = {
    "cell": CELL,
    "heights": heights.astype(float).round(2).tolist(),
    "slope": run("slope"),
    "northWest": run("hillshade", azimuth=315, altitude=45),
    "south": run("hillshade", azimuth=170, altitude=30),
}
with open(os.path.join(os.path.dirname(__file__), "relief.json"), "w", encoding="utf8") as file:
    json.dump(result, file)
    file.write("\n")
