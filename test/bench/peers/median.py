"""Median NDVI (int16 x 10000) of masked dates by windows with rasterio and numpy. usage: median.py OUT OFFSET FOLDER..."""
import sys
import numpy as np
import rasterio
from rasterio.windows import Window

out, offset, folders = sys.argv[1], float(sys.argv[2]), sys.argv[3:]
MASKED = (0, 1, 3, 8, 9, 10)
dates = [[rasterio.open(f"{folder}/{band}.tif") for band in ("B08", "B04", "SCL")] for folder in folders]
first = dates[0][0]
profile = dict(driver="GTiff", width=first.width, height=first.height, count=1, dtype="int16", crs=first.crs,
               transform=first.transform, nodata=-32768, tiled=True, blockxsize=512, blockysize=512)
with rasterio.Env(GDAL_CACHEMAX=512), rasterio.open(out, "w", **profile) as target:
    for row in range(0, first.height, 1024):
        for col in range(0, first.width, 1024):
            w, h = min(1024, first.width - col), min(1024, first.height - row)
            window = Window(col, row, w, h)
            half = Window(col // 2, row // 2, (w + 1) // 2, (h + 1) // 2)
            stack = np.empty((len(dates), h, w), np.float32)
            for k, (a, b, scl) in enumerate(dates):
                nir, red = a.read(1, window=window), b.read(1, window=window)
                classes = scl.read(1, window=half).repeat(2, 0).repeat(2, 1)[:h, :w]
                invalid = (nir == 0) | (red == 0) | np.isin(classes, MASKED)
                nir, red = nir.astype(np.float32) + offset, red.astype(np.float32) + offset
                with np.errstate(all="ignore"):
                    stack[k] = 10000 * (nir - red) / (nir + red)
                stack[k][invalid] = np.nan
            stack.sort(0)  # NaN sorts last
            count = len(dates) - np.isnan(stack).sum(0)
            low, high = np.maximum((count - 1) // 2, 0), np.minimum(count // 2, len(dates) - 1)
            value = (np.take_along_axis(stack, low[None], 0)[0] + np.take_along_axis(stack, high[None], 0)[0]) / 2
            value[(count == 0) | ~np.isfinite(value)] = -32768
            target.write(np.rint(np.clip(value, -32768, 32767)).astype(np.int16), 1, window=window)
