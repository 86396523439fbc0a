import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPlatformError, PlatformError } from '../../../pipelines/core/errors.ts';
import { kernelSource } from '../../../pipelines/core/expression/codegen.ts';
import { compileKernel } from '../../../pipelines/core/expression/compile.ts';
import { parseExpression } from '../../../pipelines/core/expression/parse.ts';

/** The value with red = 2, nir = 3, blue = 5. */
function value(text: string): number {
  const given: Record<string, number> = { red: 2, nir: 3, blue: 5, B8A: 7 };
  const kernel = compileKernel(text);
  const out = new Float32Array(1);
  kernel.run(
    kernel.bandNames.map((name) => Float64Array.of(given[name]!)),
    [],
    out,
  );
  return out[0]!;
}

function refusal(text: string): PlatformError {
  try {
    parseExpression(text);
  } catch (error) {
    if (isPlatformError(error)) return error;
    throw error;
  }
  throw new Error(`not refused: ${text}`);
}

describe('an expression', () => {
  it.each([
    ['-red^2', -4],
    ['(-red)^2', 4],
    ['2^nir^red', 512],
    ['red^-1', 0.5],
    ['red^-nir', 0.125],
    ['2 * -red', -4],
    ['red - -nir', 5],
    ['red - nir - blue', -6],
    ['blue / red / 5', 0.5],
    ['red + nir * blue ^ 2', 77],
    ['-red * nir', -6],
    ['- - red', 2],
    ['red < nir', 1],
    ['red + 1 >= nir', 1],
    ['(red == 2) + (red != 2) * 10', 1],
    ['red > nir', 0],
    ['where(red > nir, 10, 20)', 20],
    ['where(nir - 3, red, blue)', 5],
    ['min(blue, nir, red)', 2],
    ['max(red, nir)', 3],
    ['abs(red - blue)', 3],
    ['sqrt(nir + 1)', 2],
    ['exp(log(red))', 2],
    ['1e1 * red + .5 + 1.', 21.5],
    ['1E-2*red', Math.fround(0.02)],
    ['red\n\t+ nir', 5],
    ['B8A - 2 ^ red', 3],
  ])('%s is %d', (text, expected) => {
    expect(value(text)).toBeCloseTo(expected, 6);
  });

  it('lists its bands as they are written, in the order of first use', () => {
    expect(parseExpression('(B8A - red) / (B8A + red) * scl').bandNames).toEqual(['B8A', 'red', 'scl']);
  });

  it('keeps equal parts as one node', () => {
    const { nodes } = parseExpression('(nir - red) / (nir + red) * ((nir - red) / (nir + red))');
    expect(nodes).toHaveLength(6);
  });

  it('may be a sum of a thousand terms', () => {
    expect(value(Array.from({ length: 1000 }, () => 'red').join(' + '))).toBe(2000);
    expect(value(Array.from({ length: 800 }, (_, i) => `red^2*${i}`).join('+'))).toBe(4 * 400 * 799);
  });
});

