"""Makes shapes.json: a zipped shapefile and well-known binary by GDAL, with the geometries and attributes they hold."""
import base64, io, json, os, tempfile, zipfile
from osgeo import gdal, ogr, osr

ogr.UseExceptions()
GEOMETRIES = [
    'POLYGON Z ((155000 463000 1,155100 463000 2,155100 463100 3,155000 463100 4,155000 463000 1),(155020 463020 1,155020 463040 1,155040 463040 1,155040 463020 1,155020 463020 1))',
    'MULTIPOLYGON Z (((156000 463000 1,156050 463000 1,156050 463050 1,156000 463050 1,156000 463000 1)),((157000 463000 1,157090 463000 1,157090 463090 1,157000 463090 1,157000 463000 1),(157010 463010 1,157010 463020 1,157020 463020 1,157020 463010 1,157010 463010 1)))',
]
folder = tempfile.mkdtemp()
srs = osr.SpatialReference(); srs.ImportFromEPSG(28992)
data = ogr.GetDriverByName('ESRI Shapefile').CreateDataSource(folder)
layer = data.CreateLayer('velden', srs, ogr.wkbPolygon25D, ['ENCODING=ISO-8859-1'])
for name, kind in (('naam', ogr.OFTString), ('nr', ogr.OFTInteger), ('ha', ogr.OFTReal), ('dag', ogr.OFTDate)):
    layer.CreateField(ogr.FieldDefn(name, kind))
rows = [('Café Noord', 7, 1.25, '2024/06/01'), (None, None, None, None)]
for wkt, row in zip(GEOMETRIES, rows):
    feature = ogr.Feature(layer.GetLayerDefn()); feature.SetGeometry(ogr.CreateGeometryFromWkt(wkt))
    for k, value in enumerate(row): value is not None and feature.SetField(k, value)
    layer.CreateFeature(feature)
data = layer = None
packed = io.BytesIO()
with zipfile.ZipFile(packed, 'w', zipfile.ZIP_DEFLATED) as archive:
    for name in sorted(os.listdir(folder)): archive.write(f'{folder}/{name}', f'velden/{name}')

def flat(wkt):
    g = ogr.CreateGeometryFromWkt(wkt); g.FlattenTo2D(); return json.loads(g.ExportToJson())

WKB = ['POINT (1 2)', 'LINESTRING Z (1 2 3,4 5 6)', 'MULTIPOINT ((1 2),(3 4))', 'MULTILINESTRING ((1 2,3 4),(5 6,7 8))',
       'GEOMETRYCOLLECTION (POINT (1 2),POLYGON ((0 0,1 0,1 1,0 0)))', 'POINT ZM (1 2 3 4)', *GEOMETRIES]
wkb = [dict(wkb=bytes(ogr.CreateGeometryFromWkt(w).ExportToIsoWkb(order)).hex(), geometry=flat(w)) for w in WKB for order in (ogr.wkbNDR, ogr.wkbXDR)]
json.dump(dict(gdal=gdal.VersionInfo('RELEASE_NAME'), zip=base64.b64encode(packed.getvalue()).decode(),
               features=[dict(geometry=flat(w), properties=dict(zip(('naam', 'nr', 'ha', 'dag'), (r[0], r[1], r[2], r[3] and r[3].replace('/', '-'))))) for w, r in zip(GEOMETRIES, rows)],
               wkb=wkb), open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'shapes.json'), 'w'), indent=1)
