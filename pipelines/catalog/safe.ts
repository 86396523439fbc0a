/** Sentinel-2 products in ESA's own form (SAFE, compact since December 2016), Level-1C and Level-2A. */
import { PlatformError } from '../core/errors.ts';
import { toScaleOffset } from '../core/raster/calibrate.ts';
import type { XmlNode } from '../io/xml.ts';
import { attribute, elements, findElement, parseXml, textAt, textOf } from '../io/xml.ts';
import { findBand, SENTINEL2_BANDS } from './bands.ts';
import type { ProductFiles } from './product-files.ts';
import { openProductFiles, readTextFile } from './product-files.ts';
import type { SceneCalibration } from './radiometry.ts';
import { baselineOfName, decideCalibration } from './radiometry.ts';
import type { Scene, SceneBand } from './scene.ts';
import { epsgOfTile, finestOf } from './scene.ts';

const METADATA = /^MTD_MSIL(1C|2A)\.xml$/;
/** `…/IMG_DATA/R60m/T29UNU_20221005T115411_B04_60m.jp2`; Level-1C has no resolution in the name. */
const IMAGE = /(?:^|\/)IMG_DATA\/(?:[^/]+\/)?[^/]*_(B\d[\dA]|SCL)(?:_(\d\d)m)?\.jp2$/;

/** @throws {PlatformError} `format-unknown` where there is no product; `format-damaged` where its metadata say too little. */
export async function readSafe(path: string): Promise<Scene> {
  const files = await openProductFiles(path);
  const metadataName = files.names.find((name) => METADATA.test(name));
  if (!metadataName)
    throw new PlatformError(
      'format-unknown',
      `${path} is no Sentinel-2 product: it holds no MTD_MSIL2A.xml or MTD_MSIL1C.xml`,
    );
  const metadataPath = files.pathOf(metadataName);
  const root = parseXml(await readTextFile(metadataPath), metadataPath);
  const level = metadataName === 'MTD_MSIL1C.xml' ? 'L1C' : 'L2A';
  const product = readProductInfo(root, files, metadataPath);
  const image = findElement(root, 'Product_Image_Characteristics') ?? {};
  const calibrations = readCalibrations(image, product.baseline);
  const found = readImages(files, image, calibrations);
  const sclFiles = found.filter((file) => file.name === 'scl').map(({ path: at, gsd }) => ({ path: at, gsd }));
  const bandFiles = found.filter((file) => file.name !== 'scl');
  return {
    ...product,
    metadataPath,
    level,
    bands: finestOf(bandFiles),
    files: bandFiles,
    scl: sclFiles[0] ?? null,
    sclFiles,
    calibration: calibrations[0]!,
  };
}

function readProductInfo(root: XmlNode, files: ProductFiles, metadataPath: string) {
  const info = findElement(root, 'Product_Info');
  const datetime = info && textAt(info, 'PRODUCT_START_TIME');
  if (!info || !datetime || Number.isNaN(Date.parse(datetime)))
    throw new PlatformError(
      'format-damaged',
      `${metadataPath} has no product information with a start time; download the product again`,
    );
  const id = (textAt(info, 'PRODUCT_URI') ?? files.name).replace(/\.SAFE$/i, '');
  const tile = /_T(\d\d[A-Z]{3})(?:_|$)/.exec(id)?.[1] ?? null;
  const quality = findElement(root, 'Quality_Indicators_Info');
  const cloud = Number((quality && textAt(quality, 'Cloud_Coverage_Assessment')) ?? Number.NaN);
  return {
    id,
    platform: (textAt(info, 'Datatake', 'SPACECRAFT_NAME') ?? 'sentinel-2').toLowerCase(),
    baseline: textAt(info, 'PROCESSING_BASELINE') ?? baselineOfName(id),
    tile,
    datetime,
    epsg: tile === null ? null : epsgOfTile(tile),
    cloudCover: Number.isFinite(cloud) ? cloud : null,
  };
}

/** One calibration per band, in ESA's order. */
function readCalibrations(image: XmlNode, baseline: string | null): SceneCalibration[] {
  const quantification =
    textAt(image, 'QUANTIFICATION_VALUES_LIST', 'BOA_QUANTIFICATION_VALUE') ??
    textAt(image, 'L1C_L2A_Quantification_Values_List', 'L2A_BOA_QUANTIFICATION_VALUE') ??
    textAt(image, 'QUANTIFICATION_VALUE');
  const offsets = new Map<number, number>();
  const listed = [
    ...elements(image, 'BOA_ADD_OFFSET_VALUES_LIST', 'BOA_ADD_OFFSET'),
    ...elements(image, 'Radiometric_Offset_List', 'RADIO_ADD_OFFSET'),
  ];
  for (const element of listed) offsets.set(Number(attribute(element, 'band_id')), Number(textOf(element)));
  return SENTINEL2_BANDS.map((_, bandId) =>
    decideCalibration({
      baseline,
      quantification: quantification === null ? null : Number(quantification),
      addOffset: offsets.get(bandId) ?? null,
      alreadyApplied: false,
      source: 'The product metadata',
    }),
  );
}

/** Nodata 0 and saturated 65535, unless the product says otherwise. */
function readSpecialValue(image: XmlNode, name: string, otherwise: number): number {
  for (const special of elements(image, 'Special_Values')) {
    const value = Number(textAt(special, 'SPECIAL_VALUE_INDEX') ?? Number.NaN);
    if (textAt(special, 'SPECIAL_VALUE_TEXT') === name && Number.isFinite(value)) return value;
  }
  return otherwise;
}

/** The image files that are there (a product may lack some that its metadata list), finest first. */
function readImages(files: ProductFiles, image: XmlNode, calibrations: readonly SceneCalibration[]): SceneBand[] {
  const nodata = readSpecialValue(image, 'NODATA', 0);
  const saturated = readSpecialValue(image, 'SATURATED', 65535);
  const found: SceneBand[] = [];
  for (const name of files.names) {
    const [, code, metres] = IMAGE.exec(name) ?? [];
    const band = code === undefined ? null : findBand(code);
    const path = files.pathOf(name);
    if (code === 'SCL')
      found.push({
        name: 'scl',
        code,
        path,
        gsd: Number(metres ?? 20),
        scale: 1,
        offset: 0,
        nodata: 0,
        saturated: null,
      });
    if (!band) continue;
    const calibration = calibrations[SENTINEL2_BANDS.indexOf(band)]!;
    found.push({
      name: band.name,
      code: band.code,
      path,
      gsd: Number(metres ?? band.gsd),
      ...toScaleOffset(calibration),
      nodata,
      saturated,
    });
  }
  return found.sort((a, b) => a.gsd - b.gsd || a.code.localeCompare(b.code));
}
