/** The portal's house rules: what it may know of the server, which way its rooms look, what may keep something. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { test } from "node:test";

const ROOT = "portal/src/";
const files = globSync(`${ROOT}**/*.{ts,tsx}`).filter((file) => !/\.(test|fixture|d)\.ts$/.test(file));
const texts = new Map(files.map((file) => [file, readFileSync(file, "utf8")]));

/** Lower rooms know nothing of higher ones. `app/` frames the pages; who is signed in is its to say, and known to parts. */
const MAY_NOT_IMPORT: readonly [from: RegExp, to: RegExp][] = [
  [/^words\//, /^(app|parts|pages)\//],
  [/^api\//, /^(app|words|parts|pages)\//],
  [/^parts\//, /^pages\//],
];
/** Whose parts a page shows besides its own, from above to below: none that is shown by another shows that one. */
const SHOWS: readonly (readonly [page: string, ofOthers: readonly string[]])[] = [
  ["home", ["grants", "request", "requests"]],
  ["approvals", ["requests"]],
  ["requests", ["grants"]],
  ["customers", ["applications", "request"]],
  ["offers", ["catalogue"]],
  ["catalogue", ["applications"]],
];
/** What stays in the browser, each file with what it keeps. */
const KEEPERS: Readonly<Record<string, string>> = {
  "api/once.ts": "keys of what was sent, by a digest of its content",
  "parts/draft.ts": "what somebody is writing, for this tab",
  "pages/request/asks.ts": "favourites: names of roles and places",
  "app/toasts.tsx": "ids of what was shown, for this tab",
  "parts/keys.ts": "that single keys are switched off",
  "app/zone.ts": "local time or UTC",
  "app/sign-in.ts": "when somebody signed out, which makes every tab forget its own",
};

/** Forms are evaluated while somebody types, by the evaluator that the server has: its one way in (ADR 0038). */
const EVALUATOR = "src/offer-package/live-form.ts";

/** Places whose sentences all stand in `words/`, so that another language is one more folder; what is done is added. */
const WORDED = [
  "parts/",
  "app/front-door.tsx",
  "app/gate.tsx",
  "app/key-sheet.tsx",
  "app/palette.tsx",
  "app/session.tsx",
  "app/shell.tsx",
  "app/sign-in.ts",
  "app/toasts.tsx",
  "app/trouble-line.tsx",
  "pages/approvals/",
  "pages/applications/",
  "pages/audit/",
  "pages/catalogue/answers.ts",
  "pages/catalogue/catalogue-page.tsx",
  "pages/catalogue/form-",
  "pages/catalogue/offer-card.tsx",
  "pages/catalogue/read-upload.ts",
  "pages/catalogue/review-step.tsx",
  "pages/customers/",
  "pages/grants/",
  "pages/home/",
  "pages/people/",
  "pages/places/",
  "pages/request/",
  "pages/requests/",
  "pages/manage/bindings/",
  "pages/manage/eligibilities/",
  "pages/manage/exports/",
  "pages/manage/parts/",
  "pages/manage/people/",
  "pages/manage/role-settings/",
  "pages/manage/targets/",
  "pages/manage/tiers/",
  "pages/notifications/",
  "pages/offers/",
  "pages/preferences/",
];
/** Code between two brackets, and a command as it is typed. */
const NO_SENTENCE = /^(const|export|function|import|interface|type|npx curfew|curfew)\b/;
/** What only a programmer reads. */
const FOR_PROGRAMMERS = /\b(throw )?new Error\($/;

test("of the server the portal knows the client, the evaluator of forms, and nothing else", () => {
  const outside = importsOf().filter(
    ({ to }) => !to.startsWith(ROOT) && !to.startsWith("src/client/") && to !== EVALUATOR,
  );
  assert.deepEqual(outside, []);
});

test("words, parts and the API's hooks know nothing of the pages above them", () => {
  const wrong = importsOf().filter(({ from, to }) =>
    MAY_NOT_IMPORT.some(
      ([lower, higher]) => lower.test(from.slice(ROOT.length)) && higher.test(to.slice(ROOT.length)),
    ),
  );
  assert.deepEqual(wrong, []);
});

test("a page shows of other pages what is listed, and they never show it", () => {
  const pageOf = (file: string) => /^portal\/src\/pages\/([^/]+)\//.exec(file)?.[1];
  const shown = new Map<string, Set<string>>();
  for (const { from, to } of importsOf()) {
    const [page, other] = [pageOf(from), pageOf(to)];
    if (page === undefined || other === undefined || page === other) continue;
    shown.set(page, (shown.get(page) ?? new Set()).add(other));
  }
  const found = [...shown].map(([page, others]) => [page, [...others].sort()] as const);
  const byName = (one: typeof SHOWS) => [...one].sort(([a], [b]) => a.localeCompare(b));
  assert.deepEqual(
    byName(found),
    byName(SHOWS),
    "list what is shown of another, or move it to parts/ or words/",
  );
  const rank = new Map(SHOWS.map(([page], at) => [page, at]));
  const upward = SHOWS.flatMap(([page, others], at) =>
    others
      .filter((other) => (rank.get(other) ?? SHOWS.length) <= at)
      .map((other) => `${page} shows ${other}`),
  );
  assert.deepEqual(upward, [], "the list goes from above to below");
});

test("whatever is read and kept says what it depends on", () => {
  const depends = texts.get(`${ROOT}api/depends.ts`) ?? "";
  const read = [...texts.values()].flatMap((text) =>
    [...text.matchAll(/\buseApi(?:Tagged|Pages)?\(\s*"(\w+)"/g)].map(([, operation = ""]) => operation),
  );
  assert.ok(read.length > 50, "what is read is written otherwise");
  assert.deepEqual(
    [...new Set(read)].filter((operation) => !depends.includes(`\n  ${operation}: `)),
    [],
  );
});

test("no file of the portal is left that nobody imports, and none passes 400 lines", () => {
  const reached = new Set(importsOf().map(({ to }) => to));
  const orphans = files.filter((file) => !reached.has(file) && file !== `${ROOT}main.tsx`);
  assert.deepEqual(orphans, []);
  const long = files.filter((file) => (texts.get(file) ?? "").split("\n").length > 400);
  assert.deepEqual(long, []);
});

test("nothing makes markup or script from text, and nothing reaches another host", () => {
  const forbidden =
    /dangerouslySetInnerHTML|\.innerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function\(|postMessage\(/;
  const wrong = files.filter((file) => forbidden.test(texts.get(file) ?? ""));
  assert.deepEqual(wrong, []);
  const hosts = files.filter((file) => /["'`]https?:\/\/\w/.test(texts.get(file) ?? ""));
  assert.deepEqual(hosts, []);
});

