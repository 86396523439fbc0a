/** Progress on stderr: one line that is rewritten on a terminal, plain lines otherwise, nothing with `--quiet`. */
export interface Progress {
  /** Starts a stage, ending the one before. `total` in any unit; omit it where it is unknown. */
  stage(label: string, total?: number): void;
  /** Work done since the last call, in the unit of `total`. */
  advance(amount?: number): void;
  /** Ends the last stage. */
  done(): void;
}

export interface ProgressOptions {
  readonly stream: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number };
  readonly quiet: boolean;
  readonly now: () => number;
}

const REDRAW_MS = 100;
const PLAIN_LINE_MS = 5000;

export function createProgress({ stream, quiet, now }: ProgressOptions): Progress {
  if (quiet) return { stage() {}, advance() {}, done() {} };
  const terminal = stream.isTTY === true;
  let label = '';
  let total: number | undefined;
  let amount = 0;
  let started = 0;
  let drawn = 0;

  const seconds = () => `${((now() - started) / 1000).toFixed(1)} s`;
  const share = () =>
    total ? ` ${Math.min(100, Math.floor((100 * amount) / total))} %` : amount > 0 ? ` ${amount}` : '';
  const bar = () => {
    if (!total) return '';
    const full = Math.round((20 * Math.min(amount, total)) / total);
    return ` ${'█'.repeat(full)}${'░'.repeat(20 - full)}`;
  };
  const draw = (force: boolean) => {
    const at = now();
    if (!force && at - drawn < (terminal ? REDRAW_MS : PLAIN_LINE_MS)) return;
    drawn = at;
    if (terminal) stream.write(`\r\u001b[K${label}${bar()}${share()}`);
    else stream.write(`${label}${share()}\n`);
  };
  const finish = () => {
    if (label === '') return;
    stream.write(terminal ? `\r\u001b[K${label}  ${seconds()}\n` : `${label}: done in ${seconds()}\n`);
    label = '';
  };
  return {
    stage(next, nextTotal) {
      finish();
      label = next;
      total = nextTotal;
      amount = 0;
      started = now();
      drawn = started;
      if (terminal) draw(true);
    },
    advance(by = 1) {
      amount += by;
      if (label !== '') draw(false);
    },
    done: finish,
  };
}
