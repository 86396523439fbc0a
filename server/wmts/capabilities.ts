/** What this service has, as WMTS clients read it. @see OGC 07-057r7, Web Map Tile Service 1.0.0 */
import { TILE_MATRIX_SETS } from '../../pipelines/core/grid/tile-matrix-sets.ts';
import type { QuadTileMatrixSet } from '../../pipelines/core/grid/tile-matrix-sets.ts';
import type { LayerSummary } from '../../pipelines/core/wire.ts';
import { escapeXml } from './xml.ts';
import { limitsOf, matricesOf, TILE_SIDE } from '../ogc/tiles/matrix-sets.ts';
import { PICTURE_TYPES } from '../ogc/tiles/tile-sets.ts';

export interface WmtsLayer {
  readonly layer: LayerSummary;
  readonly zooms: readonly [min: number, max: number];
}

export const STYLE_ID = 'default';

export function capabilities(origin: string, layers: readonly WmtsLayer[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<Capabilities xmlns="http://www.opengis.net/wmts/1.0" xmlns:ows="http://www.opengis.net/ows/1.1" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.0.0">
<ows:ServiceIdentification><ows:Title>Landmeter</ows:Title><ows:Abstract>Layers of the map, one time each.</ows:Abstract><ows:ServiceType>OGC WMTS</ows:ServiceType><ows:ServiceTypeVersion>1.0.0</ows:ServiceTypeVersion></ows:ServiceIdentification>
<ows:OperationsMetadata>${['GetCapabilities', 'GetTile'].map((name) => operation(name, origin)).join('')}</ows:OperationsMetadata>
<Contents>${layers.map((one) => layerXml(one, origin)).join('')}${TILE_MATRIX_SETS.map(matrixSetXml).join('')}</Contents>
<ServiceMetadataURL xlink:href="${origin}/wmts/1.0.0/WMTSCapabilities.xml"/>
</Capabilities>`;
}

function operation(name: string, origin: string): string {
  return `<ows:Operation name="${name}"><ows:DCP><ows:HTTP><ows:Get xlink:href="${origin}/wmts?"><ows:Constraint name="GetEncoding"><ows:AllowedValues><ows:Value>KVP</ows:Value></ows:AllowedValues></ows:Constraint></ows:Get></ows:HTTP></ows:DCP></ows:Operation>`;
}

function layerXml({ layer, zooms }: WmtsLayer, origin: string): string {
  const { id, title, description, bounds, attribution } = layer;
  const [west, south, east, north] = bounds;
  const sets = TILE_MATRIX_SETS.map((set) => setLink(set, layer, zooms)).join('');
  const formats = Object.values(PICTURE_TYPES).map((type) => `<Format>${type}</Format>`);
  const time = timesOf(layer);
  const address = `${origin}/wmts/1.0.0/${encodeURIComponent(id)}/${STYLE_ID}${time.length > 0 ? '/{Time}' : ''}`;
  const resources = Object.entries(PICTURE_TYPES).map(
    ([extension, type]) =>
      `<ResourceURL format="${type}" resourceType="tile" template="${escapeXml(address)}/{TileMatrixSet}/{TileMatrix}/{TileRow}/{TileCol}.${extension}"/>`,
  );
  return `<Layer><ows:Title>${escapeXml(title.en)}</ows:Title><ows:Abstract>${escapeXml(`${description.en} ${attribution}`.trim())}</ows:Abstract><ows:WGS84BoundingBox><ows:LowerCorner>${west} ${south}</ows:LowerCorner><ows:UpperCorner>${east} ${north}</ows:UpperCorner></ows:WGS84BoundingBox><ows:Identifier>${escapeXml(id)}</ows:Identifier>${styleXml(layer, origin)}${formats.join('')}${dimension(time)}${sets}${resources.join('')}</Layer>`;
}

function styleXml({ id, kind, range }: LayerSummary, origin: string): string {
  const legend =
    kind === 'value'
      ? `<LegendURL format="image/png" xlink:href="${origin}/wmts/1.0.0/${encodeURIComponent(id)}/legend.png"/>`
      : '';
  const title = range ? `From ${range[0]} to ${range[1]}` : 'As it is';
  return `<Style isDefault="true"><ows:Title>${escapeXml(title)}</ows:Title><ows:Identifier>${STYLE_ID}</ows:Identifier>${legend}</Style>`;
}

/** Newest last. */
export function timesOf({ frames }: LayerSummary): string[] {
  return [...new Set(frames.flatMap(({ datetime }) => datetime ?? []))];
}

function dimension(times: readonly string[]): string {
  if (times.length === 0) return '';
  const values = times.map((time) => `<Value>${escapeXml(time)}</Value>`).join('');
  return `<Dimension><ows:Identifier>Time</ows:Identifier><UOM>ISO8601</UOM><Default>${escapeXml(times.at(-1)!)}</Default>${values}</Dimension>`;
}

function setLink(set: QuadTileMatrixSet, { bounds }: LayerSummary, zooms: WmtsLayer['zooms']): string {
  const limits = limitsOf(set, bounds, [0, zooms[1]]);
  if (!limits) return '';
  const rows = limits.map(
    (one) =>
      `<TileMatrixLimits><TileMatrix>${one.tileMatrix}</TileMatrix><MinTileRow>${one.minTileRow}</MinTileRow><MaxTileRow>${one.maxTileRow}</MaxTileRow><MinTileCol>${one.minTileCol}</MinTileCol><MaxTileCol>${one.maxTileCol}</MaxTileCol></TileMatrixLimits>`,
  );
  return `<TileMatrixSetLink><TileMatrixSet>${set.id}</TileMatrixSet><TileMatrixSetLimits>${rows.join('')}</TileMatrixSetLimits></TileMatrixSetLink>`;
}

function matrixSetXml(set: QuadTileMatrixSet): string {
  const [left, top] = set.pointOfOrigin;
  const matrices = matricesOf(set).map(
    ({ z, scaleDenominator, side }) =>
      `<TileMatrix><ows:Identifier>${z}</ows:Identifier><ScaleDenominator>${scaleDenominator}</ScaleDenominator><TopLeftCorner>${left} ${top}</TopLeftCorner><TileWidth>${TILE_SIDE}</TileWidth><TileHeight>${TILE_SIDE}</TileHeight><MatrixWidth>${side}</MatrixWidth><MatrixHeight>${side}</MatrixHeight></TileMatrix>`,
  );
  const scaleSet =
    set.epsg === 3857 ? '<WellKnownScaleSet>urn:ogc:def:wkss:OGC:1.0:GoogleMapsCompatible</WellKnownScaleSet>' : '';
  return `<TileMatrixSet><ows:Title>${escapeXml(set.title)}</ows:Title><ows:Identifier>${set.id}</ows:Identifier><ows:SupportedCRS>urn:ogc:def:crs:EPSG::${set.epsg}</ows:SupportedCRS>${scaleSet}${matrices.join('')}</TileMatrixSet>`;
}
