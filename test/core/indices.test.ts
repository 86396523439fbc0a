import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compileKernel } from '../../pipelines/core/expression/compile.ts';
import { COMMON_BANDS } from '../../pipelines/core/expression/names.ts';
import { INDEX_IDS, findIndex, listIndices } from '../../pipelines/core/indices/registry.ts';
import { resolveFormula } from '../../pipelines/core/indices/resolve.ts';
import { sharedStandards } from '../support/shared-data.ts';
import { indexTable } from '../support/index-table.ts';

/** Computed from reflectances as they are, stored as float32. */
function evaluate(formula: string, reflectance: Readonly<Record<string, number>>): number {
  const kernel = compileKernel(formula);
  const out = new Float32Array(1);
  kernel.run(
    kernel.bandNames.map((name) => Float64Array.of(reflectance[name]!)),
    [],
    out,
  );
  return out[0]!;
}

/** The same from digital numbers with Sentinel-2's scale and offset. */
function evaluateNumbers(formula: string, reflectance: Readonly<Record<string, number>>): number {
  const calibration = { scale: 1e-4, offset: -0.1 };
  const { bandNames } = compileKernel(formula);
  const kernel = compileKernel(formula, { calibration: bandNames.map(() => calibration) });
  const out = new Float32Array(1);
  kernel.run(
    bandNames.map((name) => Uint16Array.of(Math.round(reflectance[name]! * 10000) + 1000)),
    [],
    out,
  );
  return out[0]!;
}

/** A millionth of the value; or, where large terms cancel, what rounding leaves of them. */
const tolerance = (value: number) => Math.abs(value) * 1e-6 + 1e-13;

describe('the index catalogue', () => {
  it('has these indices', () => {
    expect(INDEX_IDS).toMatchSnapshot();
    expect(new Set(INDEX_IDS).size).toBe(INDEX_IDS.length);
  });

  it.each(listIndices())('$id gives its example', ({ formula, example, bands }) => {
    expect(Object.keys(example.bands)).toEqual(bands);
    for (const value of [evaluate(formula, example.bands), evaluateNumbers(formula, example.bands)])
      expect(Math.abs(value - example.value)).toBeLessThanOrEqual(tolerance(example.value));
  });

  it.each(listIndices())('$id says what it is', (index) => {
    expect(index.title.length).toBeGreaterThan(5);
    expect(index.reference).toMatch(/^https?:\/\/\S+$/);
    expect(index.range[0]).toBeLessThan(index.range[1]);
    for (const text of [index.purpose.en, index.purpose.nl]) expect(text).toMatch(/^[A-Z][^|\n]{20,150}\.$/);
    expect(index.purpose.nl).not.toBe(index.purpose.en);
    for (const band of index.bands) expect(COMMON_BANDS).toContain(band);
    expect(index.bands.some((band) => ['vv', 'vh'].includes(band))).toBe(index.domain === 'radar');
  });

  it('is the table in docs/indices.md', async () => {
    await expect(indexTable(listIndices())).toMatchFileSnapshot('../../docs/indices.md');
  });
});

describe('a formula is resolved', () => {
  it('from an id, in another case too', () => {
    const ndvi = {
      id: 'NDVI',
      title: 'Normalized Difference Vegetation Index',
      expression: '(nir - red) / (nir + red)',
      bandNames: ['nir', 'red'],
      range: [-1, 1],
    };
    expect(resolveFormula('NDVI')).toEqual(ndvi);
    expect(resolveFormula(' ndvi ')).toEqual(ndvi);
    expect(resolveFormula('msavi').id).toBe('MSAVI');
  });

  it('from an id that differs from another in case alone, if written exactly', () => {
    expect(resolveFormula('BAI').title).toBe('Burned Area Index');
    expect(resolveFormula('BaI').title).toBe('Bareness Index');
    expect(() => resolveFormula('bai')).toThrow('"bai" can mean BAI or BaI: write the index as it is spelled there');
  });

  it('from an expression', () => {
    expect(resolveFormula(' B08 / (red + 1) ')).toEqual({
      id: null,
      title: 'B08 / (red + 1)',
      expression: 'B08 / (red + 1)',
      bandNames: ['B08', 'red'],
      range: null,
    });
    expect(resolveFormula('red').bandNames).toEqual(['red']);
    expect(() => resolveFormula(' red +')).toThrow(/^Expression has a fault at position 7: /);
  });

  it('or refused with the nearest ids', () => {
    expect(() => resolveFormula('NDVO')).toThrow(
      /^"NDVO" at position 1 is neither a band nor one of the \d+ indices; nearest are .*\bNDVI\b/,
    );
    expect(() => resolveFormula('NIR')).toThrow(/at position 1: unknown name "NIR"; the band is spelled nir/);
    for (const word of ['constructor', '__proto__', 'toString', 'x'.repeat(9000)])
      expect(() => resolveFormula(word)).toThrow(expect.objectContaining({ code: 'index-unknown' }));
  });
});

/** Values that an evaluation of the list's own formulas gave, beside the list. */
interface Reference {
  readonly spectra: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly indices: Readonly<Record<string, { values: Readonly<Record<string, number | null>> }>>;
}

const LETTERS: Readonly<Record<string, string>> = {
  A: 'coastal',
  B: 'blue',
  G: 'green',
  R: 'red',
  RE1: 'rededge1',
  RE2: 'rededge2',
  RE3: 'rededge3',
  N: 'nir',
  N2: 'nir08',
  WV: 'nir09',
  S1: 'swir16',
  S2: 'swir22',
};

describe.skipIf(!sharedStandards)('against the list itself', () => {
  const file = resolve(sharedStandards ?? '', 'spectral-indices/expected-sentinel2.json');
  const { spectra, indices } = sharedStandards
    ? (JSON.parse(readFileSync(file, 'utf8')) as Reference)
    : { spectra: {}, indices: {} };

  it.each(Object.entries(indices))('%s has its values on every spectrum', (id, { values }) => {
    const index = findIndex(id);
    expect(index).not.toBeNull();
    for (const [name, expected] of Object.entries(values)) {
      const reflectance = Object.fromEntries(Object.entries(spectra[name]!).map(([b, value]) => [LETTERS[b]!, value]));
      for (const value of [evaluate(index!.formula, reflectance), evaluateNumbers(index!.formula, reflectance)])
        if (expected === null || !Number.isFinite(expected)) expect(value, name).toBeNaN();
        else expect(Math.abs(value - expected), name).toBeLessThanOrEqual(tolerance(expected));
    }
  });

  it('holds every index of it', () => {
    expect(Object.keys(indices).length).toBeGreaterThan(200);
  });
});
