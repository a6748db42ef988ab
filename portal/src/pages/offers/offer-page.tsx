/** One offer: what it is, its package, who of the publisher may do what, and who may deploy it. */
import { useParams, useSearchParams } from "react-router";
import { useApi, useApiTagged } from "../../api/api.ts";
import { useMe } from "../../app/session.tsx";
import { Page, PageSkeleton } from "../../parts/page.tsx";
import { NothingHere, Problem } from "../../parts/states.tsx";
import { useDirectory } from "./directory.ts";
import { draftOf, newDraft, TABS, type Tab } from "./draft.ts";
import { OfferEditor } from "./offer-editor.tsx";

const KIND = "ApplicationDefinition";

export function OfferPage() {
  const { places } = useMe();
  const { name = "", tab = "properties" } = useParams();
  return places.includes("offers") && isTab(tab) ? (
    <OneOffer name={name} tab={tab} />
  ) : (
    <Page title="Offer">
      <NothingHere />
    </Page>
  );
}

function OneOffer({ name, tab }: { readonly name: string; readonly tab: Tab }) {
  const [query] = useSearchParams();
  const wanted = query.get("new");
  const directory = useDirectory();
  const all = useApi("listConfiguration", { path: { kind: KIND } }, { enabled: wanted !== null });
  const exists = all.data?.items.some((one) => one.name.toLowerCase() === name.toLowerCase()) === true;
  const stored = useApiTagged(
    "readConfiguration",
    { path: { kind: KIND, name } },
    { enabled: wanted === null || exists },
  );
  const isNew = wanted !== null && all.isSuccess && !exists;
  const error = all.error ?? stored.error;
  if (error !== null)
    return (
      <Page title="Offer">
        <Problem error={error} again={() => stored.refetch()} />
      </Page>
    );
  if (directory === null || (!isNew && stored.data === undefined)) return <PageSkeleton />;
  const published =
    stored.data === undefined || isNew
      ? null
      : {
          id: stored.data.answer.id,
          etag: stored.data.etag,
          draft: draftOf(stored.data.answer.spec, directory.who),
        };
  return (
    <OfferEditor
      key={name}
      name={name}
      tab={tab}
      published={published}
      fresh={newDraft((wanted ?? name).slice(0, 128))}
      roles={directory.roles}
    />
  );
}

function isTab(tab: string): tab is Tab {
  return (TABS as readonly string[]).includes(tab);
}
