/** The page of that form, for a new binding or for one that is there; one that is there can be taken away. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { useNavigate, useParams, useSearchParams } from "react-router";
import { useApi } from "../../../api/api.ts";
import { Page } from "../../../parts/page.tsx";
import { Loading, NothingHere, Problem } from "../../../parts/states.tsx";
import { people, bindings as words } from "../../../words/administration.ts";
import { RemoveSheet } from "../parts/remove-sheet.tsx";
import { useDocument } from "../parts/use-document.ts";
import { BindingForm } from "./binding-form.tsx";

const LIST = { to: "/manage/bindings", label: words.title };

function useSystems() {
  const targets = useApi("listTargets", { query: { limit: 200 } });
  const kinds = useApi("listTargetKinds", {});
  return { targets: targets.data?.items, kinds: kinds.data?.items, error: targets.error ?? kinds.error };
}

export function NewBindingPage() {
  const [address] = useSearchParams();
  const { targets, kinds, error } = useSystems();
  const chosen = address.get("target");
  return (
    <Page title={words.make} lead={words.lead} up={LIST} width={720}>
      {error !== null ? (
        <Problem error={error} />
      ) : targets === undefined || kinds === undefined ? (
        <Loading rows={4} />
      ) : (
        <BindingForm targets={targets} kinds={kinds} chosen={chosen} base={null} />
      )}
    </Page>
  );
}

export function ChangeBindingPage() {
  const { name = "" } = useParams();
  const { targets, kinds, error } = useSystems();
  const document = useDocument("Binding", name);
  const [removing, setRemoving] = useState(false);
  const navigate = useNavigate();
  const bound = targets?.flatMap(({ bindings }) => bindings).find((one) => one.name === name);
  const label = bound === undefined ? name : `${bound.roleName} on ${bound.scopeName}`;
  const failed = error ?? document.error;
  return (
    <Page
      title={label}
      up={LIST}
      width={720}
      actions={
        bound === undefined ? undefined : (
          <Button variant="default" onClick={() => setRemoving(true)}>
            {people.remove}
          </Button>
        )
      }
    >
      {failed !== null ? (
        <Problem error={failed} again={() => document.refetch()} />
      ) : targets === undefined || kinds === undefined || document.spec === null || document.tag === null ? (
        <Loading rows={4} />
      ) : bound === undefined ? (
        <NothingHere />
      ) : (
        <BindingForm
          key={name}
          targets={targets}
          kinds={kinds}
          chosen={null}
          base={{ ...bound, name, spec: document.spec, tag: document.tag }}
        />
      )}
      {removing ? (
        <RemoveSheet
          kind="Binding"
          name={name}
          label={label}
          close={() => setRemoving(false)}
          done={() => navigate(LIST.to)}
        />
      ) : null}
    </Page>
  );
}
