/** The page of that form, for a new one of a kind or for one that is there. */
import { useParams } from "react-router";
import { useApi } from "../../../api/api.ts";
import { Page } from "../../../parts/page.tsx";
import { Loading, NothingHere, Problem } from "../../../parts/states.tsx";
import { changeTitle, newTitle } from "../../../words/administration.ts";
import { personAddress } from "../parts/principal-words.ts";
import { useDocument } from "../parts/use-document.ts";
import { NEW, type PrincipalKind } from "./principal-draft.ts";
import { PrincipalForm } from "./principal-form.tsx";

const KINDS: Readonly<Record<string, PrincipalKind>> = {
  user: "User",
  group: "Group",
  servicePrincipal: "ServicePrincipal",
};
const LIST = { to: "/manage/people", label: "People and groups" };

export function NewPrincipalPage() {
  const { what = "" } = useParams();
  const kind = NEW[what];
  return (
    <Page title={kind === undefined ? LIST.label : newTitle(kind)} up={LIST} width={720}>
      {kind === undefined ? <NothingHere /> : <PrincipalForm key={kind} kind={kind} base={null} />}
    </Page>
  );
}

export function ChangePrincipalPage() {
  const { objectId = "" } = useParams();
  const found = useApi("readPrincipal", { path: { objectId } });
  const kind = KINDS[found.data?.principal.kind ?? ""] ?? "User";
  const name = found.data?.name ?? "";
  const document = useDocument(kind, name, found.data !== undefined);
  const error = found.error ?? document.error;
  const called = found.data?.principal.displayName ?? "";
  return (
    <Page
      title={called === "" ? LIST.label : changeTitle(called)}
      up={{ to: personAddress(objectId), label: called || LIST.label }}
      width={720}
    >
      {error !== null ? (
        <Problem error={error} again={() => document.refetch()} />
      ) : document.spec === null || document.tag === null ? (
        <Loading rows={4} />
      ) : (
        <PrincipalForm
          key={objectId}
          kind={kind}
          base={{ objectId, name, spec: document.spec, tag: document.tag }}
        />
      )}
    </Page>
  );
}
