/** Mail that is planned, and the addresses that it goes to. */
import { type RawBuilder, sql } from "kysely";
import { asId } from "../../domain/ids.ts";
import { isMailKind, type MailMessage, type PlannedMail } from "../../domain/mail.ts";
import { BrokenInvariant } from "../../domain/rejection.ts";
import type { Instant } from "../../domain/time.ts";
import type { MailRepository, StoredAddress } from "../../use-cases/ports.ts";
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
          sql<boolean>`planned_at <= ${instant} AND (planned_at < ${instant} OR id > ${after.id}::uuid)`,
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
    async toSend(ids) {
      const { rows } = await sql<ToSendRow>`
        SELECT m.id, m.kind, m.message, m.thread, m.topic, m.urgent, m.not_before, m.attempts, m.person_id, m.address, m.rule_of,
            p.display_name, p.email, m.person_id IS NOT NULL AND (p.object_id IS NULL OR NOT is_active(p)) AS gone,
            t.display_name AS tenant_name, coalesce(own.body ->> 'timeZone', theirs.body ->> 'timeZone') AS time_zone, s.subject_prefix, s.footer, s.reply_to
          FROM mail m JOIN tenant t ON t.tenant_id = m.tenant_id
          LEFT JOIN principal p ON p.tenant_id = m.tenant_id AND p.object_id = m.person_id
          LEFT JOIN notification_preference own ON own.tenant_id = m.tenant_id AND own.person_id = m.person_id
          LEFT JOIN notification_preference theirs ON theirs.tenant_id = m.tenant_id AND theirs.person_id = m.tenant_id
          LEFT JOIN mail_settings s ON s.tenant_id = m.tenant_id
          WHERE m.tenant_id = ${tenantId} AND m.id = ANY(${[...ids]}::uuid[]) AND m.state = 'waiting'`.execute(
        trx,
      );
      const known = new Map(
        (await addressesOf(rows.flatMap((row) => keyOf(row.address ?? row.email) ?? []))).map((one) => [
          one.address,
          one,
        ]),
      );
      return rows.map((row) => {
        const writtenTo = row.address ?? row.email;
        const key = keyOf(writtenTo);
        return {
          id: row.id,
          tenantId,
          to: recipientOf(row),
          kind: kindOf(row.kind),
          message: row.message,
          thread: row.thread === null ? null : asId(row.thread),
          topic: row.topic,
          notBefore: row.not_before,
          urgent: row.urgent,
          attempts: row.attempts,
          tenantName: row.tenant_name,
          settings: { subjectPrefix: row.subject_prefix, footer: row.footer, replyTo: row.reply_to },
          name: row.display_name,
          writtenTo,
          gone: row.gone,
          address: key === null ? null : (known.get(key) ?? newAddress(key, row.rule_of)),
          timeZone: row.time_zone,
          // Nobody can say yet how they like dates to be written.
          locale: null,
        };
      });
    },
    async settle(id, came) {
      const where = trx.updateTable("mail").where("tenant_id", "=", tenantId).where("id", "=", id);
      // Withdrawn while it was under way, and accepted nevertheless: it was sent.
      if (came.state === "sent") {
        await where.set({ state: "sent", accepted_at: new Date(came.at), last_error: null }).execute();
        return;
      }
      const last_error = came.error.slice(0, MOST_ERROR);
      const still = where.where("state", "=", "waiting");
      if (came.state !== "waiting") await still.set({ state: came.state, last_error }).execute();
      else
        await still
          .set({
            next_try_at: new Date(came.nextTryAt),
            last_error,
            attempts: sql<number>`attempts + 1`,
          })
          .execute();
    },
    async giveBack(ids) {
      if (ids.length === 0) return;
      await trx
        .updateTable("mail")
        .set({ next_try_at: sql`not_before` })
        .where("tenant_id", "=", tenantId)
        .where("id", "in", [...ids])
        .where("state", "=", "waiting")
        .execute();
    },
    async isOn() {
      const { rows } = await sql<{ is_on: boolean }>`SELECT mail_is_on() AS is_on`.execute(trx);
      return rows[0]?.is_on === true;
    },
    async settings() {
      const row = await trx
        .selectFrom("mail_settings")
        .selectAll()
        .where("tenant_id", "=", tenantId)
        .executeTakeFirst();
      return {
        subjectPrefix: row?.subject_prefix ?? null,
        footer: row?.footer ?? null,
        replyTo: row?.reply_to ?? null,
      };
    },
    async setSettings({ subjectPrefix, footer, replyTo }) {
      const values = { subject_prefix: subjectPrefix, footer, reply_to: replyTo };
      await trx
        .insertInto("mail_settings")
        .values({ tenant_id: tenantId, ...values })
        .onConflict((conflict) => conflict.column("tenant_id").doUpdateSet(values))
        .execute();
    },
    addresses: ({ limit, after, switchedOff }) =>
      addressesBy(
        sql`a.address > ${after} ${switchedOff === true ? sql`AND a.switched_off_at IS NOT NULL` : sql``} ORDER BY a.address LIMIT ${limit}`,
      ),
    async address(address, lock) {
      const at = sql`a.address = ${address.toLowerCase()}`;
      const [found] = await addressesBy(lock === undefined ? at : sql`${at} FOR UPDATE OF a`);
      return found ?? null;
    },
    async addressById(id) {
      const [found] = await addressesBy(sql`a.id = ${id}::uuid FOR UPDATE OF a`);
      return found ?? null;
    },
    async saveAddress(one) {
      const values = {
        confirmed_at: dateOf(one.confirmedAt),
        refused: one.refused,
        switched_off_at: dateOf(one.switchedOffAt),
        switched_off_why: one.switchedOffWhy?.slice(0, MOST_ERROR) ?? null,
        asked_at: dateOf(one.askedAt),
        asked: one.asked,
        digests_stopped_at: dateOf(one.digestsStoppedAt),
      };
      await trx
        .insertInto("mail_address")
        .values({ tenant_id: tenantId, address: one.address, rule_of: one.ruleOf, ...values })
        .onConflict((conflict) => conflict.columns(["tenant_id", "address"]).doUpdateSet(values))
        .execute();
    },
    async keepLink({ tokenHash, address, purpose, until }) {
      await sql`SELECT keep_mail_link(${tokenHash}, ${address}, ${purpose}, ${new Date(until)})`.execute(trx);
    },
  };

  async function addressesOf(addresses: readonly string[]): Promise<StoredAddress[]> {
    return addresses.length === 0 ? [] : addressesBy(sql`a.address = ANY(${[...addresses]}::text[])`);
  }

  async function addressesBy(condition: RawBuilder<unknown>): Promise<StoredAddress[]> {
    const { rows } = await sql<AddressRow>`
      SELECT a.*, p.object_id AS person_id, p.display_name FROM mail_address a
        LEFT JOIN LATERAL (SELECT u.object_id, u.display_name FROM principal u WHERE u.tenant_id = a.tenant_id AND u.kind = 'user'
          AND u.email_key = a.address AND u.deleted_at IS NULL ORDER BY u.object_id LIMIT 1) p ON true
        WHERE a.tenant_id = ${tenantId} AND ${condition}`.execute(trx);
    return rows.map((row) => ({
      id: row.id,
      address: row.address,
      person:
        row.person_id === null ? null : { objectId: row.person_id, displayName: row.display_name ?? "" },
      ruleOf: row.rule_of,
      confirmedAt: row.confirmed_at,
      refused: row.refused,
      switchedOffAt: row.switched_off_at,
      switchedOffWhy: row.switched_off_why,
      askedAt: row.asked_at,
      asked: row.asked,
      digestsStoppedAt: row.digests_stopped_at,
    }));
  }
}

