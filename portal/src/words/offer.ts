/** An offer in words: who may deploy it, and what publishing a change of it does. */
import type { Application } from "./application.ts";
import { listWords } from "./list.ts";

/** As `visibility` stands in the document. */
export function availabilityWords(visibility: unknown): string {
  if (visibility === "everybody") return "Everyone";
  const { tenants = [] } = (typeof visibility === "object" && visibility !== null ? visibility : {}) as {
    tenants?: string[];
  };
  return tenants.length === 0 ? "Nobody" : listWords(tenants, "and");
}

export function deploymentsWords(applications: readonly Application[]): string {
  const customers = customersOf(applications);
  if (applications.length === 0) return "None";
  return `${applications.length} at ${listWords(customers, "and")}`;
}

interface Change {
  /** The newest version published; 0 before the first. */
  readonly version: number;
  readonly makesVersion: boolean;
  readonly applications: readonly Application[];
}

/** What publishing does, before it is done: "Publishes version 4. 2 customers stay on version 3 until they accept." */
export function publishWords({ version, makesVersion, applications }: Change): string {
  if (!makesVersion) return "No new version: its name and who may deploy it change at once, for everyone.";
  return `Publishes version ${version + 1}. ${stayingWords(applications)}`;
}

function stayingWords(applications: readonly Application[]): string {
  const [first, ...others] = customersOf(applications);
  const versions = [...new Set(applications.map(({ offerVersion }) => offerVersion))];
  if (first === undefined) return "Nobody runs it yet.";
  const where = versions.length === 1 ? `version ${versions[0]}` : "the version accepted";
  return others.length === 0
    ? `${first} stays on ${where} until it accepts.`
    : `${others.length + 1} customers stay on ${where} until they accept.`;
}

function customersOf(applications: readonly Application[]): string[] {
  return [...new Map(applications.map(({ consumer }) => [consumer.tenantId, consumer.name])).values()];
}
