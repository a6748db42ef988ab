/** What is known of each kind of target without reaching one: for whoever checks a configuration. */
import type { EndHold } from "../domain/ending.ts";
import type { JsonObject } from "../domain/target-binding.ts";
import type { DescribeTarget, TargetTraits } from "../domain/target-traits.ts";
import type { Capabilities, Issue, Target, TargetSchema } from "./target.ts";

export interface KnownKinds {
  readonly names: readonly string[];
  readonly described: readonly DescribedKind[];
  secretsOf(kind: string): readonly string[];
  configFaults(kind: string, config: JsonObject): readonly Issue[];
  entitlementFaults(kind: string, entitlement: JsonObject): readonly Issue[];
  readonly traitsOf: DescribeTarget;
  capabilitiesOf(kind: string, config: JsonObject): JsonObject | null;
}

export interface DescribedKind {
  readonly kind: string;
  readonly label: string;
  readonly guide: string;
  readonly example: string;
  readonly schema: TargetSchema;
}

/** Fail closed: of a target whose kind cannot read its configuration nothing is known. */
export function describeWith(kinds: readonly Target[]): DescribeTarget {
  return ({ kind: name, config }) => {
    const kind = kinds.find((one) => one.kind === name);
    try {
      return kind === undefined ? null : traitsOf(kind, config);
    } catch {
      return null;
    }
  };
}

function traitsOf({ words, place, capabilities }: Target, config: JsonObject): TargetTraits {
  const { granularityMs, minTtlMs, maxTtlMs, canExtend, canObserve, issuesSecret, ...end } =
    capabilities(config);
  return {
    ...holdOf(words.label, end),
    place: place(config),
    atTheEnd: words.atTheEnd,
    ...{ granularityMs, minTtlMs, maxTtlMs, canExtend, canObserve, issuesSecret },
  };
}

type EndCapabilities = Pick<Capabilities, "expiry" | "liveSessionAtExpiry" | "liveSessionOnRevoke">;

function holdOf(
  label: string,
  { expiry, liveSessionAtExpiry, liveSessionOnRevoke }: EndCapabilities,
): EndHold {
  const cutByCurfew = liveSessionOnRevoke === "none" ? "none" : "cutByCurfew";
  return {
    label,
    heldBy: expiry === "timerOnly" ? "timerOnly" : "native",
    sessions: liveSessionAtExpiry === "native" ? "native" : cutByCurfew,
  };
}

export function targetKinds(kinds: readonly Target[]): KnownKinds {
  const find = (name: string) => kinds.find((kind) => kind.kind === name);
  const names = kinds.map((kind) => kind.kind);
  const unknown = (kind: string): Issue[] => [
    { path: "", message: `there is no kind of target \`${kind}\` here; there are: ${names.join(", ")}` },
  ];
  return {
    names,
    described: kinds.map(({ kind, words: { label, guide, example }, schema }) => ({
      ...{ kind, label, guide, example, schema },
    })),
    traitsOf: describeWith(kinds),
    secretsOf: (kind) => find(kind)?.schema.secrets ?? [],
    configFaults: (kind, config) => find(kind)?.validateConfig(config) ?? unknown(kind),
    entitlementFaults: (kind, entitlement) => find(kind)?.validateEntitlement(entitlement) ?? unknown(kind),
    capabilitiesOf(kind, config) {
      const capabilities = find(kind)?.capabilities(config);
      return capabilities === undefined ? null : { ...capabilities };
    },
  };
}
