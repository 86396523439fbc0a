/** Rows of tables of defects, held against the codes that there are. */
import { nameDefect, scoreOfAsset, scoreOfPart, SERIOUSNESS, worstDefect } from './condition.ts';
import type { Aggregation, AssetScore, Defect, ScoredPart, Seriousness } from './condition.ts';

/** Cells as they are in the table; null where there is none. */
export interface DefectCells {
  readonly part: string | null;
  readonly seriousness: string | null;
  readonly extent: string | null;
  readonly intensity: string | null;
  readonly weight: string | null;
}

export interface PartRow {
  readonly part: string;
  /** Null: the part was looked at and has no defect. */
  readonly defect: Defect | null;
  readonly weight: number;
}

/** Words for the seriousness in Dutch inspection forms. */
const WORDS: Readonly<Record<string, Seriousness>> = { gering: 'minor', serieus: 'serious', ernstig: 'critical' };

/** Why a row is refused, in words that continue "row 17: …". */
export class RowFault extends Error {}

/** @throws {RowFault} naming the cell, what it holds and what is accepted */
export function parsePartRow({ part, seriousness, extent, intensity, weight }: DefectCells): PartRow {
  if (part === null || part.trim() === '') throw new RowFault('its part is empty');
  const worth = weight === null ? 1 : Number(weight);
  if (!(worth > 0) || !Number.isFinite(worth)) throw new RowFault(`weight "${weight}" is no number above 0`);
  const isWhole = seriousness === null && extent === null && intensity === null;
  const defect = isWhole
    ? null
    : {
        seriousness: parseSeriousness(seriousness),
        extent: parseStep('extent', extent, 5),
        intensity: parseStep('intensity', intensity, 3),
      };
  return { part: part.trim(), defect, weight: worth };
}

function parseSeriousness(cell: string | null): Seriousness {
  const word = cell?.trim().toLowerCase() ?? '';
  const found = SERIOUSNESS.find((one) => one === word) ?? WORDS[word];
  if (found) return found;
  throw new RowFault(`seriousness "${cell ?? ''}" is not known; ${SERIOUSNESS.join(', ')} are accepted`);
}

function parseStep(name: string, cell: string | null, most: number): number {
  const text = cell?.trim() ?? '';
  const value = Number(text);
  if (text !== '' && Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new RowFault(`${name} "${text}" is not known; whole numbers from 1 to ${most} are accepted`);
}

export interface ScoredAsset extends AssetScore {
  readonly parts: readonly ScoredPart[];
}

/** Rows of one asset become its parts in the order in which they come, and those its score. A weight is the last one said. */
export function scoreRows(rows: readonly PartRow[], aggregation?: Aggregation): ScoredAsset {
  const found = new Map<string, { defects: Defect[]; weight: number }>();
  for (const { part, defect, weight } of rows) {
    const known = found.get(part) ?? { defects: [], weight };
    if (defect) known.defects.push(defect);
    found.set(part, { ...known, weight });
  }
  const parts = [...found].map(([part, { defects, weight }]): ScoredPart => ({
    part,
    score: scoreOfPart(defects, aggregation),
    worst: worstDefect(defects),
    defects: defects.length,
    weight,
  }));
  return { ...scoreOfAsset(parts, aggregation), parts };
}

/** What stands beside an aggregate: `deck: critical, extent 4, intensity 3`. */
export function worstOf({ worstPart }: AssetScore): string {
  return worstPart.worst === null
    ? `${worstPart.part}: no defect`
    : `${worstPart.part}: ${nameDefect(worstPart.worst)}`;
}
