import { expect, it } from 'vitest';
import type { SpectralIndex } from '../../../pipelines/core/indices/definition.ts';
import type { CliContext } from '../../../server/cli/command.ts';
import { command } from '../../../server/cli/commands/indices.ts';

async function indices(words: readonly string[], json = false): Promise<{ text: string; value: SpectralIndex[] }> {
  let text = '';
  let value: SpectralIndex[] = [];
  const context = {
    json,
    print: (line: string) => void (text += line),
    printJson: (document: unknown) => void (value = document as SpectralIndex[]),
  };
  await command.run(context as CliContext, words, {});
  return { text, value };
}

it('indices prints all of them under their domains', async () => {
  const { text } = await indices([]);
  expect(text).toMatch(/^VEGETATION\n {2}ARVI +Atmospherically Resistant Vegetation Index {2}\(nir red blue\)\n/);
  expect(text).toMatch(/\n\nWATER\n/);
  expect(text).toMatch(/\n\n(\d+) indices; "landmeter indices ID" shows one, --json everything$/);
});

it('indices ID shows one, with its formula and use', async () => {
  expect((await indices(['ndwi'])).text).toBe(`NDWI  Normalized Difference Water Index
  Open water: lakes, rivers, floods.
  domain     water
  formula    (green - nir) / (green + nir)
  bands      green nir
  range      -1 to 1
  reference  https://doi.org/10.1080/01431169608948714`);
});

it('indices WORD finds it in titles, purposes of both languages, bands and domains', async () => {
  const found = async (word: string) => (await indices([word], true)).value.map(({ id }) => id);
  expect(await found('rapeseed')).toEqual(['NDYI', 'NRFIg', 'NRFIr']);
  expect(await found('koolzaad')).toEqual(['NDYI', 'NRFIg', 'NRFIr']);
  expect(await found('radar')).toContain('VVVHR');
  expect(await found('coastal')).toContain('NPCI');
});

it('indices --json prints an array with every promised field', async () => {
  const { value } = await indices([], true);
  for (const index of value)
    expect(Object.keys(index)).toEqual(
      expect.arrayContaining(['id', 'title', 'formula', 'bands', 'range', 'reference', 'domain', 'purpose', 'example']),
    );
});

it('indices refuses a word that nothing has', async () => {
  await expect(indices(['ndviii'])).rejects.toThrow(/^No index has "ndviii" in its .*; nearest ids are NDVI/);
});