test("what is copied leaves by the one way that takes along no marks of the page's own", () => {
  const copying = files.filter((file) =>
    /clipboard|\bCopyButton\b[^;]*"@mantine/i.test(texts.get(file) ?? ""),
  );
  assert.deepEqual(copying, [`${ROOT}parts/copy.tsx`]);
});

test("what stays in the browser is kept by files that say so", () => {
  const keeping = files.filter((file) =>
    /\b(localStorage|sessionStorage|indexedDB|document\.cookie)\b|useLocalStorage|useSessionStorage/.test(
      texts.get(file) ?? "",
    ),
  );
  assert.deepEqual(keeping.map((file) => file.slice(ROOT.length)).sort(), Object.keys(KEEPERS).sort());
});

test("sentences stand in words, not in pages", () => {
  const said = files
    .filter((file) => WORDED.some((place) => file.startsWith(ROOT + place)))
    .flatMap((file) => sentencesIn(texts.get(file) ?? "").map((text) => `${file}: ${text}`));
  assert.deepEqual(said, []);
});

test("what a sentence in a page looks like is known", () => {
  const page = `
    // a comment of many words is none
    const title = "Nobody is asked here";
    const width = "calc(50% - 0.375rem)";
    return <Text c="dimmed">You may not see {what} of others.</Text>`;
  assert.deepEqual(sentencesIn(page), ["Nobody is asked here", "You may not see"]);
  const template = ["const to = `Revoke $", "{role} on $", "{place} from $", "{who} now`;"].join("");
  assert.equal(sentencesIn(template).length, 1);
});

/** More than three words in a row that somebody would read: a text between tags, a string or a template. */
function sentencesIn(source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
  const strings = [...code.matchAll(/(?<before>.{0,20})(?:"(?<text>[^"\n]*)"|`(?<template>[^`]*)`)/g)]
    .filter(({ groups }) => !FOR_PROGRAMMERS.test(groups?.before ?? ""))
    .map(({ groups }) => groups?.text ?? groups?.template ?? "");
  const between = [...code.matchAll(/[>}]([^<>{}"`=;()]*)[<{]/g)].map(([, text = ""]) => text);
  return [...strings, ...between].map((text) => text.replace(/\s+/g, " ").trim()).filter(isSentence);
}

function isSentence(text: string): boolean {
  if (NO_SENTENCE.test(text)) return false;
  const words = text.replace(/\$\{[^}]*\}/g, "x").split(" ");
  return words.length > 3 && words.every((word) => /^[("“]?\p{L}[\p{L}'’-]*[)"”,.:;!?]*$/u.test(word));
}

function importsOf(): { from: string; to: string }[] {
  return [...texts].flatMap(([from, text]) =>
    [...text.matchAll(/(?:from\s+|import\s+|import\()"(\.[^"]+)"/g)].map(([, path = ""]) => ({
      from,
      to: normalize(join(dirname(from), path)),
    })),
  );
}
