"""Contour lines of two hills as GDAL draws them: `python3 contours.py > contours.json` (GDAL 3.6)."""

import json

import numpy as np
from osgeo import gdal, ogr

gdal.UseExceptions()
WIDTH, HEIGHT, INTERVAL = 80, 60, 10
col, row = np.meshgrid(np.arange(WIDTH), np.arange(HEIGHT))
heights = 100 * np.exp(-((col - 26) ** 2 + (row - 28) ** 2) / 120) + 75 * np.exp(
    -((col - 52) ** 2 + (row - 33) ** 2) / 90
)
raster = gdal.GetDriverByName("MEM").Create("", WIDTH, HEIGHT, 1, gdal.GDT_Float32)
raster.SetGeoTransform((0, 1, 0, 0, 0, 1))
raster.GetRasterBand(1).WriteArray(heights.astype("float32"))
source = ogr.GetDriverByName("Memory").CreateDataSource("")
layer = source.CreateLayer("lines", None, ogr.wkbLineString)
layer.CreateField(ogr.FieldDefn("height", ogr.OFTReal))
gdal.ContourGenerateEx(raster.GetRasterBand(1), layer, options=[f"LEVEL_INTERVAL={INTERVAL}", "ELEV_FIELD=height"])
levels = {}
for feature in layer:
    line = feature.geometry()
    found = levels.setdefault(feature.GetField("height"), {"lines": 0, "length": 0, "area": 0})
    found["lines"] += 1
    found["length"] += line.Length()
    ring = ogr.Geometry(ogr.wkbLinearRing)
    for k in range(line.GetPointCount()):
        ring.AddPoint_2D(*line.GetPoint_2D(k))
    polygon = ogr.Geometry(ogr.wkbPolygon)
    polygon.AddGeometry(ring)
    found["area"] += polygon.Area()
rows = [{"height": h, **{k: round(v, 5) for k, v in levels[h].items()}} for h in sorted(levels) if h > 0]
print(json.dumps({"width": WIDTH, "height": HEIGHT, "interval": INTERVAL, "levels": rows}, indent=1))
