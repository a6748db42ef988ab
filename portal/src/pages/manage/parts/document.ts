/** A document of configuration on its way: tried first, told what it does, and only then saved, over what was looked at. */
import { useState } from "react";
import { type Answer, type Input, useApiCall } from "../../../api/api.ts";
import { faultsOf, type PlacedFault } from "../../../api/faults.ts";

export type DocumentKind = Input<"putConfiguration">["path"]["kind"];
export type Report = Answer<"putConfiguration">;
export type Health = Answer<"checkTarget">;

export interface DocumentDraft {
  readonly kind: DocumentKind;
  readonly name: string;
  readonly spec: Record<string, unknown>;
  /** Under which it was read; null: there must be none of that name yet. */
  readonly tag: string | null;
}

/** What stands between trying and saving: whoever saves is told first. */
interface Pause {
  readonly report: Report;
  /** Null where there is nothing to look into. */
  readonly looked: Looked | null;
}

export interface Looked {
  readonly health: Health | null;
  readonly error: Error | null;
}

export interface Saving {
  /** Tries it, and saves it where nobody has to be told anything first. */
  readonly begin: (document: DocumentDraft) => void;
  readonly look: (document: DocumentDraft) => void;
  readonly confirm: (acknowledge: readonly string[]) => void;
  readonly leave: () => void;
  readonly pause: Pause | null;
  readonly looked: Looked | null;
  readonly isLooking: boolean;
  readonly isBusy: boolean;
  readonly error: Error | null;
  readonly faults: readonly PlacedFault[];
}

interface Options {
  /** Whether it says how a system is reached. */
  readonly looks: boolean;
  /** Called once it is stored, whoever looks by then. */
  readonly saved: (report: Report) => void;
}

export function useSaving({ looks, saved }: Options): Saving {
  const plan = useApiCall("putConfiguration");
  const put = useApiCall("putConfiguration", saved);
  const check = useApiCall("checkProposed");
  const [waiting, setWaiting] = useState<(Pause & { readonly document: DocumentDraft }) | null>(null);
  const save = (document: DocumentDraft, acknowledge: readonly string[]) =>
    put.mutate(inputOf(document, acknowledge));
  const lookAt = async ({ kind, name, spec }: DocumentDraft): Promise<Looked> => {
    try {
      const asked = { kind: kind as "Target" | "Binding", name, spec };
      return { health: await check.mutateAsync({ body: asked }), error: null };
    } catch (error) {
      return { health: null, error: error as Error };
    }
  };
  const begin = (document: DocumentDraft) => {
    put.reset();
    const tried = inputOf(document, []);
    plan.mutate(
      { ...tried, query: { ...tried.query, dryRun: "true" } },
      {
        async onSuccess(report) {
          const looked = looks ? await lookAt(document) : null;
          const quiet = report.touched.items.length === 0 && !report.touched.more;
          if (quiet && (looked === null || looked.health?.ok === true)) save(document, []);
          else setWaiting({ document, report, looked });
        },
      },
    );
  };
  const error = put.error ?? plan.error ?? null;
  const seen = check.data ?? null;
  return {
    begin,
    look: (document) => {
      plan.reset();
      void lookAt(document);
    },
    confirm: (acknowledge) => waiting !== null && save(waiting.document, acknowledge),
    leave: () => setWaiting(null),
    pause: waiting,
    looked: seen === null && check.error === null ? null : { health: seen, error: check.error },
    isLooking: check.isPending,
    isBusy: plan.isPending || put.isPending || check.isPending,
    error,
    faults: faultsOf(error ?? check.error),
  };
}

function inputOf(
  { kind, name, spec, tag }: DocumentDraft,
  acknowledge: readonly string[],
): Input<"putConfiguration"> {
  return {
    path: { kind, name },
    body: { spec, acknowledge: [...acknowledge] },
    ...(tag === null ? { query: { mustBeNew: "true" as const } } : { headers: { "if-match": tag } }),
  };
}
