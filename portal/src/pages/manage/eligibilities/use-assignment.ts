/** What is filled in to make somebody eligible, what still lacks, and sending it. */
import { useState } from "react";
import { useSearchParams } from "react-router";
import { type Answer, useApiCall } from "../../../api/api.ts";
import { useNow } from "../../../parts/now.ts";
import type { FoundPrincipal } from "../../../parts/principal-picker.tsx";
import { LACKING } from "../../../words/eligibility.ts";
import { useDemands } from "./demands.ts";
import { usePicked } from "./eligibility-filters.tsx";
import { endOf, instantOf, type Lasting, usualLasting } from "./lasting.tsx";

export function useAssignment() {
  const [address] = useSearchParams();
  const named = usePicked(address.get("principal"));
  const [picked, setPicked] = useState<FoundPrincipal[] | null>(null);
  const [role, setRole] = useState(address.get("role"));
  const [scope, setScope] = useState(address.get("scope"));
  const [start, setStart] = useState("");
  const [chosen, setLasting] = useState<Lasting | null>(null);
  const [justification, setJustification] = useState("");
  const now = useNow();
  const demands = useDemands(role, scope);
  const assign = useApiCall("assignEligibility");
  const [who] = picked ?? named;
  const lasting = chosen ?? usualLasting(demands.maximumMs);
  const startsAt = instantOf(start);
  const endsAt = endOf(lasting, startsAt === null ? now : Date.parse(startsAt));
  const said = justification.trim();
  const lacking = {
    who: who === undefined ? LACKING.who : null,
    role: role === null ? LACKING.role : null,
    scope: scope === null ? LACKING.scope : null,
    end: endsAt === undefined ? LACKING.end : null,
    why: demands.justification && said === "" ? LACKING.why : null,
  };
  const send = (done: (made: Answer<"assignEligibility">) => void) => {
    if (who === undefined || role === null || scope === null || endsAt === undefined || lacking.why) return;
    const body = {
      principalId: who.objectId,
      roleDefinitionId: role,
      scope,
      endsAt,
      ...(startsAt === null ? {} : { startsAt }),
      ...(said === "" ? {} : { justification: said }),
    };
    assign.mutate({ body }, { onSuccess: done });
  };
  return {
    filled: { who, role, scope, start, lasting, justification, endsAt },
    fill: { setPicked, setRole, setScope, setStart, setLasting, setJustification },
    demands,
    lacking,
    send,
    busy: assign.isPending,
    error: assign.error,
    now,
  };
}

export type Assignment = ReturnType<typeof useAssignment>;
