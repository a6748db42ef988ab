/** `targets` and `target check`: the systems in which access becomes real, and whether Curfew gets in and may what it needs. */
import { type Answer, type Client, wholeOf } from "../../client/client.ts";
import { ApiProblem } from "../../client/problem.ts";
import { EXIT } from "../exit.ts";
import { momentWithUtc } from "../text/moment.ts";
import type { Run } from "../verb.ts";

type Health = Answer<"checkTarget">;

export const targets: Run = async (context) => {
  const client = await context.client();
  const items = await wholeOf((query) => client.call("listTargets", { query }));
  context.screen.json(items);
  if (items.length === 0) context.screen.progress("There is no target.");
  const columns = ["TARGET", "KIND", "WHERE", "BINDINGS", "OPEN", "LAST SEEN"].map((title) => ({ title }));
  const rows = items.map(({ name, kindLabel, label, bindings, openGrants, lastObservedAt }) => [
    name,
    kindLabel,
    label,
    String(bindings.length),
    String(openGrants),
    lastObservedAt === null ? "never" : momentWithUtc(Date.parse(lastObservedAt), client.now()),
  ]);
  if (rows.length > 0) context.screen.table(columns, rows);
  return EXIT.done;
};

export const targetCheck: Run = async (context, given) => {
  const [name = ""] = given.words;
  const client = await context.client();
  const checked = await client.call("checkTargetAgain", { path: { name } });
  context.screen.json(checked);
  const { health, retried } = checked;
  const where = health.version === null ? "" : `, version ${health.version}`;
  context.screen.result(
    health.reachable ? `✓ Curfew gets into ${name}${where}` : `✗ Curfew does not get into ${name}`,
  );
  for (const line of healthLines(health)) context.screen.result(line);
  if (retried > 0)
    context.screen.result(
      `${retried === 1 ? "1 grant that had failed there is" : `${retried} grants that had failed there are`} tried again now.`,
    );
  if (health.ok) return EXIT.done;
  return context.screen.failed(EXIT.fault, refusalsIn(health).join("; "), { code: "target_failed" });
};

/** What a look into a target that was just changed came to. */
export interface Looked {
  readonly tenant: string;
  readonly name: string;
  /** Null where nobody looked. */
  readonly ok: boolean | null;
  readonly lines: readonly string[];
}

const MOST_LOOKS = 10;

/**
 * For whoever just changed targets, or what roles become in them: whether Curfew gets in. What cannot be looked into is
 * told, and is no failure of the change.
 */
export async function lookInto(
  client: Client,
  changed: readonly { readonly tenant: string; readonly name: string }[],
): Promise<Looked[]> {
  if (changed.length === 0) return [];
  const home = await homeOf(client);
  const mine = changed.filter(({ tenant }) => tenant === home).slice(0, MOST_LOOKS);
  return Promise.all(
    changed.map(async (one): Promise<Looked> => {
      if (one.tenant !== home)
        return { ...one, ok: null, lines: [`! only ${one.tenant}'s own administrators look into it`] };
      if (!mine.includes(one)) return { ...one, ok: null, lines: ["! not looked into: many were changed"] };
      try {
        const { health } = await client.call("checkTargetAgain", { path: { name: one.name } });
        return { ...one, ok: health.ok, lines: healthLines(health) };
      } catch (error) {
        if (!(error instanceof ApiProblem)) throw error;
        return { ...one, ok: null, lines: [`! not looked into: ${error.message}`] };
      }
    }),
  );
}

/** Whose targets one may look into: one's own tenant's. Null for an operator who belongs to none. */
async function homeOf(client: Client): Promise<string | null> {
  const { items } = await client.call("listConfiguration", { path: { kind: "Tenant" } });
  return items[0]?.name ?? null;
}

/** First what keeps access from being given there, then what could be better. */
function healthLines(health: Health): string[] {
  const better = [
    ...health.findings.filter(({ refuses }) => !refuses).map(({ detail }) => detail),
    ...health.excess.map((what) => `it may do this and need not: ${what}`),
  ];
  return [...refusalsIn(health).map((text) => `✗ ${text}`), ...better.map((text) => `! ${text}`)];
}

function refusalsIn({ findings, missing }: Health): string[] {
  return [
    ...findings.filter(({ refuses }) => refuses).map(({ detail }) => detail),
    ...missing.map((what) => `it needs and lacks: ${what}`),
  ];
}
