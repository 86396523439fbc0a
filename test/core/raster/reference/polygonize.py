"""Components, sieve and polygons of GDAL for test/core/raster/vectorise.test.ts; writes polygonize.json beside this file.

Needs GDAL's Python bindings and numpy. The raster is made of the same seeded numbers as in the test.
"""

import json
from pathlib import Path

import numpy as np
from osgeo import gdal, ogr

gdal.UseExceptions()
ogr.UseExceptions()
WIDTH, HEIGHT, SEED = 97, 83, 20240611


def mulberry32(seed):
    state = seed & 0xFFFFFFFF
    while True:
        state = (state + 0x6D2B79F5) & 0xFFFFFFFF
        t = ((state ^ (state >> 15)) * (state | 1)) & 0xFFFFFFFF
        t ^= (t + (((t ^ (t >> 7)) * (t | 61)) & 0xFFFFFFFF)) & 0xFFFFFFFF
        yield ((t ^ (t >> 14)) & 0xFFFFFFFF) / 4294967296


def classes():
    numbers = mulberry32(SEED)
    noise = np.array([[next(numbers) for _ in range(WIDTH + 2)] for _ in range(HEIGHT + 2)])
    mean = sum(noise[r : r + HEIGHT, c : c + WIDTH] for r in range(3) for c in range(3)) / 9
    return np.where(mean > 0.58, 1, np.where(mean < 0.44, 2, 0)).astype(np.uint8)


def raster(data):
    ds = gdal.GetDriverByName("MEM").Create("", data.shape[1], data.shape[0], 1, gdal.GDT_Byte)
    ds.SetGeoTransform((0, 1, 0, 0, 0, -1))
    ds.GetRasterBand(1).WriteArray(data)
    return ds


def options(connectedness):
    return ["8CONNECTED=8"] if connectedness == 8 else []


def polygons(data, connectedness):
    """Per polygon: class, area in pixels, number of holes, length of all rings."""
    band = raster(data).GetRasterBand(1)
    layer_ds = ogr.GetDriverByName("Memory").CreateDataSource("")
    layer = layer_ds.CreateLayer("p", None, ogr.wkbPolygon)
    layer.CreateField(ogr.FieldDefn("value", ogr.OFTInteger))
    ds = raster(data)
    gdal.Polygonize(ds.GetRasterBand(1), None, layer, 0, options(connectedness))
    rows = []
    for feature in layer:
        value, shape = feature.GetField("value"), feature.GetGeometryRef()
        if value:
            rows.append([value, round(shape.Area()), shape.GetGeometryCount() - 1, round(shape.Boundary().Length())])
    return sorted(rows)


def sieve(data, value, threshold, connectedness):
    """Rows of the pixels of a class that GDAL's sieve keeps, each as a number of base 16."""
    ds = raster((data == value).astype(np.uint8))
    out = raster(np.zeros_like(data))
    gdal.SieveFilter(ds.GetRasterBand(1), None, out.GetRasterBand(1), threshold, connectedness)
    kept = (out.GetRasterBand(1).ReadAsArray() == 1) & (data == value)  # without the holes that it fills
    return ["%x" % int("".join(map(str, row.astype(int))), 2) for row in kept]


data = classes()
result = {
    "polygons": {str(c): polygons(data, c) for c in (4, 8)},
    "sieve": [
        {"value": v, "minPixels": n, "connectedness": c, "rows": sieve(data, v, n, c)}
        for v in (1, 2)
        for n, c in ((5, 4), (12, 8), (40, 4))
    ],
}
Path(__file__).with_suffix(".json").write_text(json.dumps(result, separators=(",", ":")) + "\n")
print({k: len(v) for k, v in result["polygons"].items()}, np.bincount(data.ravel()))
