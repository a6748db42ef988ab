/** Grants on an application that are open, standing ones included. Read only by those whom the API answers. */
import { useApi } from "../../api/api.ts";
import { useAnswersForTenant } from "../../app/session.tsx";
import type { ApplicationInFull } from "../../words/application.ts";
import type { Grant } from "../../words/grant.ts";

const MOST = 200;

interface OpenGrants {
  /** False: this person does not see other people's grants. */
  readonly asked: boolean;
  readonly known: boolean;
  readonly grants: readonly Grant[];
  readonly error: Error | null;
  readonly refetch: () => unknown;
}

export function useOpenGrants({ id, own }: ApplicationInFull): OpenGrants {
  const answers = useAnswersForTenant();
  const asked = answers || own?.mayManage === true;
  const { data, error, refetch } = useApi(
    "listGrants",
    { query: { view: "all", state: "active", applicationId: id, limit: MOST } },
    { enabled: asked },
  );
  return { asked, known: data !== undefined, grants: data?.items ?? [], error, refetch };
}
