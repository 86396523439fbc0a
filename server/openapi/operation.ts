/** What is written down of an operation of the API. */

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

export interface Operation {
  readonly path: string;
  /** Default `get`. What writes needs a token. */
  readonly method?: Method;
  /** A POST that only asks: it needs no token. */
  readonly isQuery?: boolean;
  /** Schema of a JSON body. */
  readonly body?: object;
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly answers: Readonly<
    Record<string, { readonly description: string; readonly mediaType?: string; readonly schema?: object }>
  >;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly description: string;
  readonly schema: object;
}

export const text = (name: string, where: Parameter['in'], description: string): Parameter => ({
  name,
  in: where,
  description,
  schema: { type: 'string' },
});
