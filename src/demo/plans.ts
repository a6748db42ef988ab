/** What the demo's people needed, day by day: two of these a day, twice over in thirty days. */
import type { Purpose } from "../domain/access-request.ts";
import { HOUR_MS, MINUTE_MS } from "../domain/time.ts";

export interface Plan {
  readonly tenant: "contoso" | "fabrikam";
  readonly who: "frank" | "fiona" | "colin";
  readonly place: "orders" | "billing" | "web" | "subscription";
  readonly durationMs: number;
  readonly purpose: Purpose;
  readonly because: string;
  readonly ticket?: string;
  readonly approved?: string;
  readonly denied?: string;
}

/** The days on which an approver gave half of what was asked, and on which a grant was extended. */
export const NARROWED_DAY = 20;
export const EXTENDED_DAY = 16;

const frank = { tenant: "fabrikam", who: "frank" } as const;
const fiona = { tenant: "fabrikam", who: "fiona" } as const;
const colin = { tenant: "contoso", who: "colin" } as const;

export const PLANS: readonly Plan[] = [
  {
    ...frank,
    place: "orders",
    durationMs: 45 * MINUTE_MS,
    purpose: "troubleshooting",
    because: "order 3120 is stuck in paid",
  },
  {
    ...colin,
    place: "subscription",
    durationMs: 4 * HOUR_MS,
    purpose: "investigation",
    because: "cost report for October",
  },
  {
    ...fiona,
    place: "billing",
    durationMs: 2 * HOUR_MS,
    purpose: "update",
    because: "invoice template for Q4",
  },
  {
    ...frank,
    place: "orders",
    durationMs: HOUR_MS,
    purpose: "maintenance",
    because: "rebuild the search index",
    approved: "after lunch is fine",
  },
  {
    ...colin,
    place: "web",
    durationMs: 30 * MINUTE_MS,
    purpose: "update",
    because: "deploy 2.14 of the shop",
    ticket: "OPS-2214",
  },
  {
    ...frank,
    place: "billing",
    durationMs: HOUR_MS,
    purpose: "troubleshooting",
    because: "two invoices were sent twice",
  },
  {
    ...fiona,
    place: "orders",
    durationMs: 2 * HOUR_MS,
    purpose: "update",
    because: "release 5.2 with the new returns flow",
  },
  {
    ...frank,
    place: "orders",
    durationMs: 4 * HOUR_MS,
    purpose: "other",
    because: "have a look around",
    denied: "say what for, and ask for an hour",
  },
  {
    ...colin,
    place: "subscription",
    durationMs: 8 * HOUR_MS,
    purpose: "investigation",
    because: "audit of open ports",
  },
  {
    ...fiona,
    place: "billing",
    durationMs: 3 * HOUR_MS,
    purpose: "maintenance",
    because: "archive invoices of 2019",
  },
  {
    ...frank,
    place: "orders",
    durationMs: 20 * MINUTE_MS,
    purpose: "troubleshooting",
    because: "customer 88 cannot return a parcel",
  },
  {
    ...colin,
    place: "web",
    durationMs: HOUR_MS,
    purpose: "maintenance",
    because: "renew the certificate of the shop",
    ticket: "OPS-2230",
  },
  {
    ...frank,
    place: "billing",
    durationMs: 90 * MINUTE_MS,
    purpose: "update",
    because: "new tax rate for Portugal",
  },
  {
    ...fiona,
    place: "orders",
    durationMs: HOUR_MS,
    purpose: "troubleshooting",
    because: "duplicate rows after the failed import",
  },
  {
    ...colin,
    place: "subscription",
    durationMs: 2 * HOUR_MS,
    purpose: "investigation",
    because: "who created the old test groups",
  },
  {
    ...frank,
    place: "orders",
    durationMs: 30 * MINUTE_MS,
    purpose: "troubleshooting",
    because: "wrong address on order 2987",
  },
  {
    ...fiona,
    place: "billing",
    durationMs: HOUR_MS,
    purpose: "update",
    because: "rotate the key of the payment provider",
  },
  {
    ...frank,
    place: "orders",
    durationMs: 3 * HOUR_MS,
    purpose: "maintenance",
    because: "vacuum and reindex before the sale",
  },
  {
    ...colin,
    place: "web",
    durationMs: 45 * MINUTE_MS,
    purpose: "troubleshooting",
    because: "checkout answers 502",
    ticket: "INC-871",
  },
  {
    ...fiona,
    place: "orders",
    durationMs: 2 * HOUR_MS,
    purpose: "update",
    because: "release 5.3",
    denied: "not on the day of the sale",
  },
  {
    ...frank,
    place: "billing",
    durationMs: 2 * HOUR_MS,
    purpose: "maintenance",
    because: "reconcile October",
  },
  {
    ...frank,
    place: "orders",
    durationMs: 40 * MINUTE_MS,
    purpose: "troubleshooting",
    because: "three orders without a customer",
  },
  {
    ...colin,
    place: "subscription",
    durationMs: 6 * HOUR_MS,
    purpose: "investigation",
    because: "capacity plan for December",
  },
  {
    ...fiona,
    place: "orders",
    durationMs: HOUR_MS,
    purpose: "update",
    because: "release 5.3, now with approval of the shop",
  },
  {
    ...frank,
    place: "billing",
    durationMs: 30 * MINUTE_MS,
    purpose: "troubleshooting",
    because: "refund of invoice 9921 hangs",
  },
  {
    ...colin,
    place: "web",
    durationMs: HOUR_MS,
    purpose: "update",
    because: "deploy 2.15 of the shop",
    ticket: "OPS-2251",
  },
  {
    ...frank,
    place: "orders",
    durationMs: 50 * MINUTE_MS,
    purpose: "investigation",
    because: "why totals differ by a cent",
  },
  { ...fiona, place: "billing", durationMs: 2 * HOUR_MS, purpose: "update", because: "price list of 2027" },
  {
    ...colin,
    place: "subscription",
    durationMs: 3 * HOUR_MS,
    purpose: "investigation",
    because: "unused disks",
  },
  {
    ...frank,
    place: "orders",
    durationMs: 25 * MINUTE_MS,
    purpose: "troubleshooting",
    because: "order 4402 shipped twice",
  },
];
