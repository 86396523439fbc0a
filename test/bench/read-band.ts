/** Reads band 1 whole, by strips of 1024 rows. usage: node read-band.ts FILE */
import { enableCompileCache } from 'node:module';

// As the command line does; without it, stripping types costs more than reading a small file.
enableCompileCache();
const { openRaster } = await import('../../pipelines/io/open-raster.ts');

const source = await openRaster(process.argv[2]!);
const { width, height } = source.info;
for (let row = 0; row < height; row += 1024)
  await source.read({ col: 0, row, width, height: Math.min(1024, height - row) }, { bands: [0] });
await source.close();
