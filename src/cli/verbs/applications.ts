/** `applications` and `catalogue`: managed applications, their deployment, and the terms of their JIT access. */
import type { Answer, Client } from "../../client/client.ts";
import type { Given } from "../arguments.ts";
import { acknowledgedIn, orAcknowledge } from "../configuration/acknowledge.ts";
import { EXIT, Stop, usage } from "../exit.ts";
import { pick } from "../find/pick.ts";
import { describeIso } from "../text/duration.ts";
import { countIn, durationIn, oneOf } from "../values.ts";
import type { Run } from "../verb.ts";
import { showReport } from "./apply.ts";

type Application = Answer<"listApplications">["items"][number];

const YES_NO = ["yes", "no"] as const;

export const catalogue: Run = async (context) => {
  const client = await context.client();
  const { items } = await client.call("listOffers", {});
  context.screen.json(items);
  if (items.length === 0) context.screen.progress("Nothing is offered to you.");
  const columns = ["OFFER", "PUBLISHER", "VERSION", "JIT", "ROLES", "SUPPORT", "NAME"].map((title) => ({
    title,
  }));
  const rows = items.map(({ name, publisher, version, jitOffered, roles, support, displayName }) => [
    name,
    publisher.name,
    String(version),
    jitOffered ? "offered" : "not offered",
    roles.map((role) => role.name).join(", "),
    support ?? "-",
    displayName,
  ]);
  if (rows.length > 0) context.screen.table(columns, rows);
  return EXIT.done;
};

export const applications: Run = async (context) => {
  const client = await context.client();
  const { items } = await client.call("listApplications", {});
  context.screen.json(items);
  if (items.length === 0) context.screen.progress("There is no managed application.");
  const columns = ["APPLICATION", "RUN BY", "PUBLISHED BY", "JIT", "AT MOST", "APPROVAL"].map((title) => ({
    title,
  }));
  const rows = items.map(({ name, consumer, publisher, jitPolicy }) => [
    name,
    consumer.name,
    publisher.name,
    jitPolicy === null ? "declined: permanent access" : "enabled",
    jitPolicy === null ? "-" : describeIso(jitPolicy.maximumDuration),
    jitPolicy === null ? "-" : approvalOf(jitPolicy),
  ]);
  if (rows.length > 0) context.screen.table(columns, rows);
  return EXIT.done;
};

export const deploy: Run = async (context, given) => {
  const [name = ""] = given.words;
  const jit = jitIn(given, name);
  const client = await context.client();
  const { items } = await client.call("listOffers", {});
  const offer = pick(needed(given, "offer"), {
    what: "offer",
    items,
    id: ({ id }) => id,
    names: (one) => [one.name, `${one.publisher.name}/${one.name}`],
    label: (one) => `${one.publisher.name}/${one.name}`,
    list: "curfew catalogue",
  });
  const spec = {
    publisher: offer.publisher.tenantId,
    offer: offer.id,
    version: countIn(given, "version", 999_999),
    subscription: needed(given, "subscription"),
    resourceGroup: needed(given, "resource-group"),
    managedResourceGroup: needed(given, "managed-resource-group"),
    owners: [...given.list("owner")],
    jit,
  };
  const acknowledge = acknowledgedIn(given);
  const dryRun = given.has("dry-run");
  const known = acknowledge.length === 0 ? {} : { acknowledge };
  const body = { documents: [{ kind: "Application", name, spec }], dryRun, ...known };
  const report = await client.call("applyConfiguration", { body }).catch((error: unknown) => {
    throw orAcknowledge(error, acknowledge);
  });
  context.screen.json(report);
  showReport(context.screen, report, acknowledge);
  return EXIT.done;
};

export const jit: Run = async (context, given) => {
  const [name = ""] = given.words;
  const changes = policyIn(given);
  const client = await context.client();
  const found = await findApplication(client, name);
  if (found.jitPolicy === null) {
    throw new Stop(
      EXIT.unsatisfied,
      `JIT was declined when \`${found.name}\` was deployed; its publisher's access is permanent`,
    );
  }
  const acknowledge = acknowledgedIn(given);
  const { version } = found.jitPolicy;
  if (Object.keys(changes).length > 0)
    await change(client, found, { version, changes, acknowledge }).catch((error: unknown) => {
      throw orAcknowledge(error, acknowledge);
    });
  const after = await findApplication(client, found.id);
  context.screen.json(after);
  if (after.jitPolicy !== null) context.screen.pairs(termsOf(after, after.jitPolicy));
  return EXIT.done;
};

