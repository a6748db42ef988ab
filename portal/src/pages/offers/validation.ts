/** What the server says about the package as it stands, a moment after somebody wrote in it; nothing is stored. */
import { useDebouncedValue } from "@mantine/hooks";
import { type Answer, useApi } from "../../api/api.ts";
import { type Draft, hasPackage } from "./draft.ts";

export type PackageFault = Answer<"validateOfferPackage">["faults"][number];
export type Form = NonNullable<Answer<"validateOfferPackage">["form"]>;

export interface Validation {
  readonly faults: readonly PackageFault[];
  readonly warnings: readonly PackageFault[];
  readonly form: Form | null;
  /** What is shown is about an older text. */
  readonly checking: boolean;
  readonly error: Error | null;
}

const TYPING_MS = 400;
const NOTHING: Validation = { faults: [], warnings: [], form: null, checking: false, error: null };

export function useValidation({ files, jitOffered }: Draft): Validation {
  const { createUiDefinition, viewDefinition, mainTemplate } = files;
  const now = JSON.stringify([createUiDefinition, viewDefinition, mainTemplate, jitOffered]);
  const [settled] = useDebouncedValue(now, TYPING_MS);
  const [ui = "", view = "", template = "", offered = true] = JSON.parse(settled);
  const checked = useApi(
    "validateOfferPackage",
    {
      body: {
        createUiDefinition: ui,
        jitOffered: offered,
        ...(view === "" ? {} : { viewDefinition: view }),
        ...(template === "" ? {} : { mainTemplate: template }),
      },
    },
    { enabled: ui.trim() !== "", keepPrevious: true },
  );
  if (!hasPackage(files) || createUiDefinition.trim() === "") return NOTHING;
  return {
    faults: checked.data?.faults ?? [],
    warnings: checked.data?.warnings ?? [],
    form: checked.data?.form ?? null,
    checking: settled !== now || checked.isFetching,
    error: checked.error,
  };
}
