import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');

/** Room → what it may import: rooms by path, npm packages by name, `node:` for Node's own modules. */
const RULES: Readonly<Record<string, { readonly rooms: readonly string[]; readonly packages: readonly string[] }>> = {
  'pipelines/core': { rooms: [], packages: [] },
  'pipelines/core/geometry': { rooms: ['pipelines/core'], packages: ['@turf/turf'] },
  pipelines: {
    rooms: ['pipelines/core', 'pipelines/core/geometry'],
    packages: [
      'node:',
      'geotiff',
      'sharp',
      '@cornerstonejs/codec-openjpeg',
      'yauzl',
      'pg',
      '@electric-sql/pglite',
      'fast-xml-parser',
      'zod',
      'pmtiles',
      'pbf',
      '@maplibre/geojson-vt',
      '@maplibre/vt-pbf',
      '@mapbox/vector-tile',
      'hyparquet',
      'hyparquet-compressors',
      'hyparquet-writer',
      'nodemailer',
      'pg-boss',
      'yaml',
      'flatgeobuf',
      '@atomic-ehr/ucum',
    ],
  },
  workers: { rooms: ['pipelines', 'pipelines/core'], packages: ['node:', 'piscina'] },
  'data-samples': {
    rooms: ['pipelines', 'pipelines/core', 'pipelines/core/geometry'],
    packages: ['node:', '@turf/turf', 'geojson'],
  },
  server: {
    rooms: ['workers', 'pipelines', 'pipelines/core', 'pipelines/core/geometry', 'data-samples'],
    packages: [
      'node:',
      'express',
      'express-rate-limit',
      'commander',
      'compression',
      'helmet',
      'jose',
      'pino',
      'prom-client',
      'mqtt',
      'zod',
      'geojson',
    ],
  },
  'web/src': {
    rooms: ['pipelines/core'],
    packages: [
      'maplibre-gl',
      'pmtiles',
      'react',
      'react-dom',
      'lucide-react',
      'uplot',
      '@fontsource-variable/atkinson-hyperlegible-next',
    ],
  },
};

/** One file, one foreign thing. */
const ONE_USER: Readonly<Record<string, string>> = {
  'maplibre-gl': 'web/src/map/map.tsx',
  piscina: 'workers/',
  geotiff: 'pipelines/io/tiff/',
  pg: 'pipelines/database/postgres.ts',
  '@electric-sql/pglite': 'pipelines/database/',
  '@atomic-ehr/ucum': 'pipelines/sensors/units.ts',
  mqtt: 'server/mqtt/client.ts',
};

/** `from` is asked for, so that `export const X = 'word'` is no import. */
const IMPORT =
  /(?:^|\n)\s*(?:import|export)\b[^'";=()]*?\bfrom\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)|import\.meta\.glob\(['"]([^'"]+)/g;

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|tsx|mjs)$/.test(name) && !/(^|\/)(dist|node_modules)\//.test(name))
    .map((name) => `${folder}/${name}`);
}

function roomOf(path: string): string | undefined {
  return Object.keys(RULES)
    .filter((room) => path.startsWith(`${room}/`))
    .sort((a, b) => b.length - a.length)[0];
}

function importsOf(path: string): string[] {
  const text = readFileSync(join(ROOT, path), 'utf8');
  return [...text.matchAll(IMPORT)].map((m) => m.slice(1).find((specifier) => specifier !== undefined)!);
}

function packageOf(specifier: string): string {
  if (specifier.startsWith('node:') || builtinModules.includes(specifier)) return 'node:';
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

const files = ['pipelines', 'workers', 'server', 'data-samples', 'web/src'].flatMap((folder) => {
  try {
    return sources(folder);
  } catch {
    return [];
  }
});

describe('architecture', () => {
  it('finds the sources', () => {
    expect(files.length).toBeGreaterThan(10);
  });

  it('imports point downwards, and each room uses only its packages', () => {
    const wrong: string[] = [];
    for (const file of files) {
      const room = roomOf(file);
      if (!room) {
        wrong.push(`${file} is in no room`);
        continue;
      }
      const rule = RULES[room]!;
      for (const specifier of importsOf(file)) {
        if (specifier.startsWith('.')) {
          const target = relative(ROOT, resolve(ROOT, dirname(file), specifier)).replaceAll('\\', '/');
          const to: string = roomOf(target) ?? (target.endsWith('package.json') ? room : 'outside');
          if (to !== room && !rule.rooms.includes(to)) wrong.push(`${file} imports ${target}`);
        } else if (!specifier.startsWith('virtual:') && !rule.packages.includes(packageOf(specifier)))
          wrong.push(`${file} imports ${specifier}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('each foreign thing has one point of contact', () => {
    const wrong = files.flatMap((file) =>
      importsOf(file)
        .filter((s) => ONE_USER[packageOf(s)] && !s.endsWith('.css') && !file.startsWith(ONE_USER[packageOf(s)]!))
        .map((s) => `${file} imports ${s}`),
    );
    expect(wrong).toEqual([]);
  });
});
