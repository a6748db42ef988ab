/** `applications` and `catalogue`: managed applications, their deployment, and the terms of their JIT access. */
import type { Answer, Client } from "../../client/client.ts";
import type { Given } from "../arguments.ts";
import { EXIT, Stop, usage } from "../exit.ts";
import { pick } from "../find/pick.ts";
import { describeIso } from "../text/duration.ts";
import { table } from "../text/table.ts";
import { countIn, durationIn, oneOf } from "../values.ts";
import type { Flags, Verb } from "../verb.ts";
import { showReport } from "./apply.ts";

type Application = Answer<"listApplications">["items"][number];

const YES_NO = ["yes", "no"] as const;

const POLICY_FLAGS: Flags = {
  mode: { type: "text", value: "MODE", help: "automatic, or manual: somebody has to approve" },
  approver: {
    type: "list",
    value: "NAME",
    help: "who decides, and is told in both modes; may be given several times",
  },
  required: { type: "text", value: "N", help: "how many of them have to approve" },
  max: { type: "text", value: "DURATION", help: "the longest that may be asked for" },
  min: { type: "text", value: "DURATION", help: "the shortest" },
  "decide-by": { type: "text", value: "DURATION", help: "how long a request waits for a decision" },
  "require-justification": { type: "text", value: "yes|no", help: "of the requester" },
  "require-mfa": { type: "text", value: "yes|no", help: "of the requester" },
  "allow-emergency": { type: "text", value: "yes|no", help: "whether glass may be broken" },
};

export const catalogue: Verb = {
  name: "catalogue",
  summary: "list the offers that your organisation may deploy",
  form: "",
  flags: {},
  words: [0, 0],
  async run(context) {
    const client = await context.client();
    const { items } = await client.call("listOffers", {});
    context.screen.json(items);
    if (items.length === 0) context.screen.progress("Nothing is offered to you.");
    const columns = ["OFFER", "PUBLISHER", "VERSION", "JIT", "ROLES", "NAME"].map((title) => ({ title }));
    const rows = items.map(({ name, publisher, version, jitOffered, roles, displayName }) => [
      name,
      publisher.name,
      String(version),
      jitOffered ? "offered" : "not offered",
      roles.map((role) => role.name).join(", "),
      displayName,
    ]);
    if (rows.length > 0) for (const line of table(columns, rows)) context.screen.result(line);
    return EXIT.done;
  },
};

export const applications: Verb = {
  name: "applications",
  summary: "list the managed applications that you run or publish",
  form: "",
  flags: {},
  words: [0, 0],
  async run(context) {
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
    if (rows.length > 0) for (const line of table(columns, rows)) context.screen.result(line);
    return EXIT.done;
  },
};

export const deploy: Verb = {
  name: "applications deploy",
  summary:
    "deploy an offer as a managed application; whether access is just in time is chosen here, for good",
  form: "NAME --offer OFFER --subscription NAME --resource-group NAME --managed-resource-group NAME",
  flags: {
    offer: { type: "text", value: "OFFER", help: "from `curfew catalogue`, by name or id" },
    version: { type: "text", value: "N", help: "default: the latest" },
    subscription: { type: "text", value: "NAME", help: "the subscription it is deployed into" },
    "resource-group": { type: "text", value: "NAME", help: "where the application stands" },
    "managed-resource-group": { type: "text", value: "NAME", help: "what the publisher operates" },
    owner: { type: "list", value: "NAME", help: "an owner of the application; may be given several times" },
    ...POLICY_FLAGS,
    "no-jit": { type: "switch", help: "decline JIT: the publisher holds its roles permanently" },
    "acknowledge-permanent-access": {
      type: "text",
      value: "NAME",
      help: "with --no-jit: the application's name again",
    },
    "dry-run": { type: "switch", help: "show the plan and store nothing" },
  },
  words: [1, 1],
  async run(context, given) {
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
    const report = await client.call("applyConfiguration", {
      body: { documents: [{ kind: "Application", name, spec }], dryRun: given.has("dry-run") },
    });
    context.screen.json(report);
    showReport(context.screen, report);
    return EXIT.done;
  },
};

export const jit: Verb = {
  name: "applications jit",
  summary: "show or change the terms of an application's JIT access",
  form: "NAME [--mode MODE] [--max DURATION] [--min DURATION] ...",
  flags: POLICY_FLAGS,
  words: [1, 1],
  notes: ["What is not given stays as it is. Whether there is JIT access at all was chosen at deployment."],
  async run(context, given) {
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
    if (Object.keys(changes).length > 0) await change(client, found, found.jitPolicy.version, changes);
    const after = await findApplication(client, found.id);
    context.screen.json(after);
    if (after.jitPolicy !== null)
      for (const line of policyLines(after, after.jitPolicy)) context.screen.result(line);
    return EXIT.done;
  },
};

/** The whole policy is sent, on the version that was read: nobody's change is overwritten unseen. */
async function change(
  client: Client,
  { id, name }: Application,
  version: number,
  changes: object,
): Promise<void> {
  const { spec } = await client.call("readConfiguration", { path: { kind: "Application", name } });
  const current = typeof spec.jit === "object" && spec.jit !== null ? spec.jit : {};
  await client.call("changeJitPolicy", {
    path: { id },
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

function policyLines({ name, consumer }: Application, policy: Policy): string[] {
  const yes = (value: boolean) => (value ? "yes" : "no");
  const rows = [
    ["application", `${consumer.name}/${name}, policy version ${policy.version}`],
    ["approval", approvalOf(policy)],
    ["approvers", policy.approvers.names.join(", ") || String(policy.approvers.count)],
    ["duration", `${describeIso(policy.minimumDuration)} to ${describeIso(policy.maximumDuration)}`],
    ["decide by", describeIso(policy.decideBy)],
    ["justification required", yes(policy.justificationRequired)],
    ["second factor required", yes(policy.mfaRequired)],
    ["emergency allowed", yes(policy.emergencyAllowed)],
  ];
  return table([{ title: "" }, { title: "" }], rows).slice(1);
}

function approvalOf({ mode, required, approvers }: Policy): string {
  return mode === "automatic" ? "automatic" : `${required} of ${approvers.count}`;
}

function needed(given: Given, flag: string): string {
  const text = given.text(flag);
  if (text === null) throw usage(`--${flag} is needed`);
  return text;
}
