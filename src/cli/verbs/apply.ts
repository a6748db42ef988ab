/** `apply`: configuration as code, read and its secrets resolved here, decided by the server: all of it or none. */
import type { Answer } from "../../client/client.ts";
import { ApiProblem } from "../../client/problem.ts";
import {
  acknowledgedIn,
  hintOf,
  isLeftToNobody,
  orAcknowledge,
  shellWord,
} from "../configuration/acknowledge.ts";
import { withExactLine } from "../configuration/fault-places.ts";
import { type Described, readConfiguration } from "../configuration/read-documents.ts";
import type { ReadFile } from "../configuration/read-file.ts";
import { EXIT, exitOf, Stop, usage } from "../exit.ts";
import { isGuid } from "../find/pick.ts";
import { aboutProblem } from "../problems.ts";
import type { Screen } from "../screen.ts";
import type { Run } from "../verb.ts";
import { type Looked, lookInto } from "./target.ts";

type Report = Answer<"applyConfiguration">;
type Change = Report["changes"][number];

const SIGNS = { create: "+", update: "~", delete: "-", unchanged: "=" } as const;

export const apply: Run = async (context, given) => {
  const paths = given.list("file");
  if (paths.length === 0) throw usage("name a file or folder with -f");
  const { documents, files } = readConfiguration(paths, context.env);
  const client = await context.client();
  const acknowledge = acknowledgedIn(given);
  const dryRun = given.has("dry-run");
  const known = acknowledge.length === 0 ? {} : { acknowledge };
  const body = { documents: [...documents], dryRun, prune: given.has("prune"), ...known };
  try {
    const report = await client.call("applyConfiguration", { body });
    const targets = await lookInto(client, changedTargets(report, documents));
    context.screen.json({ ...report, targets });
    showReport(context.screen, report, acknowledge);
    for (const line of targets.flatMap((one) => targetLines(one, context.self))) context.screen.result(line);
    return EXIT.done;
  } catch (error) {
    const shown = orAcknowledge(error, acknowledge);
    throw shown instanceof ApiProblem ? placed(shown, files) : shown;
  }
};

/** What was changed itself, and where something new is bound to. */
function changedTargets({ applied, changes }: Report, documents: readonly Described[]) {
  const found = changes.filter(({ action }) => applied && (action === "create" || action === "update"));
  const named = found.flatMap(({ kind, tenant, name }) => {
    if (kind === "Target") return [{ tenant, name }];
    const bound = kind === "Binding" ? documents.find((one) => one.kind === kind && one.name === name) : null;
    const { target } = (bound?.spec ?? {}) as { target?: unknown };
    return typeof target === "string" && !isGuid(target) ? [{ tenant, name: target }] : [];
  });
  const keys = named.map((one) => `${one.tenant}/${one.name}`.toLowerCase());
  return named.filter((_, at) => keys.indexOf(keys[at] ?? "") === at);
}

function targetLines({ tenant, name, ok, lines }: Looked, self: string): string[] {
  const check = `${self} target check ${shellWord(name)}`;
  const next =
    ok === null ? `Later: ${check}` : `No access opens there until that is put right; then: ${check}`;
  return [
    `Target ${tenant}/${name}:${ok === true ? " Curfew gets in and may do what it needs." : ""}`,
    ...lines.map((line) => `    ${line}`),
    ...(ok === true ? [] : [`    ${next}`]),
  ];
}

/** `+ create User contoso/carol`, then what it comes to. */
export function showReport(
  screen: Screen,
  { changes, applied, touched }: Report,
  acknowledged: readonly string[] = [],
): void {
  const changing = changes.filter(({ action }) => action !== "unchanged");
  for (const { action, kind, tenant, name, fields = [], note } of changing) {
    const what = fields.length === 0 || action !== "update" ? "" : ` (${fields.join(", ")})`;
    screen.result(`${SIGNS[action]} ${action} ${kind} ${tenant}/${name}${what}`);
    if (note !== undefined) screen.result(`    ${note}`);
  }
  for (const one of touched.items)
    screen.result(`! ${one.sentence}${isLeftToNobody(one) ? ` [${one.id}]` : ""}`);
  if (touched.more) screen.result("! and maybe more: not all that stands on it was looked at");
  const same = changes.length - changing.length;
  const tail = same === 0 ? "" : `, ${same} unchanged`;
  if (changing.length === 0) screen.result(`Nothing to change${tail}.`);
  else
    screen.result(`${counted(changing, applied)}${tail}${applied ? "." : "; nothing stored (--dry-run)."}`);
  const left = touched.items.filter((one) => isLeftToNobody(one) && !acknowledged.includes(one.id));
  if (!applied && left.length > 0) screen.result(`It is refused without ${hintOf(left, acknowledged)}`);
}

function counted(changing: readonly Change[], applied: boolean): string {
  const words = applied
    ? ([
        ["create", "created"],
        ["update", "updated"],
        ["delete", "deleted"],
      ] as const)
    : ([
        ["create", "to create"],
        ["update", "to update"],
        ["delete", "to delete"],
      ] as const);
  return words
    .map(([action, word]) => [changing.filter((change) => change.action === action).length, word] as const)
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(", ");
}

/** Each fault with the line it is on. */
function placed(problem: ApiProblem, files: readonly ReadFile[]): Stop {
  const { code, message, path } = problem;
  const lines = message.includes("\n") || path === null ? message.split("\n") : [`${path}: ${message}`];
  const [first = "", ...rest] = lines.map((line) => withExactLine(line, files));
  return new Stop(exitOf(code), [`${first} [${code}]`, ...rest].join("\n"), {
    ...aboutProblem(problem),
    message: [first, ...rest].join("\n"),
    path: path === null ? null : withExactLine(path, files),
  });
}
