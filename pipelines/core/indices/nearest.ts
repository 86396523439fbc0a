import { nearestWords } from '../nearest.ts';
import { INDEX_IDS } from './registry.ts';

/** The ids most like a word, nearest first. */
export function nearestIndices(word: string, count = 4): readonly string[] {
  return nearestWords(word, INDEX_IDS, count);
}
