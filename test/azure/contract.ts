/** Microsoft's OpenAPI files, where they are beside the checkout: which operation an answer is of, and whether it has its form. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";

const ROOT = new URL("../../../shared/reference/azure/", import.meta.url).pathname;
export const MISSING = existsSync(ROOT)
  ? undefined
  : "Microsoft's OpenAPI files are not beside this checkout";

export interface ContractAnswer {
  readonly method: string;
  /** With its query. */
  readonly url: string;
  readonly status: number;
  readonly body: unknown;
}

interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, { readonly schema?: object }>>;
}

interface Described {
  readonly method: string;
  readonly template: readonly string[];
  readonly operation: Operation;
  readonly file: string;
}

export interface Contract {
  /** What is wrong with an answer by Microsoft's own description; empty when nothing is. Null: no operation of theirs. */
  faults(answer: ContractAnswer): { readonly operationId: string; readonly faults: readonly string[] } | null;
}

export function loadContract(): Contract {
  const ajv = new Ajv({ strict: false, allErrors: true, formats: FORMATS, discriminator: false });
  const described: Described[] = [];
  for (const file of globSync("**/*.json", { cwd: ROOT })) {
    const document = JSON.parse(readFileSync(join(ROOT, file), "utf8"), forValidation);
    ajv.addSchema(document, `contract://azure/${file}`);
    for (const [path, methods] of Object.entries<Record<string, Operation>>(document.paths ?? {})) {
      for (const [method, operation] of Object.entries(methods)) {
        // "By id" takes any path there is; the same operation by its own path is described beside it.
        if (operation.operationId === undefined || /^\/\{\w+\}$/.test(path)) continue;
        described.push({
          method: method.toUpperCase(),
          template: path.split("/").filter(Boolean),
          operation,
          file,
        });
      }
    }
  }
  const validators = new Map<string, ValidateFunction>();
  return {
    faults({ method, url, status, body }) {
      const path = (url.split("?")[0] ?? "").split("/").filter(Boolean).map(decodeURIComponent);
      const found = described
        .filter((one) => one.method === method && matches(one.template, path))
        .sort((a, b) => fixed(b.template) - fixed(a.template))[0];
      if (found === undefined) return null;
      const { operationId, responses } = found.operation;
      const named = responses[String(status)] === undefined ? "default" : String(status);
      const response = responses[named];
      if (response === undefined) return { operationId, faults: [`status ${status} is not described`] };
      if (status < 400 && named === "default")
        return { operationId, faults: [`status ${status} is not described`] };
      if (response.schema === undefined) return { operationId, faults: [] };
      const pointer = [
        "paths",
        `/${found.template.join("/")}`,
        method.toLowerCase(),
        "responses",
        named,
        "schema",
      ];
      const key = `contract://azure/${found.file}#/${pointer.map(escapePointer).join("/")}`;
      const validate = validators.get(key) ?? ajv.compile({ $ref: key });
      validators.set(key, validate);
      if (validate(body)) return { operationId, faults: [] };
      return {
        operationId,
        faults: (validate.errors ?? []).map((one) => `${one.instancePath} ${one.message}`),
      };
    },
  };
}

const FORMATS = {
  "date-time": (text: string) => !Number.isNaN(Date.parse(text)) && text.includes("T"),
  duration: /^P(?!$)/,
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  int32: true,
  int64: true,
  uri: true,
  byte: true,
  password: true,
  decimal: true,
  float: true,
  double: true,
} as const;

/** Swagger 2.0 as JSON Schema: `x-nullable`, no OpenAPI `discriminator`; enumerations that may grow stay what they are today. */
function forValidation(key: string, value: unknown): unknown {
  if (key === "discriminator" || key === "example" || key === "x-ms-examples") return undefined;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  if ("x-nullable" in value && "type" in value) return { ...value, type: [value.type, "null"] };
  return value;
}

/** A parameter takes one segment; `{scope}` takes as many as there are. */
function matches(template: readonly string[], path: readonly string[]): boolean {
  const [first, ...rest] = template;
  if (first === undefined) return path.length === 0;
  if (first === "{scope}" || first === "{parentResourcePath}") {
    for (let taken = 0; taken <= path.length; taken++) if (matches(rest, path.slice(taken))) return true;
    return false;
  }
  const [head, ...tail] = path;
  if (head === undefined) return false;
  return (first.startsWith("{") || first.toLowerCase() === head.toLowerCase()) && matches(rest, tail);
}

function fixed(template: readonly string[]): number {
  return template.filter((part) => !part.startsWith("{")).length;
}

function escapePointer(part: string): string {
  return encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"));
}
