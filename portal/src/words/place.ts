/** The page of one place: who holds something there, who may ask, who decides. */
import { durationWords } from "./duration.ts";
import { listWords } from "./list.ts";

export const UNNAMED = "Place";
export const HOLDS = "Who holds access here";
export const NOBODY_HOLDS = "Nobody holds access here now.";
export const ROLES = "Who may ask, and who decides";
export const NO_ROLES = "Nobody may ask for access here.";
export const IN_PART = "You see what is yours here.";
export const SETTINGS = "Role settings";
export const APPLICATION = "Open the application";

export const ownedBy = (ownerName: string) => `A place of ${ownerName}.`;

interface Stage {
  readonly tenantName: string;
  readonly count: number;
  readonly names: readonly string[];
  readonly required: number;
}

/** "Carol Castillo or Casey Chen decides", "2 of 3 approvers at Contoso decide", then the next stage. */
export function decidersWords(stages: readonly Stage[]): string {
  if (stages.length === 0) return "Approved at once; nobody has to decide.";
  const words = `${stages.map(stageWords).join(", then ")}.`;
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function stageWords({ tenantName, count, names, required }: Stage): string {
  if (names.length === 0 || names.length < count)
    return count === 0
      ? `nobody at ${tenantName} could decide`
      : `${required} of ${count} approvers at ${tenantName}`;
  return required === 1 ? listWords(names) : `${required} of ${listWords(names, "and", 6)}`;
}

export const atMost = (duration: string) => `at most ${durationWords(duration)}`;
export const membersWords = (count: number) => (count === 1 ? "1 member" : `${count} members`);
export const DECIDES = "Decides";
export const MAY_ASK = "May ask";
