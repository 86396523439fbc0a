"""FlatGeobufs as GDAL writes them, with the features that it reads back: flatgeobuf.json. Run with GDAL's Python."""
import base64
import json
import os
import tempfile

from osgeo import gdal, ogr, osr

gdal.UseExceptions()
FIELDS = [('naam', ogr.OFTString), ('ha', ogr.OFTReal), ('aantal', ogr.OFTInteger64), ('dag', ogr.OFTDate), ('leeg', ogr.OFTString)]
SHAPES = [
    ('hoek', 'POLYGON ((200000 450000,200100 450000,200100 450100,200000 450000))'),
    ('gat', 'POLYGON ((200200 450000,200400 450000,200400 450200,200200 450200,200200 450000),(200250 450050,200250 450150,200350 450150,200250 450050))'),
    ('delen', 'MULTIPOLYGON (((200500 450000,200600 450000,200600 450100,200500 450000)),((200700 450000,200800 450000,200800 450100,200700 450000)))'),
    ('één', 'POLYGON Z ((201000 450000 1,201100 450000 2,201100 450100 3,201000 450000 1))'),
]


def write(path, shapes, kind, epsg, options):
    srs = osr.SpatialReference()
    srs.ImportFromEPSG(epsg)
    layer_source = ogr.GetDriverByName('FlatGeobuf').CreateDataSource(path)
    layer = layer_source.CreateLayer('velden', srs, kind, options)
    for name, type_ in FIELDS:
        layer.CreateField(ogr.FieldDefn(name, type_))
    for k, (name, wkt) in enumerate(shapes):
        feature = ogr.Feature(layer.GetLayerDefn())
        feature['naam'] = name
        feature['ha'] = 1.5 * k
        feature['aantal'] = 4_000_000_000 + k
        feature['dag'] = f'2024-05-0{k + 1}'
        feature.SetGeometry(ogr.CreateGeometryFromWkt(wkt))
        layer.CreateFeature(feature)
    del layer, layer_source


def read(path):
    source = ogr.Open(path)
    found = []
    for feature in source.GetLayer(0):
        geometry = feature.GetGeometryRef()
        geometry.FlattenTo2D()
        found.append(dict(naam=feature['naam'], ha=feature['ha'], aantal=feature['aantal'], dag=str(feature['dag']).replace('/', '-'),
                          geometry=json.loads(geometry.ExportToJson(['COORDINATE_PRECISION=3']))))
    return found


out = {}
with tempfile.TemporaryDirectory() as folder:
    for name, shapes, kind, epsg, options in [
        ('indexed', SHAPES, ogr.wkbUnknown, 28992, []),
        ('plain', SHAPES[:2], ogr.wkbPolygon, 32631, ['SPATIAL_INDEX=NO']),
        ('points', [('punt', 'POINT (200000 450000)')], ogr.wkbPoint, 28992, []),
    ]:
        path = os.path.join(folder, name + '.fgb')
        write(path, shapes, kind, epsg, options)
        with open(path, 'rb') as file:
            out[name] = dict(file=base64.b64encode(file.read()).decode(), epsg=epsg, features=read(path))
with open(os.path.join(os.path.dirname(__file__), 'flatgeobuf.json'), 'w') as file:
    json.dump(out, file, indent=1, ensure_ascii=False)
    file.write('\n')
