import type { Command } from 'commander';
import type { ProductDescription } from '../../../pipelines/catalog/describe-product.ts';
import { describePath } from '../../../pipelines/runs/info.ts';
import type { Description } from '../../../pipelines/runs/info.ts';
import type { RasterSummary } from '../../../pipelines/runs/raster-summary.ts';
import type { Action, CommandModule } from '../command.ts';

function define(command: Command): void {
  command
    .argument(
      '<path>',
      'raster (GeoTIFF, COG, JPEG 2000), SAFE folder or .zip, PMTiles archive; a path or an http(s) URL',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  landmeter info B04.tif\n  landmeter info https://example.org/ndvi.tif --json',
    );
}

const run: Action = async (context, [path]) => {
  const description = await describePath(path!, { signal: context.signal });
  if (context.json) context.printJson(description.summary);
  else context.print([path!, ...rows(description).map(([name, text]) => `  ${name.padEnd(12)} ${text}`)].join('\n'));
};

type Row = readonly [name: string, text: string];

function rows(description: Description): Row[] {
  if (description.kind === 'raster') return rasterRows(description.summary);
  return description.kind === 'product' ? productRows(description.summary) : otherRows(description.summary);
}

function rasterRows(r: RasterSummary): Row[] {
  const names = r.names.filter((name) => name !== null);
  return [
    ['format', `${r.driver}, ${r.bytes === null ? 'size unknown' : `${r.bytes.toLocaleString('en')} bytes`}`],
    ['size', `${r.width} × ${r.height} pixels, ${r.bands} ${r.bands === 1 ? 'band' : 'bands'} of ${r.dtype}`],
    ...(names.length > 0 ? [['bands', names.join(', ')] as const] : []),
    ['crs', r.crs ?? (r.crsText === null ? 'none' : `without a code that is known here: ${r.crsText}`)],
    ...placeRows(r),
    ['nodata', r.nodata === null ? 'none' : String(r.nodata)],
    ['values', valuesText(r)],
    ['overviews', String(r.overviews)],
    ['compression', `${r.compression}, in blocks of ${r.blocks[0]} × ${r.blocks[1]}`],
    ['cog', r.cog ? 'yes' : 'no'],
  ];
}

function valuesText({ scale, offset, unit }: RasterSummary): string {
  const sum = offset === 0 ? '' : offset > 0 ? ` + ${offset}` : ` − ${-offset}`;
  return `${scale === 1 && offset === 0 ? 'as stored' : `stored number × ${scale}${sum}`}${unit === null ? '' : `, ${unit}`}`;
}

function productRows(p: ProductDescription): Row[] {
  const known = (value: string | number | null) => (value === null ? 'not stated' : String(value));
  return [
    ['product', `${p.product} (${p.platform}, ${p.level})`],
    ['datetime', p.datetime],
    ['baseline', known(p.baseline)],
    ['tile', known(p.tile)],
    ['crs', known(p.crs)],
    ['offset', `${p.offset} (${p.calibration.explanation})`],
    ['cloud cover', p.cloudCover === null ? 'not stated' : `${p.cloudCover} %`],
    ['bands', p.bands.map((b) => `${b.name} (${b.code}: ${b.resolutions.join(', ')} m)`).join(', ') || 'none here'],
    ['classes', p.scl === null ? 'none here' : `SCL, ${p.scl} m`],
  ];
}

function placeRows({ transform, width, height }: RasterSummary): Row[] {
  if (!transform) return [['place', 'not georeferenced']];
  const [x, a, b, y, d, e] = transform as [number, number, number, number, number, number];
  if (b !== 0 || d !== 0) return [['place', `rotated: ${transform.join(', ')}`]];
  return [
    ['pixel', `${a} × ${e}`],
    ['corners', `${x}, ${y} to ${x + a * width}, ${y + e * height}`],
  ];
}

function otherRows(summary: object): Row[] {
  return Object.entries(summary).map(([name, value]) => [
    name,
    typeof value === 'object' ? JSON.stringify(value) : String(value),
  ]);
}

export const command: CommandModule = { define, run };
