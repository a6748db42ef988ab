/** The page of that form, for a new target or for one that is there. */
import { useParams } from "react-router";
import { useApi } from "../../../api/api.ts";
import { Page } from "../../../parts/page.tsx";
import { Loading, Problem } from "../../../parts/states.tsx";
import { changeTitle, newTitle } from "../../../words/administration.ts";
import { useDocument } from "../parts/use-document.ts";
import { TargetForm } from "./target-form.tsx";

const LIST = { to: "/manage/targets", label: "Targets" };

export function NewTargetPage() {
  const kinds = useApi("listTargetKinds", {});
  return (
    <Page title={newTitle("Target")} up={LIST} width={720}>
      {kinds.error !== null ? (
        <Problem error={kinds.error} again={() => kinds.refetch()} />
      ) : kinds.data === undefined ? (
        <Loading rows={4} />
      ) : (
        <TargetForm kinds={kinds.data.items} base={null} />
      )}
    </Page>
  );
}

export function ChangeTargetPage() {
  const { name = "" } = useParams();
  const kinds = useApi("listTargetKinds", {});
  const listed = useApi("listTargets", { query: { limit: 200 } });
  const document = useDocument("Target", name);
  const error = document.error ?? kinds.error;
  const openGrants = listed.data?.items.find((one) => one.name === name)?.openGrants ?? 0;
  return (
    <Page title={changeTitle(name)} up={LIST} width={720}>
      {error !== null ? (
        <Problem error={error} again={() => document.refetch()} />
      ) : kinds.data === undefined || document.spec === null || document.tag === null ? (
        <Loading rows={4} />
      ) : (
        <TargetForm
          key={name}
          kinds={kinds.data.items}
          base={{ name, spec: document.spec, tag: document.tag, openGrants }}
        />
      )}
    </Page>
  );
}
