#!/usr/bin/env python3
"""Makes zonal.json: statistics of random polygons by exactextract (https://github.com/isciences/exactextract, 0.3).

    EXACTEXTRACT=path/to/exactextract python3 zonal.py

Needs GDAL's Python bindings and exactextract's command line. The raster is a formula, so that the test can build it.
"""
import csv, json, math, os, random, subprocess, tempfile

import numpy as np
from osgeo import gdal, osr

WIDTH, HEIGHT, NODATA = 60, 50, -9999
random.seed(11)


def pixels(plain):
    """Values 0 to 100 in a pattern; every 7th missing unless `plain`."""
    rows, cols = np.mgrid[:HEIGHT, :WIDTH]
    values = (rows * 37 + cols * 11 + rows * cols) % 101
    return np.where(((rows * 3 + cols * 5) % 7 == 0) & (not plain), NODATA, values)


def star(x, y, radius, n, roughness=0.5):
    """A ring that does not cross itself, around (x, y)."""
    ring = []
    for i in range(n):
        angle = 2 * math.pi * (i + 0.4 * random.random()) / n
        r = radius * (1 - roughness * random.random())
        ring.append([round(x + r * math.cos(angle), 6), round(y + r * math.sin(angle), 6)])
    return ring


def rectangle(x0, y0, x1, y1):
    return [[x0, y0], [x1, y0], [x1, y1], [x0, y1]]


def closed(ring):
    return ring + [ring[0]]


def zones():
    yield [[closed(rectangle(3, 4, 9, 8))]]                                        # on cell borders
    yield [[closed(rectangle(3.25, 4.5, 9.75, 8.125))]]
    yield [[closed(rectangle(20.1, 20.2, 20.3, 20.35))]]                           # smaller than a cell
    yield [[closed(rectangle(5, 5, 30, 30)), closed(rectangle(10.5, 10.5, 20.25, 22))]]   # a hole
    yield [[closed(rectangle(1, 1, 4.5, 4.5))], [closed(rectangle(40.2, 30.1, 45, 33))]]  # two parts
    yield [[closed(rectangle(-10, -10, 5.5, 5.25))]]                               # half outside
    yield [[closed(rectangle(-10, -10, 100, 100))]]                                # around all
    yield [[closed(rectangle(10, 20.4, 50, 20.6))]]                                # a sliver along a row
    yield [[closed(rectangle(30.4, 2, 30.6, 48))]]                                 # and along a column
    yield [[closed([[10, 10], [20, 10], [10, 20]])]]
    yield [[closed([[2.5, 2.5], [57.5, 3], [30, 47.5]])]]
    for k in range(24):
        yield [[closed(star(random.uniform(0, WIDTH), random.uniform(0, HEIGHT), random.uniform(0.2, 22), random.randint(3, 40)))]]
    for k in range(6):
        x, y = random.uniform(15, 45), random.uniform(15, 35)
        yield [[closed(star(x, y, 14, 20, 0.2)), closed(star(x, y, 6, 9, 0.4))]]


def main():
    found = list(zones())
    with tempfile.TemporaryDirectory() as folder:
        features = [dict(type='Feature', properties=dict(id=i), geometry=dict(type='MultiPolygon',
                    coordinates=[[[[x, HEIGHT - y] for x, y in ring] for ring in part] for part in zone]))
                    for i, zone in enumerate(found)]
        json.dump(dict(type='FeatureCollection', crs=dict(type='name', properties=dict(name='urn:ogc:def:crs:EPSG::32631')),
                       features=features), open(f'{folder}/z.geojson', 'w'))
        results = {}
        for name in ('plain', 'holes'):
            path = f'{folder}/{name}.tif'
            raster = gdal.GetDriverByName('GTiff').Create(path, WIDTH, HEIGHT, 1, gdal.GDT_Int16)
            raster.SetGeoTransform((0, 1, 0, HEIGHT, 0, -1))
            crs = osr.SpatialReference()
            crs.ImportFromEPSG(32631)
            raster.SetProjection(crs.ExportToWkt())
            raster.GetRasterBand(1).WriteArray(pixels(name == 'plain'))
            raster.GetRasterBand(1).SetNoDataValue(NODATA)
            raster = None
            stats = ['count', 'sum', 'mean', 'stdev', 'min', 'max', 'majority', 'minority', 'variety']
            subprocess.run([os.environ['EXACTEXTRACT'], '-r', path, '-p', f'{folder}/z.geojson', '-f', 'id', '-o', f'{folder}/{name}.csv',
                            *[word for stat in stats for word in ('-s', stat)]], check=True)
            results[name] = [{k: None if row[k] in ('', 'nan') else float(row[k]) for k in stats}
                             for row in csv.DictReader(open(f'{folder}/{name}.csv'))]
    out = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'zonal.json')
    with open(out, 'w') as file:
        json.dump(dict(width=WIDTH, height=HEIGHT, zones=found, **results), file, separators=(',', ':'))
        file.write('\n')


main()
