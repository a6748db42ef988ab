/** An offer while it is being written: what its document says, as the fields of a form. */
import type { Answer } from "../../api/api.ts";
import type { FoundPrincipal } from "../../parts/principal-picker.tsx";
import { LACKS } from "../../words/offer.ts";

export const FILES = ["createUiDefinition", "viewDefinition", "mainTemplate"] as const;
export type FileName = (typeof FILES)[number];
/** "" where the package does not have the file. */
export type Files = Readonly<Record<FileName, string>>;

export const TABS = ["properties", "package", "technical", "availability", "preview"] as const;
export type Tab = (typeof TABS)[number];

export interface Authorization {
  /** Stays while the row is edited. */
  readonly key: string;
  readonly role: string | null;
  readonly principals: readonly FoundPrincipal[];
}

export interface Draft {
  readonly displayName: string;
  readonly description: string;
  readonly support: string;
  /** A PNG in base64; "" for none. */
  readonly logo: string;
  readonly jitOffered: boolean;
  readonly authorizations: readonly Authorization[];
  readonly to: "nobody" | "tenants" | "everybody";
  /** Names or ids; kept while another audience is chosen. */
  readonly tenants: readonly string[];
  readonly files: Files;
}

export type Spec = Readonly<Record<string, unknown>>;

/** What stands in the way of publishing, and where it is mended. */
export interface Lack {
  readonly tab: Tab;
  readonly field:
    | "displayName"
    | "description"
    | "support"
    | "logo"
    | "authorizations"
    | "tenants"
    | "package";
  readonly message: string;
}

const NO_FILES: Files = { createUiDefinition: "", viewDefinition: "", mainTemplate: "" };

export function newDraft(displayName: string): Draft {
  return {
    displayName,
    description: "",
    support: "",
    logo: "",
    jitOffered: true,
    authorizations: [{ key: "0", role: null, principals: [] }],
    to: "nobody",
    tenants: [],
    files: NO_FILES,
  };
}

/** `who` finds a principal by the word a document has for it. */
export function draftOf(
  spec: Answer<"readConfiguration">["spec"],
  who: (word: string) => FoundPrincipal,
): Draft {
  const { displayName, jitOffered, visibility } = spec;
  const named = isRecord(visibility) && Array.isArray(visibility.tenants);
  return {
    displayName: String(displayName ?? ""),
    description: textIn(spec.description),
    support: textIn(spec.support),
    logo: textIn(spec.logo),
    jitOffered: jitOffered === true,
    authorizations: authorizationsOf(spec.authorizations, who),
    to: named ? "tenants" : visibility === "everybody" ? "everybody" : "nobody",
    tenants: named ? (visibility.tenants as unknown[]).map(String) : [],
    files: filesOf(spec.package),
  };
}

/** The whole document, as it is written. Files go as text, so that a fault has its line. */
export function specOf(draft: Draft): Spec {
  const { displayName, jitOffered, authorizations, to, tenants, files } = draft;
  const [description, support] = [draft.description.trim(), draft.support.trim()];
  const { createUiDefinition, viewDefinition, mainTemplate } = files;
  return {
    displayName: displayName.trim(),
    ...(description === "" ? {} : { description }),
    ...(support === "" ? {} : { support }),
    ...(draft.logo === "" ? {} : { logo: draft.logo }),
    jitOffered,
    authorizations: authorizations.flatMap(({ role, principals }) =>
      role === null ? [] : principals.map(({ objectId }) => ({ principal: objectId, role })),
    ),
    visibility: to === "tenants" ? { tenants } : to,
    ...(hasPackage(files)
      ? {
          package: {
            createUiDefinition,
            ...(viewDefinition === "" ? {} : { viewDefinition }),
            ...(mainTemplate === "" ? {} : { mainTemplate }),
          },
        }
      : {}),
  };
}

export function hasPackage(files: Files): boolean {
  return FILES.some((file) => files[file].trim() !== "");
}

/** Whether publishing makes a version: what only says who may deploy it, or how it is called, does not. */
export function changesVersion(before: Draft | null, after: Draft): boolean {
  return before === null || contentOf(before) !== contentOf(after);
}

/** Whether the one that is stored says what was written, in whatever spaces and order. */
export function isPublished(written: Draft, stored: Draft): boolean {
  const [now, then] = [specOf(written), specOf(stored)];
  const rest = ({ authorizations: _, package: __, ...others }: Spec) => JSON.stringify(others);
  return rest(now) === rest(then) && contentOf(written) === contentOf(stored);
}

/** What the last version did not authorize: a consumer who runs that one has not accepted it. */
export function isWider(before: Draft | null, role: string | null, { objectId }: FoundPrincipal): boolean {
  if (before === null || role === null) return false;
  return !before.authorizations.some(
    (one) => one.role === role && one.principals.some((principal) => principal.objectId === objectId),
  );
}

export function lacksOf(draft: Draft): Lack[] {
  const lacks: Lack[] = [];
  if (draft.displayName.trim() === "")
    lacks.push({
      tab: "properties",
      field: "displayName",
      message: LACKS.displayName,
    });
  if (hasPackage(draft.files) && draft.files.createUiDefinition.trim() === "")
    lacks.push({
      tab: "package",
      field: "package",
      message: LACKS.form,
    });
  const whole = draft.authorizations.every(({ role, principals }) => role !== null && principals.length > 0);
  if (draft.authorizations.length === 0 || !whole)
    lacks.push({
      tab: "technical",
      field: "authorizations",
      message: LACKS.authorizations,
    });
  if (draft.to === "tenants" && draft.tenants.length === 0)
    lacks.push({ tab: "availability", field: "tenants", message: LACKS.tenants });
  return lacks;
}

/** Where a refusal of the API belongs, by the path that it names in the document. */
export function lackAt(path: string | null, message: string): Lack | null {
  const field = /\/spec\/(\w+)/.exec(path ?? "")?.[1];
  if (field === "displayName" || field === "description" || field === "support" || field === "logo")
    return { tab: "properties", field, message };
  if (field === "package") return { tab: "package", field, message };
  if (field === "authorizations" || field === "jitOffered")
    return { tab: "technical", field: "authorizations", message };
  if (field === "visibility") return { tab: "availability", field: "tenants", message };
  return null;
}

function authorizationsOf(given: unknown, who: (word: string) => FoundPrincipal): Authorization[] {
  const byRole = new Map<string, FoundPrincipal[]>();
  for (const one of Array.isArray(given) ? given : []) {
    if (!isRecord(one)) continue;
    const role = String(one.role);
    byRole.set(role, [...(byRole.get(role) ?? []), who(String(one.principal))]);
  }
  return [...byRole].map(([role, principals]) => ({ key: role, role, principals }));
}

function filesOf(given: unknown): Files {
  if (!isRecord(given)) return NO_FILES;
  const text = (file: FileName) => (given[file] === undefined ? "" : JSON.stringify(given[file], null, 2));
  return {
    createUiDefinition: text("createUiDefinition"),
    viewDefinition: text("viewDefinition"),
    mainTemplate: text("mainTemplate"),
  };
}

function contentOf(draft: Draft): string {
  const { jitOffered, authorizations } = specOf(draft) as { jitOffered: boolean; authorizations: object[] };
  const who = authorizations.map((one) => JSON.stringify(one)).sort();
  return JSON.stringify([jitOffered, who, FILES.map((file) => meaningOf(draft.files[file]))]);
}

/** Spaces between what a file says are no change of it. */
function meaningOf(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
}

function textIn(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
