import type { SqlValue } from '../../../pipelines/database/database.ts';

/** The parameters of one statement, and names for its tables. No value of a request becomes part of the text. */
export class Binder {
  readonly params: SqlValue[] = [];
  private aliases = 0;

  bind(value: SqlValue, type: string): string {
    this.params.push(value);
    return `$${this.params.length}::${type}`;
  }

  alias(): string {
    this.aliases += 1;
    return `t${this.aliases}`;
  }
}
