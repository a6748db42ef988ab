/** Configuration as the files that `apply` reads: one a kind, and a second one where the first would be too large to be read. */
import { documentText } from "../../client/document-text.ts";
import type { ConfigurationDocument } from "../../client/types.ts";

export type Kind = ConfigurationDocument["kind"];

/** Every kind, in the order in which they can be made. */
const FILES: Readonly<Record<Kind, string>> = {
  Tenant: "tenant",
  Subscription: "subscriptions",
  User: "users",
  ServicePrincipal: "service-principals",
  Group: "groups",
  RoleDefinition: "role-definitions",
  Tier: "tiers",
  ApplicationDefinition: "application-definitions",
  Application: "applications",
  RoleSettings: "role-settings",
  Eligibility: "eligibilities",
  Target: "targets",
  Binding: "bindings",
  Export: "exports",
};
export const KINDS = Object.keys(FILES) as Kind[];

/** The first line of each file: what has it may be replaced. */
export const MARK = "# Written by `curfew config export`.";
const HEAD = `${MARK} \`curfew apply -f\` of it changes nothing while nothing was changed.
# No secret is in it: left out, passwords, second factors, client secrets and those of targets stay as they are. A new
# installation needs them: as {fromEnv: NAME} or {fromFile: PATH}.
`;

/** What a file of ours is called. */
export const FILE_NAME = new RegExp(`^(?:${Object.values(FILES).join("|")})(?:-\\d+)?\\.yaml$`);
const MAX_FILE_CHARS = 240_000;

export interface WrittenFile {
  readonly name: string;
  readonly text: string;
}

/** Of one tenant, in the order in which they were told: the same configuration is the same text. */
export function filesOf(documents: readonly ConfigurationDocument[]): WrittenFile[] {
  return KINDS.flatMap((kind) => {
    const parts: string[] = [];
    for (const document of documents.filter((one) => one.kind === kind)) {
      const text = `---\n${documentText(document)}`;
      const last = parts.at(-1);
      if (last === undefined || last.length + text.length > MAX_FILE_CHARS) parts.push(HEAD + text);
      else parts[parts.length - 1] = last + text;
    }
    return parts.map((text, at) => ({
      name: `${FILES[kind]}${at === 0 ? "" : `-${at + 1}`}.yaml`,
      text,
    }));
  });
}
