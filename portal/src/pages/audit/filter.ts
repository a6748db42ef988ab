/** What an auditor looks for, as it stands in the address of the page and goes to the API. */
import type { Input } from "../../api/api.ts";

export interface Filter {
  readonly person: string | null;
  readonly role: string | null;
  readonly application: string | null;
  readonly type: string | null;
  readonly request: string | null;
  /** Days of the reader's own calendar, `2026-11-24`; both count. */
  readonly from: string | null;
  readonly to: string | null;
}

export const FIELDS = ["person", "role", "application", "type", "request", "from", "to"] as const;

type Query = NonNullable<Input<"listAuditEntries">["query"]>;

export function filterIn(address: URLSearchParams): Filter {
  return Object.fromEntries(FIELDS.map((field) => [field, address.get(field) || null])) as unknown as Filter;
}

export function queryOf({ person, role, application, type, request, from, to }: Filter): Query {
  const given = {
    personId: person,
    roleDefinitionId: role,
    applicationId: application,
    type,
    requestId: request,
    from: dayStart(from, 0),
    to: dayStart(to, 1),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
}

export function exportAddress(filter: Filter, format: "csv" | "json"): string {
  const query = new URLSearchParams({ ...(queryOf(filter) as Record<string, string>), format });
  return `/api/v1/audit-entries/export?${query}`;
}

/** Midnight here of that day, or of `later` days after it; null of what is no day. */
function dayStart(day: string | null, later: number): string | null {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day ?? "");
  if (parts === null) return null;
  const [, year, month, date] = parts.map(Number) as [number, number, number, number];
  return new Date(year, month - 1, date + later).toISOString();
}
