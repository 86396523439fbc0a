/**
 * Bands of a catalogue's scenes are opened when it is known which of them a product needs: a graph that asks for no bands
 * gets all of them and mostly computes an index of two. Until then a source is a placeholder that remembers how far it was
 * shifted.
 */
import { SAME_GRID } from '../core/raster/align.ts';
import { NO_SPECIAL_VALUES } from '../tasks/layer.ts';
import { openAll, placeOn } from './open-sources.ts';
import type { BandFile } from './open-sources.ts';
import type { CubeProduct } from './products.ts';
import type { CubeGrid, PlaneOperation, PlaneSource } from './program.ts';

interface LaterFile {
  readonly file: BandFile;
  readonly grid: CubeGrid;
}

/** Placeholders by their number, which stands where a band has the version of its file. */
export class LaterSources {
  readonly #files: LaterFile[] = [];
  readonly #known = new Map<string, number>();

  /** @param file  With its calibration. */
  add(file: BandFile, grid: CubeGrid): PlaneSource {
    const key = JSON.stringify([file, grid]);
    const index = this.#known.get(key) ?? this.#files.push({ file, grid }) - 1;
    this.#known.set(key, index);
    const { path, role, calibration, special = NO_SPECIAL_VALUES } = file;
    return {
      band: { path, version: MARK + index, band: 0, alignment: SAME_GRID, special },
      calibration: calibration!,
      file: { role, reading: NOTHING_READ },
    };
  }

  /**
   * Opens what the products read, and puts it in the place of the placeholders.
   * @param notes  Receives what a user should know.
   * @throws {PlatformError} what opening throws; `grid-mismatch`
   */
  async open(products: readonly CubeProduct[], notes: Set<string>, signal?: AbortSignal): Promise<CubeProduct[]> {
    const needed = new Set<number>();
    for (const { program } of products)
      for (const operation of program.operations)
        for (const source of sourcesIn(operation)) if (isLater(source)) needed.add(numberOf(source));
    const numbers = [...needed];
    const opened = await openAll(
      numbers.map((n) => this.#files[n]!.file),
      signal,
    );
    const sources = new Map(
      numbers.map((n, k) => [n, placeOn(this.#files[n]!.grid, this.#files[n]!.file, opened[k]!, notes)]),
    );
    const settle = <T extends PlaneSource>(source: T): T =>
      isLater(source) ? { ...source, ...shifted(sources.get(numberOf(source))!, source) } : source;
    return products.map((product) => ({
      ...product,
      program: { ...product.program, operations: product.program.operations.map((one) => settleIn(one, settle)) },
    }));
  }
}

const MARK = 'later ';

const NOTHING_READ: PlaneSource['file']['reading'] = {
  band: 1,
  dtype: '',
  nodata: null,
  scale: 1,
  offset: 0,
  grid: { width: 0, height: 0, epsg: null, transform: null },
  level: 0,
  placement: '',
};

function isLater({ band }: PlaneSource): boolean {
  return band.version.startsWith(MARK);
}

function numberOf({ band }: PlaneSource): number {
  return Number(band.version.slice(MARK.length));
}

function sourcesIn(operation: PlaneOperation): readonly PlaneSource[] {
  if (operation.kind === 'source') return [operation];
  return operation.kind === 'layer' ? operation.sources : [];
}

function settleIn(operation: PlaneOperation, settle: <T extends PlaneSource>(source: T) => T): PlaneOperation {
  if (operation.kind === 'source') return settle(operation);
  return operation.kind === 'layer' ? { ...operation, sources: operation.sources.map(settle) } : operation;
}

/** The file as it lies under the cube's grid, moved as its placeholder was. */
function shifted({ band, calibration, file }: PlaneSource, placeholder: PlaneSource): PlaneSource {
  const { scaleX, offsetX, scaleY, offsetY } = band.alignment;
  const { offsetX: col, offsetY: row } = placeholder.band.alignment;
  const alignment = { scaleX, offsetX: offsetX + col * scaleX, scaleY, offsetY: offsetY + row * scaleY };
  return { band: { ...band, alignment }, calibration, file };
}
