/** What a kind of target brings to the command line: a flag of `curfew secret` that uses a log-in instead of showing it. */

export interface TargetClient {
  /** Of the targets whose secrets it can use. */
  readonly kind: string;
  readonly flag: { readonly name: string; readonly value: string; readonly help: string };
  /** A line for those who look for one. */
  readonly example: string;
  /** Loaded when it is used: help must not wait for a driver. */
  readonly load: () => Promise<RunWith>;
}

/** `text`: what stands behind the flag. Never rejects for what the target says. */
export type RunWith = (
  secret: Readonly<Record<string, string | number>>,
  text: string,
) => Promise<ClientAnswer>;

export type ClientAnswer =
  | { readonly tables: readonly ClientTable[] }
  | {
      readonly message: string;
      /** The log-in itself was refused. */
      readonly isRefusal: boolean;
    };

export interface ClientTable {
  /** What was done, where there is nothing to show. */
  readonly command: string;
  readonly rowCount: number | null;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}
