/** A change of rules on its way: written and kept as a draft, replayed on what was, and only then saved. */
import { useState } from "react";
import type { Unit } from "../../../../../src/client/settings.ts";
import { ApiProblem, type Input, useApiCall } from "../../../api/api.ts";
import { type Stored, useArrived, useEdit } from "../../../parts/draft.ts";
import { sentence } from "../../../parts/states.tsx";
import { readDuration } from "../../../words/duration.ts";
import { EDITOR } from "../../../words/rule.ts";
import { RULE_FIELDS } from "./rule-fields.ts";
import type { Override } from "./rule-values.ts";

interface RulesDocument {
  readonly kind: "RoleSettings" | "Tier";
  readonly name: string;
  readonly spec: Record<string, unknown>;
  /** What it may leave to nobody. */
  readonly acknowledge: readonly string[];
}

/** What a form of rules writes: the rules, and what stands beside them. */
interface Written {
  readonly override: Override;
}

/**
 * @param stored under the tag that it was read with; null where there is none yet
 * @param saved once they are stored, also where the answer that said so was lost
 */
export function useRulesDraft<T extends Written>(topic: string, stored: Stored<T>, saved: () => void) {
  const edit = useEdit(topic, stored);
  const { override } = edit.value;
  const [faults, setFaults] = useState<ReadonlyMap<string, string>>(new Map());
  const replay = useApiCall("replayRoleSettings");
  const put = useApiCall("putConfiguration");
  const done = () => {
    edit.settle();
    saved();
  };
  useArrived(edit, put, done);
  const change = (part: Partial<T>) => {
    edit.change((before) => ({ ...before, ...part }));
    setFaults(new Map());
    replay.reset();
  };
  /** Opens the answer, or says at the fields what is wrong with them. */
  const look = (body: Input<"replayRoleSettings">["body"]) => {
    const untimely = untimelyIn(override);
    setFaults(untimely);
    if (untimely.size > 0) return;
    put.reset();
    replay.mutate({ body }, { onError: (error) => setFaults(faultsOf(error)) });
  };
  const save = ({ kind, name, spec, acknowledge }: RulesDocument) =>
    put.mutate(
      {
        path: { kind, name },
        body: { spec, acknowledge: [...acknowledge] },
        ...(edit.version === null
          ? { query: { mustBeNew: "true" as const } }
          : { headers: { "if-match": edit.version } }),
      },
      { onSuccess: done },
    );
  return { edit, value: edit.value, change, faults, replay, put, look, save };
}

const SPANS: readonly Unit[] = ["duration", "longest", "pause"];

/** Fields that hold what was typed, where it is no span of time. */
function untimelyIn(override: Override): ReadonlyMap<string, string> {
  const wrong = RULE_FIELDS.filter(({ field, unit }) => {
    const value = override[field];
    return SPANS.includes(unit) && typeof value === "string" && !value.startsWith("P");
  });
  return new Map(wrong.map(({ field }) => [field, untimely(String(override[field]))]));
}

function untimely(typed: string): string {
  return readDuration(typed) === 0 ? EDITOR.zeroDuration : EDITOR.noDuration;
}

function faultsOf(error: Error): ReadonlyMap<string, string> {
  const field = error instanceof ApiProblem ? /\/spec\/(\w+)/.exec(error.path ?? "")?.[1] : undefined;
  return field === undefined ? new Map() : new Map([[field, sentence(error.message)]]);
}