describe('a wrong expression is refused', () => {
  it.each([
    ['red + ) 1', 7],
    ['red + foo', 7],
    ['red $ 2', 5],
    ['(red', 5],
    ['red +', 6],
    ['red red', 5],
    ['red 2', 5],
    ['2red', 2],
    ['constructor', 1],
    ['__proto__', 1],
    ['hasOwnProperty(red)', 1],
    ['toString', 1],
    ['red.constructor', 4],
    ["sqrt.constructor('return process')()", 5],
    ['`red`', 1],
    ['${red}', 1],
    ['red; red', 4],
    ['red = 1', 5],
    ['red => 1', 5],
    ['red["x"]', 4],
    ['red\\u002bnir', 4],
    ['red // nir', 6],
    ['red /* */ + nir', 6],
    ['red ** 2', 5],
    ['red && nir', 5],
    ['red ? nir : 1', 5],
    ['!red', 1],
    ['1..2', 3],
    ['1.2.3 + red', 4],
    ['1e999 * red', 1],
    ['0x10 + red', 2],
    ['where(red)', 1],
    ['sqrt(red, nir)', 1],
    ['min()', 5],
    ['sqrt red', 6],
    ['sqrt', 5],
    ['a < b', 1],
    ['red < nir < blue', 11],
    ['rеd', 2], // the second letter is Cyrillic
    ['ｒｅｄ', 1],
    ['red\u00a0+ nir', 4],
    ['red\0', 4],
    ['Red', 1],
    ['b04', 1],
    ['', 1],
    ['   ', 4],
    ['()', 2],
    ['1 + 2', 1],
    ['red,nir', 4],
  ])('%j at position %i', (text, position) => {
    const error = refusal(text);
    expect(error.code).toBe('expression-invalid');
    expect(error.detail['position']).toBe(position);
    expect(error.message).toMatch(new RegExp(`^Expression has a fault at position ${position}: `));
  });

  it('with the place shown under a caret', () => {
    expect(refusal('(nir - red) / (nir + rde)').message).toBe(
      `Expression has a fault at position 22: unknown name "rde"; bands are coastal blue green red rededge1 rededge2 ` +
        `rededge3 nir nir08 nir09 swir16 swir22 vv vh scl and B01 ... B12, functions min max abs sqrt exp log where
  (nir - red) / (nir + rde)
                       ^`,
    );
  });

  it.each([
    ['nir - Red', 'red'],
    ['B8 + nir', 'B08'],
    ['b8a + nir', 'B8A'],
  ])('with the right spelling of a band: %s', (text, band) => {
    expect(refusal(text).message).toContain(`; the band is spelled ${band}\n`);
  });

  it.each([
    ['20,000 opening brackets', '('.repeat(20_000) + 'red'],
    ['9,000 opening brackets', '('.repeat(9000) + 'red'],
    ['9,000 signs', '-'.repeat(9000) + 'red'],
    ['a tower of powers', Array.from({ length: 4000 }, () => '2').join('^') + '^red'],
    ['calls in calls', 'abs('.repeat(2000) + 'red'],
    ['a megabyte', 'red+'.repeat(250_000)],
    ['a megabyte of one name', 'x'.repeat(1e6)],
    ['a megabyte of digits', '1'.repeat(1e6)],
  ])('quickly, when it is %s', (_, text) => {
    const start = performance.now();
    const error = refusal(text);
    expect(performance.now() - start).toBeLessThan(200);
    expect(error.code).toBe('expression-invalid');
    expect(error.message.length).toBeLessThan(400);
  });

  it('or compiled to nothing but loops over its own names, whatever the text', () => {
    const words = [
      'red',
      'nir',
      'B8A',
      'sqrt',
      'where',
      'this',
      'process',
      'out',
      'b0',
      'i',
      '1',
      '1e3',
      '.5',
      '"',
      '`',
    ];
    const signs = ['+', '-', '*', '/', '^', '(', ')', ',', '<', '==', '=', '.', '[', ';', '{', '\\', '\n', ' ', '//'];
    const hostile = fc
      .array(fc.oneof(fc.constantFrom(...words), fc.constantFrom(...signs), fc.string({ maxLength: 3 })), {
        maxLength: 12,
      })
      .map((parts) => parts.join(''));
    let accepted = 0;
    fc.assert(
      fc.property(hostile, (text) => {
        let expression;
        try {
          expression = parseExpression(text);
        } catch (error) {
          expect(isPlatformError(error) && error.code).toBe('expression-invalid');
          const position = (error as PlatformError).detail['position'] as number;
          expect(position).toBeGreaterThanOrEqual(1);
          expect(position).toBeLessThanOrEqual(text.length + 1);
          return;
        }
        accepted++;
        const bands = expression.bandNames.length;
        const source = kernelSource(expression, {
          calibration: Array.from({ length: bands }, () => ({ scale: 1e-4, offset: -0.1 })),
          output: { kind: 'float32' },
          nanBands: Array.from({ length: bands }, () => true),
          masks: 1,
        });
        const left = source.replace(
          /'use strict'|\b(const|let|for|if|else|continue|return|out|length|n|i|v|last|invalid|NaN|Math\.(min|max|abs|sqrt|exp|log|pow)|[tbm]\d+|\d+(\.\d+)?(e[+-]?\d+)?)\b/g,
          '',
        );
        expect(left).toMatch(/^[\s.()[\]{};,=<>!?:+*/&-]*$/);
      }),
      { seed: 7, numRuns: 20_000 },
    );
    expect(accepted).toBeGreaterThan(100);
  });
});
