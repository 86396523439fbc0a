"""Reference coordinates by PROJ (through GDAL's osr): run it to make crs.json again."""
import json
import os

from osgeo import osr

osr.UseExceptions()
GEODETIC = {4326: 4326, 4258: 4258}


def srs(epsg):
    s = osr.SpatialReference()
    s.ImportFromEPSG(epsg)
    s.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return s


PLACES = {
    32631: [(5.1214, 52.0907), (0, 0), (2.9, 83.9), (6.9, 53.4), (-4.5, 40.1), (12.2, 47.3)],
    32632: [(5.1214, 52.0907), (9, 51), (11.99, 0.001), (3.4, 51.4)],
    32601: [(-179.9, 10.5), (179.5, 65.2)],
    32660: [(179.9, -0.5), (-179.2, 70.0)],
    32733: [(15.1, -20.5), (12.0, -79.9)],
    25831: [(5.1214, 52.0907), (3.3, 51.2)],
    25833: [(15.0, 60.0), (20.9, 69.9)],
    3857: [(5.1214, 52.0907), (-179.99, 84.9), (180, -60.5), (0, 0)],
    3035: [(5.1214, 52.0907), (10, 52), (-20.3, 70.1), (34.2, 35.1)],
}
out = []
for epsg, places in PLACES.items():
    geographic = 4258 if epsg in (25831, 25833, 3035) else 4326
    t = osr.CoordinateTransformation(srs(geographic), srs(epsg))
    for lon, lat in places:
        x, y, _ = t.TransformPoint(lon, lat)
        out.append({"epsg": epsg, "lon": lon, "lat": lat, "x": x, "y": y})

boxes = []
for source, target, box in (
    (32631, 3857, (600000, 5690220, 709800, 5800020)),
    (28992, 32632, (100000, 400000, 220000, 520000)),
    (32632, 28992, (200000, 5700000, 330000, 5830000)),
    (3035, 4326, (2600000, 1500000, 5800000, 4500000)),
):
    t = osr.CoordinateTransformation(srs(source), srs(target))
    boxes.append({"source": source, "target": target, "box": box, "expected": t.TransformBounds(*box, 2001)})

with open(os.path.join(os.path.dirname(__file__), "crs.json"), "w") as f:
    json.dump({"points": out, "boxes": boxes}, f, indent=1)
