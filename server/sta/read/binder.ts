import type { SqlValue } from '../../../pipelines/database/database.ts';

/** The parameters of one statement, and names for its tables. No value of a request becomes part of the text. */
export class Binder {
  private readonly params: SqlValue[] = [];
  private aliases = 0;

  bind(value: SqlValue, type: string): string {
    this.params.push(value);
    return `$${this.params.length}::${type}`;
  }

  /** A whole statement with the values that it uses; some that were bound may have turned out not to matter. */
  statement(sql: string): { readonly sql: string; readonly params: SqlValue[] } {
    const numbers = new Map<string, number>();
    const text = sql.replace(/\$(\d+)::/g, (_, number: string) => {
      if (!numbers.has(number)) numbers.set(number, numbers.size + 1);
      return `$${numbers.get(number)!}::`;
    });
    return { sql: text, params: [...numbers.keys()].map((number) => this.params[Number(number) - 1]!) };
  }

  alias(): string {
    this.aliases += 1;
    return `t${this.aliases}`;
  }
}
