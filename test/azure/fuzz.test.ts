/** Anything at all sent to the compatible surfaces: never a 500, never a hang, always an error that says what is wrong. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { parseFilter } from "../../src/http/odata/filter.ts";
import { type Cast, openCast, ROLES, type Role } from "../golden/cast.ts";
import { learnIds, places } from "../golden/operations.ts";
import { EXAMPLES } from "./examples.ts";
import { GRAPH_EXAMPLES } from "./graph-examples.ts";

const SEED = Number(process.env.CURFEW_FUZZ_SEED ?? Date.now() % 2 ** 31);
const RUNS = Number(process.env.CURFEW_FUZZ_RUNS ?? 600);
/** Far more than any answer takes; what passes it hangs. */
const PATIENCE_MS = 10_000;

let cast: Cast;
const samples: { method: string; path: string; body: unknown }[] = [];
before(async () => {
  cast = await openCast();
  await learnIds(cast);
  for (const [examples, role] of [
    [EXAMPLES, "requester"],
    [GRAPH_EXAMPLES, "member"],
  ] as const) {
    for (const example of Object.values(examples)) {
      const { method, path, body } = await example.make(cast, role);
      samples.push({ method, path, body });
    }
  }
});
after(() => cast.close());

async function send(role: Role, method: string, path: string, body: unknown): Promise<void> {
  const answer = await Promise.race([
    cast.at(role, method, path, body),
    new Promise<never>((_, reject) => {
      setTimeout(() => reject(new Error(`no answer within ${PATIENCE_MS} ms`)), PATIENCE_MS).unref();
    }),
  ]);
  assert.ok(
    answer.status < 500,
    `${method} ${path} ${JSON.stringify(body)}: ${answer.status} ${JSON.stringify(answer.body)}`,
  );
  if (answer.status < 400) return;
  // What is no address at all, or leads out of the surface by `..`, is refused in Curfew's own form.
  const { error, ...problem } = answer.body as { error?: unknown; code?: unknown; detail?: unknown };
  const { code, message } = (error ?? { code: problem.code, message: problem.detail }) as Record<
    string,
    unknown
  >;
  assert.ok(
    typeof code === "string" && typeof message === "string" && message.length > 0,
    `${method} ${path}: ${JSON.stringify(answer.body)}`,
  );
}

const role = fc.constantFrom(...ROLES.filter((one) => one !== "nobody"));
const word = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.constantFrom(
    "%00",
    "\u0000",
    "a\u0000b",
    "%2500",
    "%0A",
    "__proto__",
    "constructor",
    "%2F",
    "..",
    "%E2%80%AE",
    "a".repeat(300),
    "{scope}",
    "'",
    "%",
    "null",
    "💥",
  ),
);
const filterPiece = fc.constantFrom(
  "principalId",
  "eq",
  "and",
  "or",
  "not",
  "(",
  ")",
  "'x'",
  "'",
  "asTarget()",
  "atScope()",
  "assignedTo('",
  "')",
  ",",
  "true",
  "null",
  "ne",
  "gt",
  "2020-01-01T00:00:00Z",
  "status",
  "createdOn",
  "roleDefinitionId",
  "startswith(",
  "__proto__(",
  "constructor(",
  "__proto__",
  "constructor",
  "(((((((((((((((((",
  "''",
  "%27",
  "a/b",
  "-1e999",
);
const filter = fc.oneof(
  fc.array(filterPiece, { maxLength: 40 }).map((pieces) => pieces.join(" ")),
  fc.string({ maxLength: 200 }),
  word.map((text) => `displayName eq '${text}' or scopeId eq '${text}'`),
);