interface Changing {
  readonly version: number;
  readonly changes: object;
  readonly acknowledge: readonly string[];
}

/** The whole policy is sent, on the version that was read: nobody's change is overwritten unseen. */
async function change(
  client: Client,
  { id, name }: Application,
  { version, changes, acknowledge }: Changing,
): Promise<void> {
  const { spec } = await client.call("readConfiguration", { path: { kind: "Application", name } });
  const current = typeof spec.jit === "object" && spec.jit !== null ? spec.jit : {};
  await client.call("changeJitPolicy", {
    path: { id },
    ...(acknowledge.length === 0 ? {} : { query: { acknowledge: acknowledge.join(",") } }),
    headers: { "if-match": `"${version}"` },
    body: { ...current, ...changes },
  });
}

function jitIn(given: Given, name: string): Record<string, unknown> {
  const policy = policyIn(given);
  const acknowledged = given.text("acknowledge-permanent-access");
  if (!given.has("no-jit")) {
    if (acknowledged !== null) throw usage("--acknowledge-permanent-access goes with --no-jit");
    return { enabled: true, ...policy };
  }
  if (Object.keys(policy).length > 0)
    throw usage("--no-jit leaves no terms to set; leave the other flags out");
  if (acknowledged !== name) {
    const message = `without JIT the publisher holds its roles permanently; say that you know with --acknowledge-permanent-access ${name}`;
    throw new Stop(EXIT.unsatisfied, message);
  }
  return { enabled: false, acknowledgePermanentAccess: acknowledged };
}

/** Only what was given. */
function policyIn(given: Given): Record<string, unknown> {
  const yes = (flag: string) => {
    const answer = oneOf(given, flag, YES_NO);
    return answer === undefined ? undefined : answer === "yes";
  };
  const approvers = given.list("approver");
  const all = {
    mode: oneOf(given, "mode", ["automatic", "manual"]),
    approvers: approvers.length === 0 ? undefined : [...approvers],
    required: countIn(given, "required", 20),
    maximumDuration: durationIn(given, "max"),
    minimumDuration: durationIn(given, "min"),
    decideBy: durationIn(given, "decide-by"),
    justificationRequired: yes("require-justification"),
    mfaRequired: yes("require-mfa"),
    emergencyAllowed: yes("allow-emergency"),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

async function findApplication(client: Client, text: string): Promise<Application> {
  const { items } = await client.call("listApplications", {});
  return pick(text, {
    what: "application",
    items,
    id: ({ id }) => id,
    names: ({ name, consumer }) => [name, `${consumer.name}/${name}`],
    label: ({ name, consumer }) => `${consumer.name}/${name}`,
    list: "curfew applications",
  });
}

type Policy = NonNullable<Application["jitPolicy"]>;

function termsOf({ name, consumer }: Application, policy: Policy): readonly (readonly [string, string])[] {
  const yes = (value: boolean) => (value ? "yes" : "no");
  return [
    ["application", `${consumer.name}/${name}, policy version ${policy.version}`],
    ["approval", approvalOf(policy)],
    ["approvers", policy.approvers.names.join(", ") || String(policy.approvers.count)],
    ["duration", `${describeIso(policy.minimumDuration)} to ${describeIso(policy.maximumDuration)}`],
    ["decide by", describeIso(policy.decideBy)],
    ["justification required", yes(policy.justificationRequired)],
    ["second factor required", yes(policy.mfaRequired)],
    ["emergency allowed", yes(policy.emergencyAllowed)],
  ];
}

function approvalOf({ mode, required, approvers }: Policy): string {
  return mode === "automatic" ? "automatic" : `${required} of ${approvers.count}`;
}

function needed(given: Given, flag: string): string {
  const text = given.text(flag);
  if (text === null) throw usage(`--${flag} is needed`);
  return text;
}
