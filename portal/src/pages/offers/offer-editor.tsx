/** The tabs of one offer over one draft: it stays while one goes between them, until it is published or discarded. */
import { Box } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useLocation, useNavigate } from "react-router";
import { useApi, useApiCall } from "../../api/api.ts";
import { useArrived, useEdit } from "../../parts/draft.ts";
import { DraftNote } from "../../parts/draft-note.tsx";
import { Page } from "../../parts/page.tsx";
import { TabLinks } from "../../parts/tab-links.tsx";
import {
  ALL_OFFERS,
  newestWords,
  publishedWords,
  publishWords,
  THIS_OFFER,
  TABS as words,
} from "../../words/offer.ts";
import { changesVersion, type Draft, isPublished, type Lack, lacksOf, TABS, type Tab } from "./draft.ts";
import { OfferTab } from "./offer-tab.tsx";
import { PublishBar } from "./publish-bar.tsx";
import { useValidation } from "./validation.ts";

interface Published {
  readonly id: string;
  readonly etag: string | null;
  readonly draft: Draft;
}

interface Props {
  readonly name: string;
  readonly tab: Tab;
  /** Null while the offer is not there yet. */
  readonly published: Published | null;
  readonly fresh: Draft;
  readonly roles: readonly string[];
}

export function OfferEditor({ name, tab, published, fresh, roles }: Props) {
  const navigate = useNavigate();
  const { search } = useLocation();
  const stored = { version: published?.etag ?? null, value: published?.draft ?? fresh };
  const edit = useEdit(`offer:${name}`, stored, isPublished);
  const put = useApiCall("putConfiguration");
  const { value: draft, dirty } = edit;
  // Null: nothing was published when this was begun.
  const before = edit.version === null ? null : edit.base;
  const lacks = useLacks(draft);
  const validation = useValidation(draft);
  const { version, applications } = useStanding(published?.id ?? null);
  const here = `/offers/${encodeURIComponent(name)}`;
  const addressOf = (one: Tab) => `${here}${one === "properties" ? "" : `/${one}`}`;
  const giveUp = () => {
    edit.drop();
    lacks.forget();
  };
  const done = () => {
    notifications.show({ message: publishedWords(draft.displayName), color: "green" });
    edit.settle();
    lacks.forget();
    navigate(addressOf(tab), { replace: true });
  };
  useArrived(edit, put, done);
  return (
    <Page
      title={draft.displayName.trim() === "" ? name : draft.displayName}
      lead={newestWords(before === null ? undefined : (version ?? null))}
      up={{ to: "/offers", label: ALL_OFFERS }}
    >
      <TabLinks
        label={words.label}
        tabs={TABS.map((one) => ({ to: `${addressOf(one)}${search}`, label: words[one] }))}
      />
      {edit.restored || edit.overtaken ? (
        <Box mb="md">
          <DraftNote draft={{ ...edit, drop: giveUp }} what={THIS_OFFER} />
        </Box>
      ) : null}
      <OfferTab
        tab={tab}
        name={name}
        offerId={published?.id ?? null}
        draft={draft}
        before={before}
        change={(part) => {
          lacks.forgive();
          edit.change((now) => ({ ...now, ...part }));
        }}
        errorOf={lacks.errorOf}
        validation={validation}
        version={version}
        applications={applications}
        roles={roles}
      />
      {dirty || before === null ? (
        <PublishBar
          name={name}
          draft={draft}
          etag={edit.version}
          put={put}
          words={publishWords({
            version: version ?? 0,
            makesVersion: changesVersion(before, draft),
            applications,
          })}
          validation={validation}
          show={(lack, refused) => {
            lacks.tell(refused ? lack : null);
            navigate(`${addressOf(lack.tab)}${search}`);
          }}
          discard={before === null ? null : giveUp}
          done={done}
        />
      ) : null}
    </Page>
  );
}

/** Nothing is called missing before somebody tried to publish; a refusal of the server stays until something changes. */
function useLacks(draft: Draft) {
  const [tried, setTried] = useState(false);
  const [refused, setRefused] = useState<Lack | null>(null);
  const known = refused === null ? (tried ? lacksOf(draft) : []) : [refused];
  return {
    errorOf: (field: Lack["field"]) => known.find((lack) => lack.field === field)?.message ?? null,
    tell: (lack: Lack | null) => {
      setTried(true);
      setRefused(lack);
    },
    forgive: () => setRefused(null),
    forget: () => {
      setTried(false);
      setRefused(null);
    },
  };
}

/** The newest version published, undefined while it is not known, and where any version runs. */
function useStanding(offerId: string | null) {
  const offers = useApi("listOffers", {});
  const applications = useApi("listApplications", {});
  return {
    version: offers.data?.items.find(({ id }) => id === offerId)?.version,
    applications: (applications.data?.items ?? []).filter(
      (one) => one.side === "publisher" && one.offerId === offerId,
    ),
  };
}
