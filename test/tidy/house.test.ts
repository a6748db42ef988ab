/** The house rules that a linter does not know: who may import whom, what the pure rooms may touch, nothing orphaned. */
import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { test } from "node:test";

const ANY = ["*"];
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  domain: ["domain"],
  policy: ["domain", "policy"],
  audit: ["domain", "audit"],
  "offer-package": ["domain", "offer-package"],
  "use-cases": ["domain", "policy", "audit", "offer-package", "use-cases"],
  store: ["domain", "policy", "audit", "store"],
  targets: ["domain", "audit", "targets"],
  identity: ["domain", "audit", "identity"],
  worker: ["use-cases", "domain", "worker"],
  mail: ["domain", "mail"],
  pim: ["use-cases", "domain", "pim"],
  http: ["use-cases", "domain", "offer-package", "pim", "http"],
  client: ["client"],
  config: ["config"],
  cli: ["client", "cli", "audit", "offer-package"],
  demo: ANY,
  "main.ts": ANY,
  "compose.ts": ANY,
  "build-portal.ts": [],
  "serve.ts": ANY,
  "until-stopped.ts": [],
};

const PURE = ["domain", "policy", "audit", "offer-package", "use-cases", "pim"];
const FORBIDDEN_IN_PURE = [
  /\bDate\.now\(/,
  /\bnew Date\(\)/,
  /\bMath\.random\(/,
  /\bprocess\.env\b/,
  /\brandomUUID\b/,
];
const SURFACES = ["http", "pim", "identity/routes", "identity/pages"];
/** A transaction, by its name, by what opens one, or handed in by a use case. */
const REPOSITORIES = [/\binTenant\b/, /\bTx\b/, /\btx\b/, /\b\w+Repository\b/];
const DECIDING = ["domain", "policy", "use-cases", "pim", "http", "store", "worker"];
/** What every surface, and what is between them and the use cases, may ask as well. */
const ASKED_BY_ALL = "src/policy/authority.ts";
/** What kinds of targets bring to the command line, and nothing else of them. */
const BROUGHT_BY_KINDS = ["src/targets/client.ts", "src/targets/clients.ts"];
const SERVED_AS_TYPES = [
  "use-cases/ports.ts",
  "use-cases/decisions.ts",
  "use-cases/batches.ts",
  "use-cases/pulse.ts",
  "use-cases/identity-ports.ts",
  "use-cases/configuration-ports.ts",
  "policy/",
];
const ENTRANCES = [
  // For docs/configuration.schema.json: a test writes it, and compares.
  "src/use-cases/apply/configuration-schema.ts",
  // For the portal alone.
  "src/client/settings.ts",
  "src/offer-package/live-form.ts",
  "src/main.ts",
  "src/http/api/write-openapi.ts",
  "src/client/generate.ts",
];

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

const files = globSync("src/**/*.ts").filter((file) => !file.endsWith(".d.ts"));
const sources = files.filter((file) => !/\.(test|fixture)\.ts$/.test(file));
const imports = sources.flatMap(importsOf);
const portal = globSync("portal/src/**/*.{ts,tsx}");

test("every room imports only from the rooms it may know", () => {
  const wrong = imports.filter(({ from, to, typeOnly }) => {
    const allowed = MAY_IMPORT[roomOf(from)] ?? [];
    if (allowed.includes("*") || allowed.includes(roomOf(to))) return false;
    if (["http", "pim"].includes(roomOf(from)) && to === ASKED_BY_ALL) return false;
    if (roomOf(from) === "cli" && BROUGHT_BY_KINDS.includes(to)) return false;
    return !(typeOnly && SERVED_AS_TYPES.some((path) => to.startsWith(`src/${path}`)));
  });
  assert.deepEqual(wrong, []);
});

test("every folder under src is a room of the house", () => {
  assert.deepEqual(
    [...new Set(sources.map(roomOf))].filter((room) => MAY_IMPORT[room] === undefined),
    [],
  );
});

test("the ports of the use cases are imported as types only", () => {
  const wrong = imports.filter(({ to, typeOnly }) => to === "src/use-cases/ports.ts" && !typeOnly);
  assert.deepEqual(wrong, []);
});

test("who may do what is asked in one file: nowhere else is anything forbidden, or a right looked at", () => {
  const elsewhere = sources
    .filter((file) => file !== "src/policy/authority.ts" && DECIDING.includes(roomOf(file)))
    // One names the refusal, the other what a target may say to us.
    .filter((file) => !/domain\/(rejection|target-fault)\.ts$/.test(file))
    .filter((file) => /"forbidden"|rights\.includes\(/.test(withoutComments(file)));
  assert.deepEqual(elsewhere, []);
});

test("surfaces translate: what is asked of the store is asked by a use case", () => {
  const surfaces = sources.filter((file) => SURFACES.some((folder) => file.startsWith(`src/${folder}/`)));
  assert.ok(surfaces.length > 100, "the surfaces are somewhere else");
  const reaching = surfaces.flatMap((file) =>
    REPOSITORIES.filter((pattern) => pattern.test(withoutComments(file))).map(
      (pattern) => `${file}: ${pattern}`,
    ),
  );
  assert.deepEqual(reaching, []);
});

test("the pure rooms read no clock, no dice and no environment", () => {
  const wrong = sources
    .filter((file) => PURE.includes(roomOf(file)))
    .flatMap((file) =>
      FORBIDDEN_IN_PURE.filter((pattern) => pattern.test(withoutComments(file))).map(
        (pattern) => `${file}: ${pattern}`,
      ),
    );
  assert.deepEqual(wrong, []);
});

test("no import goes round in a circle", () => {
  const graph = new Map<string, string[]>();
  // A type is gone before anything runs: only what is loaded can be loaded in a circle.
  for (const { from, to, typeOnly } of imports)
    if (!typeOnly) graph.set(from, [...(graph.get(from) ?? []), to]);
  assert.deepEqual(circleIn(graph), []);
});

test("in the portal not even a type goes round in a circle", () => {
  const graph = new Map<string, string[]>();
  for (const { from, to } of portal.flatMap(importsOf)) graph.set(from, [...(graph.get(from) ?? []), to]);
  assert.ok(graph.size > 150, "the portal is somewhere else");
  assert.deepEqual(circleIn(graph), []);
});

test("no file is left that nobody imports", () => {
  const reached = new Set(imports.map(({ to }) => to));
  assert.deepEqual(
    sources.filter((file) => !reached.has(file) && !ENTRANCES.includes(file)),
    [],
  );
});

test("nothing is called utils, helpers, misc, common, manager or service", () => {
  const nameless = /(^|\/)(utils?|helpers?|misc|common|managers?|services?)(\.|\/)/i;
  assert.deepEqual(
    files.filter((file) => nameless.test(file)),
    [],
  );
});

test("no file passes 400 lines without saying at its head why", () => {
  const long = sources.filter((file) => {
    const text = readFileSync(file, "utf8");
    const [head = ""] = text.match(/^\/\*\*.*?\*\//s) ?? [];
    return text.split("\n").length > 400 && !/\blong because\b/.test(head);
  });
  assert.deepEqual(long, []);
});

const MOST_PARAMETERS = 4;
/** Functions whose parameters somebody else chose. */
const CALLED_BY_OTHERS: readonly string[] = [
  // oidc-provider calls it with these five.
  "src/identity/provider/device-pages.ts: ctx: Context, _form: string, client: Client, device: DeviceInfo, code: string",
];

test("the parameters of a function are found wherever it is written", () => {
  const five = [
    "function f(a: A, b: B, c: C, d: D, e = 1): void {",
    "async function* f<T extends (x: number, y: number) => void>(a: A<B, C>, b: () => void, { c, d }: E, f: F[], g?: G) {",
    "const f = async (a: A, b: B, c: C, d: D, ...e: E[]): Promise<Map<string, number>> => {",
    "  read(a: A, b: B, c: C, d: D, e: E): void;",
    "  async read(a, b, c, d, e) {",
    "  read: (a: A, b: B, c: C, d: D, e: E) => void;",
    "  userCodeConfirmSource: async (a: A, b: B, c: C, d: D, e: E) =>",
  ];
  for (const one of five)
    assert.equal(
      parameterLists(one).some((list) => list.length === 5),
      true,
      one,
    );
  const fewer = [
    "function f({ a, b, c, d, e, f }: Many, g: [A, B, C, D, E], h: Map<A, B>, i = f(1, 2, 3, 4, 5)): void {",
    "if (both(a, b, c, d, e)) {",
    "const x = call(a, b, c, d, e);",
    "const y = isIt(a, b, c, d, e) ? { a } : b;",
    "switch (of(a, b, c, d, e)) {",
  ];
  for (const one of fewer)
    assert.deepEqual(
      parameterLists(one).filter((list) => list.length > MOST_PARAMETERS),
      [],
      one,
    );
});

test("no function has more than four positional parameters: more have names, in one bundle", () => {
  const all = sources.map((file) => ({ file, lists: parameterLists(withoutComments(file)) }));
  assert.ok(all.flatMap(({ lists }) => lists).length > 3_000, "the functions are written in another way");
  const long = all.flatMap(({ file, lists }) =>
    lists
      .filter((list) => list.length > MOST_PARAMETERS)
      .map((list) => `${file}: ${list.join(", ").replace(/\s+/g, " ")}`),
  );
  assert.deepEqual(long, CALLED_BY_OTHERS);
});

/** Where a kind of target is at home, and where the word means the system that Curfew keeps its own data in. */
const KINDS_AT_HOME = [
  /^src\/targets\/postgres\//,
  /^src\/(store|config|demo)\//,
  // Registration, and nothing else: one line each.
  /^src\/(compose|targets\/clients)\.ts$/,
  // The embedded server's name, before anything listens.
  /^src\/serve\.ts$/,
];
const WORDS_OF_KINDS = /postgres|connectionString|psql/i;

test("what belongs to one kind of target stands in its folder, its registration, its tests and its guide", () => {
  const everywhere = [...sources, ...portal, "openapi.json"];
  assert.ok(everywhere.length > 700, "the sources are somewhere else");
  const strayed = everywhere
    .filter((file) => !/\.test\.ts$/.test(file) && !KINDS_AT_HOME.some((home) => home.test(file)))
    .filter((file) => WORDS_OF_KINDS.test(withoutComments(file)));
  assert.deepEqual(strayed, []);
});

test("the guide for a new kind names every file that the first one has there", () => {
  const guide = readFileSync("docs/guides/add-a-target.md", "utf8");
  const named = [...guide.matchAll(/^\| [^|]+ \| [^|]*?`((?:src|test|docs)\/[^`]+)`/gm)].map(
    ([, path = ""]) => path.replaceAll("<kind>", "postgres"),
  );
  assert.ok(named.length >= 7, "the table is somewhere else");
  assert.deepEqual(
    named.filter((path) => !existsSync(path)),
    [],
  );
});

test("a kind is registered in one line", () => {
  for (const [file, lines] of [
    ["src/compose.ts", ["export const TARGET_KINDS: readonly Target[] = [postgresTarget];"]],
    ["src/targets/clients.ts", ["export const CLIENTS: readonly TargetClient[] = [postgresClient];"]],
  ] as const) {
    const said = withoutComments(file)
      .split("\n")
      .filter((line) => WORDS_OF_KINDS.test(line) && !line.startsWith("import "));
    assert.deepEqual(said, lines, file);
  }
});

test("every file that ARCHITECTURE.md names is there, and every room is drawn", () => {
  const page = readFileSync("ARCHITECTURE.md", "utf8");
  const there = globSync(["{src,test,portal,docs}/**/*.{ts,tsx,md}", "*.md"], {
    exclude: (path) => path.includes("node_modules"),
  });
  const named = [...page.matchAll(/[\w<>-][\w.<>-]*(?:\/[\w.<>-]+)*\.(?:tsx?|md)\b/g)].map(([path]) => path);
  assert.ok(named.length > 80, "the files are named in another way");
  const gone = named.filter((path) => !there.some((file) => `/${file}`.endsWith(`/${path}`)));
  assert.deepEqual([...new Set(gone)], []);
  const undrawn = Object.keys(MAY_IMPORT).filter((room) => !page.includes(room));
  assert.deepEqual(undrawn, []);
});

function roomOf(file: string): string {
  return file.split("/")[1] ?? file;
}

function importsOf(from: string): Import[] {
  const text = withoutComments(from);
  const declared = [...text.matchAll(/(?:import|export)(\s+type)?\s([^;]*?)from\s+"(\.[^"]+)"/g)].map(
    ([, type, names, path]) => ({
      path,
      typeOnly: type !== undefined || onlyTypes(names ?? ""),
    }),
  );
  const awaited = [...text.matchAll(/\bimport\("(\.[^"]+)"\)/g)].map(([, path]) => ({
    path,
    typeOnly: false,
  }));
  return [...declared, ...awaited].map(({ path, typeOnly }) => ({
    from,
    to: normalize(join(dirname(from), path ?? "")),
    typeOnly,
  }));
}

function onlyTypes(names: string): boolean {
  const inner = names.match(/^\s*\{([^}]*)\}\s*$/)?.[1];
  const each = inner
    ?.split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  return each?.every((name) => name.startsWith("type ")) ?? false;
}

/**
 * The parameters of every function, method and arrow function in a text, and of their types: what stands in parentheses
 * before a body, an arrow or the type of a member. Parentheses of a call are none of these.
 */
function parameterLists(text: string): string[][] {
  const plain = text
    // What is written in quotes may hold anything.
    .replace(/"(?:[^"\\\n]|\\.)*"/g, '""')
    .replace(/`(?:[^`\\]|\\.)*`/g, "``");
  return [...plain.matchAll(/\(/g)].flatMap(({ index }) => {
    const inner = innerOf(plain, index);
    return inner !== null && isDeclared(plain.slice(0, index), plain.slice(index + inner.length + 2))
      ? [partsOf(inner)]
      : [];
  });
}

function isDeclared(before: string, after: string): boolean {
  const lineBefore = before.slice(before.lastIndexOf("\n") + 1);
  if (/^\s*=>/.test(after) || /\bfunction\b[^(]*$/.test(lineBefore)) return true;
  // Its own type stands between an arrow function's parameters and its arrow.
  if (/^\s*:[^;{}=?]*=>/.test(after) && !/[\w$]$/.test(before)) return true;
  const isMember =
    /^\s*(?:(?:export|async|static|override|private|get|set|function|\*)\s*)*#?[\w$]+\??(?:<.*>)?$/.test(
      lineBefore,
    );
  return (
    isMember &&
    !/\b(?:if|for|while|switch|catch|return|await)\s*$/.test(lineBefore) &&
    /^\s*(?:\{|:)/.test(after)
  );
}

/** What stands between the parenthesis at `open` and the one that closes it. */
function innerOf(text: string, open: number): string | null {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === "(") depth++;
    else if (text[at] === ")" && --depth === 0) return text.slice(open + 1, at);
  }
  return null;
}

/** Parted at the commas that stand in no brackets. */
function partsOf(inner: string): string[] {
  const parts = [""];
  let depth = 0;
  // The arrow of a type closes no bracket.
  for (const sign of inner.replaceAll("=>", "\u21d2")) {
    if ("([{<".includes(sign)) depth++;
    else if (")]}>".includes(sign)) depth--;
    if (sign === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += sign;
  }
  return parts.map((part) => part.replaceAll("\u21d2", "=>").trim()).filter((part) => part !== "");
}

function withoutComments(file: string): string {
  return readFileSync(file, "utf8")
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/^\s*\/\/.*$/gm, "");
}

function circleIn(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return [];
    path.push(file);
    for (const next of graph.get(file) ?? []) {
      const circle = visit(next);
      if (circle.length > 0) return circle;
    }
    path.pop();
    done.add(file);
    return [];
  };
  for (const file of graph.keys()) {
    const circle = visit(file);
    if (circle.length > 0) return circle;
  }
  return [];
}
