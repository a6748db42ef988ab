/** What is filled in to make somebody eligible, what still lacks, and sending it. */
import { useSearchParams } from "react-router";
import { type Answer, useApiCall } from "../../../api/api.ts";
import { useDraft } from "../../../parts/draft.ts";
import { useNow } from "../../../parts/now.ts";
import type { FoundPrincipal } from "../../../parts/principal-picker.tsx";
import { LACKING } from "../../../words/eligibility.ts";
import { instantOf } from "../../../words/time.ts";
import { useDemands } from "./demands.ts";
import { usePicked } from "./eligibility-filters.tsx";
import { endOf, type Lasting, usualLasting } from "./lasting.tsx";

interface Filled {
  /** Null: whom the address names. */
  readonly picked: readonly FoundPrincipal[] | null;
  readonly role: string | null;
  readonly scope: string | null;
  readonly start: string;
  /** Null: as long as is usual. */
  readonly lasting: Lasting | null;
  readonly justification: string;
  /** The minute in which just this was sent last: sent again it ends at the same instant, and is the same call. */
  readonly sentAt: number | null;
}

const MINUTE_MS = 60_000;

export function useAssignment() {
  const [address] = useSearchParams();
  const named = usePicked(address.get("principal"));
  const draft = useDraft<Filled>(`assign?${address}`, () => ({
    ...{ picked: null, start: "", lasting: null, justification: "", sentAt: null },
    ...{ role: address.get("role"), scope: address.get("scope") },
  }));
  const { picked, role, scope, start, justification } = draft.value;
  const now = useNow();
  const demands = useDemands(role, scope);
  const assign = useApiCall("assignEligibility", draft.drop);
  const [who] = picked ?? named;
  const lasting = draft.value.lasting ?? usualLasting(demands.maximumMs);
  const startsAt = instantOf(start);
  // In whole minutes: the file that is shown beside the form says the same for that long.
  const sentAt = draft.value.sentAt ?? now - (now % MINUTE_MS);
  const endsAt = endOf(lasting, startsAt === null ? sentAt : Date.parse(startsAt));
  const said = justification.trim();
  const lacking = {
    who: who === undefined ? LACKING.who : null,
    role: role === null ? LACKING.role : null,
    scope: scope === null ? LACKING.scope : null,
    start: start !== "" && startsAt === null ? LACKING.start : null,
    end: endsAt === undefined ? LACKING.end : null,
    why: demands.justification && said === "" ? LACKING.why : null,
  };
  const send = (done: (made: Answer<"assignEligibility">) => void) => {
    if (who === undefined || role === null || scope === null || endsAt === undefined) return;
    if (lacking.start !== null || lacking.why !== null) return;
    const body = {
      principalId: who.objectId,
      roleDefinitionId: role,
      scope,
      endsAt,
      ...(startsAt === null ? {} : { startsAt }),
      ...(said === "" ? {} : { justification: said }),
    };
    draft.change((before) => ({ ...before, sentAt }));
    assign.mutate({ body }, { onSuccess: done });
  };
  return {
    draft,
    filled: { who, role, scope, start, startsAt, lasting, justification, endsAt },
    fill: (part: Partial<Filled>) => draft.change((before) => ({ ...before, ...part, sentAt: null })),
    demands,
    lacking,
    send,
    busy: assign.isPending,
    error: assign.error,
    now,
  };
}

export type Assignment = ReturnType<typeof useAssignment>;
