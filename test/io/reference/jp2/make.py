"""Makes the JPEG 2000 files of this folder and what GDAL reads in them. Synthetic; needs GDAL with JP2OpenJPEG, and
opj_compress and opj_decompress (libopenjp2-tools) for what GDAL does not write.

    python3 make.py        in this folder
"""
import hashlib
import json
import os
import subprocess
import tempfile

import numpy as np
from osgeo import gdal, osr

gdal.UseExceptions()

W, H = 203, 181


def formula(kind):
    col, row = np.meshgrid(np.arange(W), np.arange(H))
    if kind == 'uint16':
        return ((col * col) // 8 + row * 5 + (col * row) // 16) & 0x3FFF
    if kind == 'int16':
        return (col - 100) * (row - 90) * 2
    if kind == 'uint8':
        return (col + row * 2 + (col * row) // 64) & 0xFF
    return ((col // 7 + row // 5) & 1)  # one bit


def write(name, bands, gdal_type, options, epsg=32631, transform=(600000, 10, 0, 5800000, 0, -10)):
    mem = gdal.GetDriverByName('MEM').Create('', W, H, len(bands), gdal_type)
    for i, band in enumerate(bands):
        mem.GetRasterBand(i + 1).WriteArray(band)
    srs = osr.SpatialReference()
    srs.ImportFromEPSG(epsg)
    mem.SetProjection(srs.ExportToWkt())
    mem.SetGeoTransform(transform)
    base = ['REVERSIBLE=YES', 'QUALITY=100', 'WRITE_METADATA=NO']
    gdal.GetDriverByName('JP2OpenJPEG').CreateCopy(name, mem, options=base + options)


GML, GEOTIFF = ['GMLJP2=YES', 'GeoJP2=NO'], ['GMLJP2=NO', 'GeoJP2=YES']
u16, i16, u8, bit = formula('uint16'), formula('int16'), formula('uint8'), formula('bit')
# Sentinel-2's 60 m layout: tiles of 192 pixels, precincts of 64, code-blocks of 4, here halved
write('small-precincts.jp2', [u16], gdal.GDT_UInt16, GML + ['NBITS=15', 'BLOCKXSIZE=96', 'BLOCKYSIZE=96', 'RESOLUTIONS=5',
      'PRECINCTS={32,32},{32,32},{32,32},{32,32},{32,32}', 'CODEBLOCK_WIDTH=4', 'CODEBLOCK_HEIGHT=4'])
# Sentinel-2's 20 m layout: tiles of 640 pixels, precincts of 128, code-blocks of 8, here 40, 8 and 4
write('odd-tiles.jp2', [u16], gdal.GDT_UInt16, GML + ['NBITS=15', 'BLOCKXSIZE=40', 'BLOCKYSIZE=40', 'RESOLUTIONS=4',
      'PRECINCTS={8,8},{8,8},{8,8},{8,8}', 'CODEBLOCK_WIDTH=4', 'CODEBLOCK_HEIGHT=4', 'PROGRESSION=RPCL'])
write('tile-parts.jp2', [u16], gdal.GDT_UInt16, GEOTIFF + ['NBITS=15', 'BLOCKXSIZE=64', 'BLOCKYSIZE=64', 'RESOLUTIONS=4',
      'TILEPARTS=RESOLUTIONS', 'SOP=YES', 'EPH=YES', 'PROGRESSION=RLCP'], 28992, (120000, 25, 0, 480000, 0, -25))
write('signed.jp2', [i16], gdal.GDT_Int16, GEOTIFF + ['BLOCKXSIZE=64', 'BLOCKYSIZE=128', 'RESOLUTIONS=3', 'PROGRESSION=PCRL', 'TLM=YES', 'PLT=YES'])
write('colour.jp2', [u8, 255 - u8, (u8 // 2)], gdal.GDT_Byte, GML + ['BLOCKXSIZE=128', 'BLOCKYSIZE=128', 'RESOLUTIONS=3',
      'PROGRESSION=CPRL', 'YCC=YES'], 3035, (4000000, 10, 0, 3100000, 0, -10))
write('bit.jp2', [bit], gdal.GDT_Byte, GML + ['NBITS=1', 'BLOCKXSIZE=64', 'BLOCKYSIZE=64', 'RESOLUTIONS=3'], 4326, (5, 0.01, 0, 52, 0, -0.01))
write('deep-colour.jp2', [u16, u16, u16], gdal.GDT_UInt16, GML + ['NBITS=15', 'BLOCKXSIZE=256', 'BLOCKYSIZE=256', 'RESOLUTIONS=2'])

expected = {}
for name in ('small-precincts', 'odd-tiles', 'tile-parts', 'signed', 'colour', 'bit'):
    ds = gdal.Open(name + '.jp2')
    bands = [ds.GetRasterBand(i + 1) for i in range(ds.RasterCount)]
    levels = []
    for level in range(4 if name in ('small-precincts',) else 2):
        # GDAL lists only large overviews; asking for fewer pixels makes it decode the reduced resolution
        w, h = -(-W // 2 ** level), -(-H // 2 ** level)
        arrays = []
        for b in bands:
            over = b if level == 0 else b.GetOverview(level - 1) if level - 1 < b.GetOverviewCount() else None
            arrays.append(None if over is None else over.ReadAsArray())
        if any(a is None for a in arrays):
            break
        levels.append({'width': arrays[0].shape[1], 'height': arrays[0].shape[0],
                       'sha256': [hashlib.sha256(a.tobytes()).hexdigest() for a in arrays]})
    expected[name] = {'dtype': gdal.GetDataTypeName(bands[0].DataType), 'transform': ds.GetGeoTransform(),
                      'epsg': int(ds.GetSpatialRef().GetAuthorityCode(None)), 'levels': levels}


def opj(name, options):
    """An image offset, progression changes, quality layers: written and read by OpenJPEG's own tools, without a place."""
    with tempfile.TemporaryDirectory() as folder:
        pgm, raw = os.path.join(folder, 'in.pgm'), os.path.join(folder, 'out.rawl')
        with open(pgm, 'wb') as f:
            f.write(b'P5\n%d %d\n16383\n' % (W, H) + u16.astype('>u2').tobytes())
        subprocess.run(['opj_compress', '-i', pgm, '-o', name + '.jp2'] + options, check=True, stdout=subprocess.DEVNULL)
        levels = []
        for level in range(3):
            subprocess.run(['opj_decompress', '-i', name + '.jp2', '-o', raw, '-r', str(level)], check=True,
                           stdout=subprocess.DEVNULL)
            pixels = np.fromfile(raw, '<u2')
            # ceil(x1 / 2^level) - ceil(x0 / 2^level), T.800 B-15
            x0, y0 = OFFSETS[name]
            w, h = -(-(x0 + W) // 2 ** level) - -(-x0 // 2 ** level), -(-(y0 + H) // 2 ** level) - -(-y0 // 2 ** level)
            assert pixels.size == w * h
            levels.append({'width': w, 'height': h, 'sha256': [hashlib.sha256(pixels.tobytes()).hexdigest()]})
    expected[name] = {'dtype': 'UInt16', 'transform': None, 'epsg': None, 'levels': levels}


OFFSETS = {'offset': (37, 21), 'layers': (0, 0)}
opj('offset', ['-d', '37,21', '-T', '5,9', '-t', '64,64', '-n', '4', '-b', '16,16', '-c', '[32,32],[32,32],[16,16],[16,16]',
    '-p', 'RPCL'])
opj('layers', ['-t', '64,64', '-n', '4', '-I', '-r', '20,10,4', '-POC', 'T1=0,0,3,4,1,RLCP', '-M', '63', '-TP', 'R'])
with open('expected.json', 'w') as f:
    json.dump(expected, f, indent=1)
