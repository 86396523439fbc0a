"""Writes tiff-corpus.json: what GDAL reads in the TIFFs of the shared data folder, as numbers only.

    python3 tiff-corpus.py <data folder> > tiff-corpus.json      (GDAL 3.6, numpy)

Per file: size, bands, transform, EPSG code, overviews, nodata, whether GDAL's validator calls it a cloud-optimised GeoTIFF with overviews; per band (at most four) the count, minimum, maximum and sum of the valid
pixels, and the sum weighted with the pixel's index modulo 97, which tells a shuffled picture from the right one.
`null` stands for a file that GDAL cannot read.
"""
import glob, json, math, sys
import numpy as np
from osgeo import gdal
from osgeo_utils.samples.validate_cloud_optimized_geotiff import validate

gdal.UseExceptions()
gdal.PushErrorHandler('CPLQuietErrorHandler')
folder = sys.argv[1] + '/tiff-corpus/'


def describe(path):
    try:
        d = gdal.Open(path)
        bands = [d.GetRasterBand(i + 1) for i in range(min(4, d.RasterCount))]
        if d.RasterXSize * d.RasterYSize > 1e7:
            return 'large'
        numbers = [statistics(b) for b in bands]
    except RuntimeError:
        return None
    srs, nodata = d.GetSpatialRef(), bands[0].GetNoDataValue()
    code = srs and srs.GetAuthorityCode(None)
    return {'size': [d.RasterXSize, d.RasterYSize, d.RasterCount], 'transform': d.GetGeoTransform(can_return_null=True),
            'epsg': code and int(code), 'overviews': bands[0].GetOverviewCount(),
            'cog': is_cog(path), 'nodata': str(nodata) if nodata is not None and not math.isfinite(nodata) else nodata, 'bands': numbers}


def is_cog(path):
    warnings, errors, _ = validate(path)
    return not errors and not any('overviews' in w for w in warnings)


def statistics(band):
    a, valid = band.ReadAsArray(), band.GetMaskBand().ReadAsArray() > 0
    if band.GetMetadataItem('PIXELTYPE', 'IMAGE_STRUCTURE') == 'SIGNEDBYTE':
        a = a.view(np.int8)
    if a.dtype.kind == 'f':
        valid &= ~np.isnan(a)
    weight, a = (np.arange(a.size) % 97).reshape(a.shape), a.astype(float)
    v = a[valid]
    return [int(valid.sum()), *((v.min(), v.max()) if v.size else (0, 0)), v.sum(), (v * weight[valid]).sum()]


files = sorted(glob.glob(folder + '**/*.tif*', recursive=True))
lines = [f'  {json.dumps(f[len(folder):])}: {json.dumps(describe(f))}' for f in files]
print('{\n' + ',\n'.join(lines) + '\n}')
