import { seriesInk } from '../map/series-inks.ts';
import { session } from '../state/session.ts';
import { useStore } from '../state/store.ts';

const SHAPES = [
  <circle key="circle" cx="8" cy="8" r="5.5" />,
  <rect key="square" x="3" y="3" width="10" height="10" />,
  <path key="triangle" d="M8 2.5 14 13H2Z" />,
];

/** The mark of a line: its colour, and a shape for who does not tell colours apart. */
export function LineMark({ index }: { readonly index: number }) {
  const dark = useStore(session, (s) => s.dark);
  return (
    <svg
      className="line-mark"
      viewBox="0 0 16 16"
      width="16"
      height="16"
      fill={seriesInk(index, dark)}
      aria-hidden="true"
    >
      {SHAPES[index % SHAPES.length]}
    </svg>
  );
}
