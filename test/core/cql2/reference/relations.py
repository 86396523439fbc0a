"""Spatial relations of pairs of geometries on a coarse grid, where edges and corners often fall together, by GEOS.

Writes relations.json beside itself: [[a, b, relations], ...] with both as WKT and the relations that hold.
Run: /usr/bin/python3 relations.py (needs GDAL's Python bindings)
"""
import json, os, random
from osgeo import gdal, ogr

ogr.UseExceptions()
gdal.PushErrorHandler("CPLQuietErrorHandler")
random.seed(20260514)
N = 5
at = lambda: (random.randint(0, N), random.randint(0, N))
word = lambda p: f"{p[0]} {p[1]}"


def ring():
    while True:
        if random.random() < 0.4:
            (x0, y0), (x1, y1) = at(), at()
            points = [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
        else:
            points = [at() for _ in range(random.randint(3, 5))]
        if random.random() < 0.5:
            points.reverse()
        wkt = "((" + ", ".join(map(word, points + points[:1])) + "))"
        g = ogr.CreateGeometryFromWkt("POLYGON" + wkt)
        if len(set(points)) == len(points) and g.IsValid() and g.GetArea() > 0:
            return wkt


def polygon():
    outer = ring()
    if random.random() < 0.25:
        wkt = f"POLYGON((-1 -1, {N + 1} -1, {N + 1} {N + 1}, -1 {N + 1}, -1 -1), {outer[1:-1]})"
        if ogr.CreateGeometryFromWkt(wkt).IsValid():
            return wkt
    return "POLYGON" + outer


def multipolygon():
    while True:
        wkt = f"MULTIPOLYGON({ring()}, {ring()})"
        if ogr.CreateGeometryFromWkt(wkt).IsValid():
            return wkt


def line():
    while True:
        wkt = "LINESTRING(" + ", ".join(word(at()) for _ in range(random.randint(2, 4))) + ")"
        g = ogr.CreateGeometryFromWkt(wkt)
        if g.IsSimple() and g.Length() > 0 and g.IsValid():
            return wkt


def geometry():
    return random.choice([polygon, polygon, multipolygon, line, lambda: f"POINT({word(at())})", lambda: f"MULTIPOINT({word(at())}, {word(at())})"])()


rows = []
for _ in range(700):
    a, b = geometry(), geometry()
    if random.random() < 0.05:
        b = a
    ga, gb = ogr.CreateGeometryFromWkt(a), ogr.CreateGeometryFromWkt(b)
    tests = {"s_contains": ga.Contains, "s_crosses": ga.Crosses, "s_disjoint": ga.Disjoint, "s_equals": ga.Equals, "s_intersects": ga.Intersects, "s_overlaps": ga.Overlaps, "s_touches": ga.Touches, "s_within": ga.Within}
    rows.append([a, b, [name for name, test in tests.items() if test(gb)]])
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "relations.json"), "w") as f:
    f.write("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n")