/** The same letters in another case, slashes doubled. */
function disguised(path: string, bits: readonly boolean[]): string {
  const [before = "", query] = path.split("?");
  const letters = [...before].map((char, at) => (bits[at % bits.length] ? char.toUpperCase() : char));
  const doubled = letters.join("").replace(/\//g, bits[0] ? "//" : "/");
  return query === undefined ? doubled : `${doubled}?${query}`;
}

/** One value somewhere inside becomes another. */
function mutated(body: unknown, choices: readonly number[], value: unknown): unknown {
  if (typeof body !== "object" || body === null || choices.length === 0) return value;
  const keys = Object.keys(body);
  const key = keys[(choices[0] ?? 0) % Math.max(1, keys.length)];
  if (key === undefined) return value;
  const inner = mutated(Reflect.get(body, key), choices.slice(1), value);
  return Array.isArray(body)
    ? body.map((one, at) => (String(at) === key ? inner : one))
    : { ...body, [key]: inner };
}

const check = <T>(name: string, arbitrary: fc.Arbitrary<T>, run: (value: T) => Promise<void>) =>
  test(`${name} (seed ${SEED})`, { timeout: 200_000 }, () =>
    fc.assert(fc.asyncProperty(arbitrary, run), { seed: SEED, numRuns: RUNS, endOnFailure: true }),
  );

check(
  "paths, casing and query",
  fc.tuple(
    role,
    fc.nat(),
    fc.array(fc.boolean(), { minLength: 3, maxLength: 7 }),
    fc.array(word, { maxLength: 3 }),
    filter,
  ),
  async ([who, at, bits, words, text]) => {
    const sample = samples[at % samples.length];
    assert.ok(sample);
    const extra = words.map((one) => `/${encodeURIComponent(one)}`).join("");
    const [path = "", query = ""] = sample.path.split("?");
    const method = at % 5 === 0 ? "GET" : sample.method;
    const position = at % 4 === 0 ? `&$skiptoken=${Buffer.from(words[0] ?? "").toString("base64url")}` : "";
    const url = disguised(
      `${path}${extra}?${query}&$filter=${encodeURIComponent(text)}&$top=${at % 1_000}${position}`,
      bits,
    );
    await send(who, method, url, method === "GET" || method === "DELETE" ? undefined : sample.body);
  },
);

check(
  "raw paths that nobody would write",
  fc.tuple(
    role,
    fc.array(word, { minLength: 1, maxLength: 8 }),
    fc.constantFrom("GET", "PUT", "POST", "PATCH", "DELETE"),
    fc.constantFrom("/subscriptions", "/providers", "/v1.0", "/beta/roleManagement/directory"),
  ),
  async ([who, words, method, root]) => {
    const path = `${root}/${words.map((one) => one.replace(/[?#\s\\]/g, "_").replace(/[^\x21-\x7e]/gu, (char) => (char.isWellFormed() ? encodeURIComponent(char) : "_"))).join("/")}?api-version=2020-10-01`;
    await send(
      who,
      method,
      path.replace(/[\ud800-\udfff]/g, ""),
      method === "GET" || method === "DELETE" ? undefined : {},
    );
  },
);

check(
  "bodies with one thing wrong",
  fc.tuple(
    role,
    fc.nat(),
    fc.array(fc.nat(), { maxLength: 6 }),
    fc.oneof(fc.jsonValue({ maxDepth: 3 }), word),
  ),
  async ([who, at, choices, value]) => {
    const withBody = samples.filter(({ body }) => body !== undefined);
    const sample = withBody[at % withBody.length];
    assert.ok(sample);
    await send(who, sample.method, sample.path, mutated(sample.body, choices, value));
  },
);

check("filters, and what to show, on lists", fc.tuple(role, fc.nat(), filter), async ([who, at, text]) => {
  const lists = samples.filter(
    ({ method, path }) =>
      method === "GET" && /Schedule|roleAssignments|roleDefinitions|eligible|users|olicies/.test(path),
  );
  const sample = lists[at % lists.length];
  assert.ok(sample);
  await send(who, "GET", `${sample.path}&$filter=${encodeURIComponent(text)}`, undefined);
});

test("a filter of any length is read in linear time", () => {
  for (const piece of ["(", "not ", "a eq 'b' and ", "'", "a(", "x".repeat(10)]) {
    const outcome = parseFilter(piece.repeat(200_000));
    assert.equal(outcome.ok, false);
  }
  assert.ok(parseFilter("a eq 'b' and ".repeat(90).concat("c eq 'd'")).ok);
  assert.equal(parseFilter(`${"(".repeat(17)}a eq 'b'${")".repeat(17)}`).ok, false);
});

test("what is asked about a scope of somebody else's is not found, whatever its letters", async () => {
  for (const path of [places(cast).ledger, places(cast).ledger.toUpperCase(), `/${places(cast).ledger}`]) {
    const answer = await cast.at(
      "stranger",
      "GET",
      `${path}/providers/Microsoft.Authorization/roleDefinitions?api-version=2022-04-01`,
    );
    assert.equal(answer.status, 404);
  }
});
