/** Words that `change` and `polygonize` share: areas, and which pixels belong together. */
import type { Command } from 'commander';
import { PlatformError } from '../../pipelines/core/errors.ts';
import type { Connectedness } from '../../pipelines/core/raster/components.ts';
import { CONNECTEDNESS } from '../../pipelines/core/raster/components.ts';

export function addConnectednessOption(command: Command): void {
  command.option('--connectedness <n>', 'pixels belong together that touch by edges (4), or by corners too (8)', '4');
}

/** @throws {PlatformError} `usage` */
export function parseConnectedness(option: unknown): Connectedness {
  const found = CONNECTEDNESS.find((n) => String(n) === option);
  if (found) return found;
  throw new PlatformError('usage', `--connectedness is "${String(option)}"; 4 and 8 are accepted`);
}

const SQUARE_METRES: Readonly<Record<string, number>> = { '': 1, m2: 1, 'm²': 1, ha: 10_000, km2: 1e6, 'km²': 1e6 };

/** `500`, `500m2`, `0.5ha` → square metres; null where the option is absent. @throws {PlatformError} `usage` */
export function parseArea(name: string, option: unknown): number | null {
  if (option === undefined) return null;
  const text = option as string;
  const match = /^(\d+(?:\.\d+)?|\.\d+)\s*(m2|m²|ha|km2|km²)?$/i.exec(text.trim());
  if (match) return Number(match[1]) * SQUARE_METRES[(match[2] ?? '').toLowerCase()]!;
  throw new PlatformError('usage', `${name} is "${text}"; an area is accepted, such as 500m2 or 0.5ha`);
}

/** Square metres as people read them. */
export function areaText(squareMetres: number): string {
  return squareMetres >= 10_000
    ? `${Number((squareMetres / 10_000).toPrecision(6))} ha`
    : `${Number(squareMetres.toPrecision(6))} m²`;
}
