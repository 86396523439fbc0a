"""Reads a band whole by strips of 1024 rows, one thread: what GDAL needs to decode it."""
import sys
from osgeo import gdal

gdal.UseExceptions()
dataset = gdal.Open(sys.argv[1])
band = dataset.GetRasterBand(1)
for row in range(0, dataset.RasterYSize, 1024):
    band.ReadRaster(0, row, dataset.RasterXSize, min(1024, dataset.RasterYSize - row))
