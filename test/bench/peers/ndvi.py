"""NDVI as int16 x 10000 by windows with rasterio and numpy. usage: ndvi.py NIR RED OUT OFFSET"""
import sys
import numpy as np
import rasterio
from rasterio.windows import Window

nir_path, red_path, out, offset = sys.argv[1:4] + [float(sys.argv[4])]
with rasterio.Env(GDAL_NUM_THREADS=2, GDAL_CACHEMAX=512), rasterio.open(nir_path) as a, rasterio.open(red_path) as b:
    profile = dict(driver="GTiff", width=a.width, height=a.height, count=1, dtype="int16", crs=a.crs, transform=a.transform,
                   nodata=-32768, tiled=True, blockxsize=512, blockysize=512)
    with rasterio.open(out, "w", **profile) as target:
        for row in range(0, a.height, 1024):
            for col in range(0, a.width, 1024):
                window = Window(col, row, min(1024, a.width - col), min(1024, a.height - row))
                nir, red = a.read(1, window=window), b.read(1, window=window)
                invalid = (nir == 0) | (red == 0)
                nir, red = nir.astype(np.float32) + offset, red.astype(np.float32) + offset
                with np.errstate(all="ignore"):
                    value = 10000 * (nir - red) / (nir + red)
                invalid |= ~np.isfinite(value) | (np.abs(value) > 32767)
                value[invalid] = -32768
                target.write(np.rint(value).astype(np.int16), 1, window=window)
