/**
 * Sends every property that Microsoft describes, one at a time: each takes effect and is read back, or is said to change
 * nothing, or is made by the server as at Microsoft, or is refused by name. None is left aside in silence (I18).
 */
import { isDeepStrictEqual } from "node:util";
import { fateOf, INERT_HEADER, type Takes } from "../../src/http/odata/takes.ts";
import type { Cast, Role } from "../golden/cast.ts";
import type { Property } from "./schemas.ts";

export type Json = Readonly<Record<string, unknown>>;

export interface Subject {
  readonly role: Role;
  readonly method: string;
  /** Each call about something of its own: what was made before is in nobody's way. */
  readonly path: (body: Json) => string;
  /** What has to be there anyway. */
  readonly body: () => Json | Promise<Json>;
  readonly samples: Readonly<Record<string, Sample>>;
  /** Makes the place free for one more. */
  readonly before?: () => Promise<unknown>;
}

export interface Sample {
  /** What is sent, and what is read back where nothing else is said; undefined: what the body has anyway. */
  readonly value: unknown;
  /** Beside it in the body, by path. */
  readonly beside?: Json;
  /** What the answer says of it; by default the same, at the same path. */
  readonly reads?: (answer: Json, path: string) => unknown;
  /** Something else than may stand there. */
  readonly not?: unknown;
}

interface Tried {
  readonly status: number;
  readonly body: Json;
  readonly inert: readonly string[];
}

/** What is wrong with how one operation takes them; empty when nothing is. */
export async function faultsOf(
  cast: Cast,
  takes: Takes,
  subject: Subject,
  properties: readonly Property[],
): Promise<string[]> {
  const faults: string[] = [];
  for (const { path, type } of properties) {
    const fault = await faultIn(cast, takes, subject, { path, type });
    if (fault !== null) faults.push(`${path}: ${fault}`);
  }
  return faults;
}

async function faultIn(
  cast: Cast,
  takes: Takes,
  subject: Subject,
  { path, type }: Property,
): Promise<string | null> {
  const sample = subject.samples[path] ?? { value: DUMMIES[type] };
  const send = (value: unknown) =>
    tried(cast, subject, { ...(value === undefined ? {} : { [path]: value }), ...sample.beside });
  const fate = fateOf(takes, path);
  switch (fate) {
    case null:
    case "refused":
      return refusedByName(await send(sample.value), path);
    case "readOnly": {
      const answer = await send(sample.value);
      if (answer.status >= 300) return said(answer);
      return isDeepStrictEqual(read(answer.body, path), sample.value) ? "took what the server makes" : null;
    }
    case "inert": {
      const answer = await send(sample.value);
      if (answer.status >= 300) return said(answer);
      if (!answer.inert.some((one) => path === one || path.startsWith(`${one}.`)))
        return `the answer does not say that it changes nothing: ${answer.inert.join(", ")}`;
      return takes.inert?.[path]?.startsWith("kept") ? readsBack(answer, path, sample) : null;
    }
    case "honoured":
    case "only": {
      if (subject.samples[path] === undefined) return "there is no sample of it";
      const answer = await send(sample.value);
      if (answer.status >= 300) return said(answer);
      const wrong = readsBack(answer, path, sample);
      if (wrong !== null || fate === "honoured") return wrong;
      if (sample.not === undefined) return "there is no sample of what may not stand there";
      return refusedByName(await send(sample.not), path);
    }
    default:
      return `is ${fate}, which is no fate of a property`;
  }
}

const DUMMIES: Readonly<Record<Property["type"], unknown>> = {
  string: "a sample",
  boolean: true,
  integer: 7,
  array: [{ sample: "a sample" }],
  object: { sample: "a sample" },
};

function readsBack({ body }: Tried, path: string, { value, reads = read }: Sample): string | null {
  const found = reads(body, path);
  const isBack = isDeepStrictEqual(found, value);
  return isBack ? null : `sent ${JSON.stringify(value)}, read ${JSON.stringify(found)}`;
}

function refusedByName({ status, body }: Tried, path: string): string | null {
  const { message = "" } = (body.error ?? {}) as { message?: string };
  const name = path.split(".").at(-1) ?? "";
  if (status !== 400) return `was not refused: ${status} ${JSON.stringify(body).slice(0, 200)}`;
  return message.includes(name) ? null : `refused without its name: ${message}`;
}

function said({ status, body }: Tried): string {
  return `${status} ${JSON.stringify(body.error ?? body)}`;
}

async function tried(
  cast: Cast,
  { role, method, path, body, before }: Subject,
  changes: Json,
): Promise<Tried> {
  await before?.();
  let payload: unknown = await body();
  for (const [name, value] of Object.entries(changes)) payload = withValue(payload, name.split("."), value);
  const response = await cast.app.inject({
    method: method as "PUT",
    url: path(payload as Json),
    headers: { authorization: role, "content-type": "application/json" },
    payload: JSON.stringify(payload),
  });
  const inert = String(response.headers[INERT_HEADER] ?? "");
  return {
    status: response.statusCode,
    body: response.body === "" ? {} : response.json(),
    inert: inert === "" ? [] : inert.split(", "),
  };
}

const LISTS = [
  ...["jitApprovers", "jitAuthorizationPolicies", "authorizations", "permissions"],
  ...["rules", "approvalStages", "primaryApprovers", "escalationApprovers"],
];

/** Names go through lists; where there is nothing yet, an object is made. `undefined` takes it out. */
function withValue(inside: unknown, [name = "", ...rest]: readonly string[], value: unknown): unknown {
  if (Array.isArray(inside)) {
    const [first = {}, ...others] = inside;
    return [withValue(first, [name, ...rest], value), ...others];
  }
  const there = (inside ?? {}) as Json;
  const below = there[name] ?? (LISTS.includes(name) ? [] : {});
  return { ...there, [name]: rest.length === 0 ? value : withValue(below, rest, value) };
}

/** The same way through an answer. */
export function read(answer: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((inside, name) => {
    const one = Array.isArray(inside) ? inside[0] : inside;
    return one === null || one === undefined ? undefined : Reflect.get(Object(one), name);
  }, answer);
}
