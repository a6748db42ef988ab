import type { Application } from "../../words/application.ts";
import { AvailabilityTab } from "./availability-tab.tsx";
import type { Draft, Tab } from "./draft.ts";
import type { DraftFields } from "./draft-fields.ts";
import { PackageTab } from "./package-tab.tsx";
import { PreviewTab } from "./preview-tab.tsx";
import { PropertiesTab } from "./properties-tab.tsx";
import { TechnicalTab } from "./technical-tab.tsx";
import type { Validation } from "./validation.ts";

interface Props extends DraftFields {
  readonly tab: Tab;
  readonly name: string;
  readonly offerId: string | null;
  /** As last published; null before the first time. */
  readonly before: Draft | null;
  readonly validation: Validation;
  readonly version: number | undefined;
  readonly applications: readonly Application[];
  readonly roles: readonly string[];
}

export function OfferTab({
  tab,
  name,
  offerId,
  before,
  validation,
  version,
  applications,
  roles,
  ...fields
}: Props) {
  switch (tab) {
    case "properties":
      return (
        <PropertiesTab
          {...fields}
          name={name}
          offerId={offerId}
          version={version}
          applications={applications}
        />
      );
    case "package":
      return <PackageTab {...fields} validation={validation} />;
    case "technical":
      return <TechnicalTab {...fields} before={before} roles={roles} faults={validation.faults} />;
    case "preview":
      return <PreviewTab draft={fields.draft} version={version} validation={validation} />;
    case "availability":
      return <AvailabilityTab {...fields} />;
  }
}
