/** Mail that is planned, and the addresses that it goes to. */
import { sql } from "kysely";
import { asId } from "../../domain/ids.ts";
import { isMailKind, type MailMessage, type PlannedMail } from "../../domain/mail.ts";
import { BrokenInvariant } from "../../domain/rejection.ts";
import type { MailRepository } from "../../use-cases/ports.ts";
import type { TenantScope } from "../within-tenant.ts";

export function mailIn({ trx, tenantId }: TenantScope): MailRepository {
  return {
    async plan(mails) {
      if (mails.length > 0) await sql`SELECT plan_mail(${plannedRows(mails)}::jsonb)`.execute(trx);
    },
    async withdraw(topics) {
      await sql`SELECT withdraw_mail(${[...topics]}::text[])`.execute(trx);
    },
    async move(moved) {
      const topics = moved.map(({ topic }) => topic);
      const instants = moved.map(({ notBefore }) => new Date(notBefore));
      await sql`SELECT move_mail(${topics}::text[], ${instants}::timestamptz[])`.execute(trx);
    },
    async list({ limit, after, to, state }) {
      let select = trx
        .selectFrom("mail")
        .selectAll()
        .where("tenant_id", "=", tenantId)
        .orderBy("planned_at", "desc")
        .orderBy("id")
        .limit(limit);
      if (to !== undefined) select = select.where("person_id", "=", to.objectId);
      if (state !== undefined) select = select.where("state", "=", state);
      if (after !== undefined) {
        const instant = new Date(after.at ?? 0);
        select = select.where(
          sql<boolean>`(planned_at < ${instant} OR (planned_at = ${instant} AND id > ${after.id}::uuid))`,
        );
      }
      const rows = await select.execute();
      return rows.map((row) => ({
        id: row.id,
        kind: kindOf(row.kind),
        to: recipientOf(row),
        headline: (row.message as MailMessage).headline,
        topic: row.topic,
        plannedAt: row.planned_at,
        notBefore: row.not_before,
        state: row.state,
        attempts: row.attempts,
        nextTryAt: row.next_try_at,
        lastError: row.last_error,
        acceptedAt: row.accepted_at,
      }));
    },
  };
}

/** As `plan_mail` reads them. */
export function plannedRows(mails: readonly PlannedMail[]): string {
  return JSON.stringify(mails.map(({ to, ...mail }) => ({ ...mail, ...to })));
}

function kindOf(text: string): PlannedMail["kind"] {
  if (!isMailKind(text)) throw new BrokenInvariant(`a mail of the kind \`${text}\``);
  return text;
}

function recipientOf(row: {
  readonly person_id: string | null;
  readonly address: string | null;
  readonly rule_of: string | null;
}): PlannedMail["to"] {
  if (row.person_id !== null) return { person: asId(row.person_id) };
  if (row.address === null || row.rule_of === null) throw new BrokenInvariant("a mail to nobody");
  return { address: row.address, ruleOf: row.rule_of };
}