const MOST_ERROR = 500;

interface AddressRow {
  readonly id: string;
  readonly address: string;
  readonly rule_of: string | null;
  readonly person_id: string | null;
  readonly display_name: string | null;
  readonly confirmed_at: Instant | null;
  readonly refused: number;
  readonly switched_off_at: Instant | null;
  readonly switched_off_why: string | null;
  readonly asked_at: Instant | null;
  readonly asked: number;
  readonly digests_stopped_at: Instant | null;
}

interface ToSendRow {
  readonly id: string;
  readonly kind: string;
  readonly message: MailMessage;
  readonly thread: string | null;
  readonly topic: string | null;
  readonly urgent: boolean;
  readonly not_before: Instant;
  readonly attempts: number;
  readonly person_id: string | null;
  readonly address: string | null;
  readonly rule_of: string | null;
  readonly display_name: string | null;
  readonly email: string | null;
  readonly gone: boolean;
  readonly tenant_name: string;
  readonly time_zone: string | null;
  readonly subject_prefix: string | null;
  readonly footer: string | null;
  readonly reply_to: string | null;
}

function keyOf(address: string | null): string | null {
  return address === null ? null : address.toLowerCase();
}

/** One that nothing is known of yet. */
function newAddress(address: string, ruleOf: string | null): StoredAddress {
  return {
    id: "",
    address,
    person: null,
    ruleOf,
    confirmedAt: null,
    refused: 0,
    switchedOffAt: null,
    switchedOffWhy: null,
    askedAt: null,
    asked: 0,
    digestsStoppedAt: null,
  };
}

function dateOf(at: Instant | null): Date | null {
  return at === null ? null : new Date(at);
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
