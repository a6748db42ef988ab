/** A person, a group or a workload while somebody fills in the form; nothing secret is in it. */
import { documentName, form, people as words } from "../../../words/administration.ts";

export type PrincipalKind = "User" | "Group" | "ServicePrincipal";

/** As the address says it. */
export const NEW: Readonly<Record<string, PrincipalKind>> = {
  person: "User",
  group: "Group",
  workload: "ServicePrincipal",
};
export interface PrincipalDraft {
  readonly displayName: string;
  /** Empty: made from what people call it. */
  readonly name: string;
  readonly email: string;
  readonly rights: readonly string[];
  /** As documents name them: `user:ada`. */
  readonly members: readonly string[];
  readonly owners: readonly string[];
  /** Whether it is given something to sign in with, shown once. */
  readonly gives: boolean;
}

export const FIELDS: Readonly<Record<PrincipalKind, readonly string[]>> = {
  User: ["/name", "/spec/displayName", "/spec/email", "/spec/rights"],
  Group: ["/name", "/spec/displayName", "/spec/members", "/spec/owners"],
  ServicePrincipal: ["/name", "/spec/displayName", "/spec/owners", "/spec/rights"],
};

export function principalDraft(spec: Readonly<Record<string, unknown>> | null): PrincipalDraft {
  const text = (name: string) => (typeof spec?.[name] === "string" ? String(spec[name]) : "");
  const list = (name: string) => (Array.isArray(spec?.[name]) ? (spec[name] as string[]) : []);
  return {
    displayName: text("displayName"),
    name: "",
    email: text("email"),
    rights: list("rights"),
    members: list("members"),
    owners: list("owners"),
    gives: spec === null,
  };
}

export function nameOf({ name, displayName }: PrincipalDraft): string {
  return name.trim() === "" ? documentName(displayName) : name.trim();
}

/** What is not asked for here stays as it stands. */
export function specOf(
  kind: PrincipalKind,
  { displayName, email, rights, members, owners }: PrincipalDraft,
  base: Readonly<Record<string, unknown>> | null,
): Record<string, unknown> {
  const { rights: _, ...rest } = base ?? {};
  const said = { ...rest, displayName: displayName.trim() };
  const held = rights.length === 0 ? {} : { rights: [...rights] };
  switch (kind) {
    case "User":
      return { ...said, email: email.trim(), ...held };
    case "Group":
      return { ...said, members: [...members], owners: [...owners] };
    case "ServicePrincipal":
      return { ...said, owners: [...owners], ...held };
  }
}

export function lackingIn(kind: PrincipalKind, draft: PrincipalDraft): Record<string, string> {
  return {
    ...(draft.displayName.trim() === "" ? { "/spec/displayName": words.displayNameLacks } : {}),
    ...(kind === "User" && draft.email.trim() === "" ? { "/spec/email": words.emailLacks } : {}),
    ...(draft.displayName.trim() !== "" && nameOf(draft) === "" ? { "/name": form.nameLacks } : {}),
  };
}
