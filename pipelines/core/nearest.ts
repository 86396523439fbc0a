/** Words longer than any name of ours are not compared letter by letter. */
const MAX_WORD = 40;

/** The known words most like one that is not known, nearest first: by the fewest letters to change, case aside. */
export function nearestWords(word: string, known: readonly string[], count = 4): readonly string[] {
  const asked = word.slice(0, MAX_WORD).toLowerCase();
  return known
    .map((candidate) => ({ candidate, changes: distance(asked, candidate.toLowerCase()) }))
    .sort((a, b) => a.changes - b.changes)
    .slice(0, count)
    .map(({ candidate }) => candidate);
}

/** Letters inserted, removed, replaced, or swapped with the one beside them (optimal string alignment). */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + Number(a[i - 1] !== b[j - 1]));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      next.push(swapped ? Math.min(changed, before[j - 2]! + 1) : changed);
    }
    [before, row] = [row, next];
  }
  return row[b.length]!;
}
