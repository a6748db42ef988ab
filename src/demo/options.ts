/** What `curfew demo` can be told. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";

/** Where the command line looks for a demo that it is told nothing of. */
export const DEFAULT_FOLDER = "./.curfew-demo";

export interface DemoOptions {
  readonly dataDir: string;
  readonly readyFile: string | null;
  readonly httpPort: number;
  readonly httpsPort: number;
  /** Of the page that shows what is mailed. */
  readonly mailPort: number;
}

/** @throws with a sentence for a port that is none or a flag that is unknown */
export function readOptions(argv: readonly string[]): DemoOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      "data-dir": { type: "string", default: DEFAULT_FOLDER },
      "ready-file": { type: "string" },
      "http-port": { type: "string", default: "8080" },
      "https-port": { type: "string", default: "8443" },
      "mail-port": { type: "string", default: "0" },
    },
  });
  const readyFile = values["ready-file"];
  return {
    dataDir: resolve(values["data-dir"]),
    readyFile: readyFile === undefined ? null : resolve(readyFile),
    httpPort: portOf("--http-port", values["http-port"]),
    httpsPort: portOf("--https-port", values["https-port"]),
    mailPort: portOf("--mail-port", values["mail-port"]),
  };
}

function portOf(flag: string, text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535)
    throw new Error(`${flag} takes a port from 0 (any) to 65535, not \`${text}\``);
  return port;
}
