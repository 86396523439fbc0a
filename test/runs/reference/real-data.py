"""Reference for test/runs/real-data.test.ts: python3 real-data.py DATA_FOLDER > real-data.json (GDAL, PROJ and numpy).

For each case the index in float64 with nodata as NaN, and at pixel centres of web-map tiles the value of the cell that
PROJ finds below them; places within 0.15 of a cell's edge are left out, where either neighbour is right.
"""
import glob, json, math, sys
import numpy as np
from osgeo import gdal, osr
gdal.UseExceptions()
osr.UseExceptions()
DATA = sys.argv[1]
HALF = math.pi * 6378137
random = np.random.default_rng(7)

def band(path, number=1, scale=1, offset=0):
    file = gdal.Open(path)
    layer = file.GetRasterBand(number)
    a, nodata = layer.ReadAsArray().astype(float), layer.GetNoDataValue()
    if nodata is not None: a[a == nodata] = np.nan
    return (a + offset) / scale

def case(name, bands, zoom, zero_is_nodata=False, **calibration):
    """`bands`: red and nir as [path, number], relative to DATA."""
    paths = {k: [glob.glob(f'{DATA}/{p}')[0], n] for k, (p, n) in bands.items()}
    red, nir = (band(*paths[k]) for k in ('red', 'nir'))
    if zero_is_nodata: red[red == 0] = np.nan; nir[nir == 0] = np.nan
    scale, offset = calibration.get('scale', 1), calibration.get('offset', 0)
    red, nir = (red + offset) / scale, (nir + offset) / scale
    with np.errstate(all='ignore'): value = (nir - red) / (nir + red)
    value[~np.isfinite(value)] = np.nan
    file = gdal.Open(paths['red'][0])
    gt, crs = file.GetGeoTransform(), file.GetSpatialRef()
    crs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    web = osr.SpatialReference(); web.ImportFromEPSG(3857)
    forth, back = osr.CoordinateTransformation(crs, web), osr.CoordinateTransformation(web, crs)
    points, size = [], 2 * HALF / 2 ** zoom
    while len(points) < 60:
        c, r = random.uniform(-0.02, 1.02, 2) * (file.RasterXSize, file.RasterYSize)
        x, y, _ = forth.TransformPoint(gt[0] + c * gt[1], gt[3] + r * gt[5])
        tx, ty = int((x + HALF) // size), int((HALF - y) // size)
        i, j = int((x + HALF - tx * size) / size * 256), int((HALF - y - ty * size) / size * 256)
        x, y, _ = back.TransformPoint(-HALF + (tx + (i + .5) / 256) * size, HALF - (ty + (j + .5) / 256) * size)
        c, r = (x - gt[0]) / gt[1], (y - gt[3]) / gt[5]
        if max(abs(c % 1 - .5), abs(r % 1 - .5)) > .35: continue
        inside = 0 <= c < file.RasterXSize and 0 <= r < file.RasterYSize
        v = value[int(r), int(c)] if inside else np.nan
        points.append([tx, ty, i, j, None if np.isnan(v) else round(float(v), 6)])
    return {'name': name, 'zoom': zoom, 'valid': round(float(np.isfinite(value).mean()), 6), 'points': points}

SAFE = 's2-safe/S2A_MSIL2A_20221005T115411_N0400_R023_T29UNU_20221005T164454.SAFE/GRANULE/*/IMG_DATA/R60m/*_%s_60m.jp2'
EARTH = 's2-bands/earthsearch-29RKH-20200219/%s.tif'
NORFOLK = 's2-bands/l1c-norfolk-2016-tiff-named-jp2/s2_%s.jp2'
THEIA = 'timeseries/fr-bouconne-7dates-11bands/2018_3A_Theia_Bouconne.tif'
SEN2R = 'pairs/sen2r-barbellino/S2A2A_20190723_022_Barbellino_BOA_10.tif'
NAIP = 'timeseries/us-naip-10years-rgbn-cog/m_4709963_se_14_1_20090818.tif'
print(json.dumps([
    case('safe', {'red': [SAFE % 'B04', 1], 'nir': [SAFE % 'B8A', 1]}, 11, zero_is_nodata=True, scale=10000, offset=-1000),
    case('earth', {'red': [EARTH % 'B04', 1], 'nir': [EARTH % 'B08', 1]}, 11),
    case('norfolk', {'red': [NORFOLK % 'B11', 1], 'nir': [NORFOLK % 'B8A', 1]}, 13),
    case('theia', {'red': [THEIA, 3], 'nir': [THEIA, 7]}, 14),
    case('sen2r', {'red': [SEN2R, 4], 'nir': [SEN2R, 8]}, 14),
    case('naip', {'red': [NAIP, 1], 'nir': [NAIP, 4]}, 15),
], separators=(',', ':')).replace('{"name', '\n{"name'))
