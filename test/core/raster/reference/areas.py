"""Areas on WGS 84 for test/core/raster/polygon-geometry.test.ts, by GeographicLib in pyproj; prints them."""

import numpy as np
from pyproj import Geod, Transformer

GRIDS = {
    4326: (0.01, 5, 52.5),
    3857: (1000, 600000, 6900000),
    28992: (10, 120000, 480000),
    32631: (10, 600000, 5800000),
    3035: (10, 3962000, 3260000),
}
for epsg, (cell, x, y) in GRIDS.items():
    t = np.linspace(0, 1, 2001)[:-1]  # sides that are straight in the CRS are no geodesics
    u = np.concatenate([0 * t, t, 0 * t + 1, 1 - t])
    v = np.concatenate([t, 0 * t + 1, 1 - t, 0 * t])
    lon, lat = Transformer.from_crs(epsg, 4326, always_xy=True).transform(x + u * cell, y - v * cell)
    area, _ = Geod(ellps="WGS84").polygon_area_perimeter(lon, lat)
    print(epsg, repr(area), "planar / ellipsoid", cell * cell / area if epsg not in (4326,) else "")
