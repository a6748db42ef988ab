/** What somebody was told, what they want to hear by mail, and their own history. */
import { z } from "zod";
import {
  DIGEST_PERIODS,
  MAY_BE_OFF,
  type NotificationPreferences,
  type OwnPreferences,
} from "../../domain/notification-preferences.ts";
import { accept, reject } from "../../domain/rejection.ts";
import { parseTimeZone } from "../../domain/time.ts";
import { CRITICAL_TYPES, NOTIFICATION_TYPES } from "../../use-cases/notifications/matrix.ts";
import {
  changePreferences,
  changeTenantPreferences,
  type PreferencesView,
  readPreferences,
  readTenantPreferences,
} from "../../use-cases/notifications/preferences.ts";
import {
  listNotifications,
  markNotificationsRead,
} from "../../use-cases/notifications/read-notifications.ts";
import { given, guid, instant } from "../../use-cases/values.ts";
import { listOwnHistory, positionIn } from "../../use-cases/views/read-audit.ts";
import { answer, callerOf } from "../caller.ts";
import { byInstant } from "../cursor.ts";
import type { Api, ApiContext } from "./context.ts";
import { afterOf, pageOf, pageQuery, toPage } from "./shapes/page.ts";
import { asIs } from "./shown.ts";

const tags = ["me"];
const NOTIFICATIONS = { name: "listMyNotifications", fits: byInstant };
const HISTORY = { name: "listMyHistory", fits: byInstant };

const typeSchema = z.enum(NOTIFICATION_TYPES as [string, ...string[]]);

const notificationShape = z.object({
  id: guid,
  type: z.string(),
  requestId: guid.nullable(),
  grantId: guid.nullable(),
  text: z.string(),
  at: instant,
  readAt: instant.nullable(),
});

const timeOfDay = z
  .string()
  .max(5)
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "a time of day, such as 22:00");

const preferenceFields = {
  off: z.array(z.enum(MAY_BE_OFF as [string, ...string[]])).max(MAY_BE_OFF.length),
  automatic: z.enum(DIGEST_PERIODS),
  reminders: z.boolean(),
  escalation: z.boolean(),
  quietHours: z.object({ from: timeOfDay, to: timeOfDay }).nullable(),
  timeZone: z
    .string()
    .max(64)
    .refine((text) => parseTimeZone(text) !== null, "an IANA time zone, such as Europe/Berlin"),
};
const HELP: Readonly<Record<keyof typeof preferenceFields, string>> = {
  off: "kinds of mail that are not sent; none of them asks for an action",
  automatic: "what was approved without a decision: one mail for each, a digest, or none",
  reminders: "whether reminders are mailed",
  escalation: "whether one is mailed when a decision escalates to them",
  quietHours: "what needs nothing waits until they are over; null: none",
  timeZone: "of quiet hours, digests and the times in mail",
};
const described = Object.fromEntries(
  Object.entries(preferenceFields).map(([name, schema]) => [
    name,
    schema.meta({ description: HELP[name as keyof typeof HELP] }),
  ]),
) as typeof preferenceFields;

const preferencesBody = z.strictObject(described).partial();
const preferencesShape = z.object({
  said: z.object(described).partial().meta({ description: "what is left out is as in `otherwise`" }),
  otherwise: z.object(described),
  inForce: z.object(described),
});

const historyShape = z.object({
  id: guid,
  at: instant,
  type: z.string(),
  sentence: z.string(),
  actorName: z.string().nullable().meta({ description: "null where Curfew itself acted" }),
  requestId: guid.nullable(),
});

export function notificationRoutes(api: Api, { deps }: ApiContext): void {
  api.get(
    "/me/notifications",
    {
      schema: {
        tags,
        operationId: "listMyNotifications",
        querystring: pageQuery(NOTIFICATIONS).extend({
          unread: z.enum(["true", "false"]).default("false"),
          asks: z.enum(["true", "false"]).default("false").meta({
            description:
              "only what still asks its reader for an action: a request that waits, or what was not read yet",
          }),
          type: typeSchema.optional(),
        }),
        response: { 200: pageOf(notificationShape) },
      },
    },
    async (request, reply) => {
      const { ref } = callerOf(request);
      const { limit, cursor, unread, asks, type } = request.query;
      const types = [...(type === undefined ? NOTIFICATION_TYPES : [type])].filter(
        (one) => asks === "false" || CRITICAL_TYPES.includes(one),
      );
      const isNarrowed = asks === "true" || type !== undefined;
      const filter = {
        limit,
        ...afterOf(cursor),
        unread: unread === "true",
        ...(isNarrowed ? { types } : {}),
        open: asks === "true",
      };
      const found = await listNotifications(deps, ref, filter);
      return answer(reply, accept(found), (all) =>
        toPage(all, {
          ...{ list: NOTIFICATIONS, limit },
          at: ({ at, id }) => ({ at, id }),
          shape: asIs(notificationShape),
        }),
      );
    },
  );

  api.post(
    "/me/notifications/read",
    {
      schema: {
        tags,
        operationId: "markMyNotificationsRead",
        body: z.strictObject({
          ids: z.array(guid).min(1).max(500).optional(),
          all: z.literal(true).optional(),
        }),
        response: { 200: z.object({ marked: z.number().int() }) },
      },
    },
    async (request, reply) => {
      const { ref } = callerOf(request);
      const { ids, all } = request.body;
      if ((ids === undefined) === (all === undefined)) {
        return answer(
          reply,
          reject("invalid_input", "give either `ids` or `all: true`", { path: "/ids" }),
          String,
        );
      }
      const marked = await markNotificationsRead(deps, ref, ids ?? "all");
      return answer(reply, accept({ marked }), (value) => value);
    },
  );

  const schemaOf = (operationId: string, group = tags) => ({
    schema: { tags: group, operationId, response: { 200: preferencesShape } },
  });
  const changeOf = (operationId: string, group = tags) => ({
    schema: { tags: group, operationId, body: preferencesBody, response: { 200: preferencesShape } },
  });

  api.get("/me/notification-preferences", schemaOf("readMyNotificationPreferences"), async (request, reply) =>
    answer(reply, accept(await readPreferences(deps, callerOf(request))), viewJson),
  );
  api.put("/me/notification-preferences", changeOf("setMyNotificationPreferences"), async (request, reply) =>
    answer(
      reply,
      accept(await changePreferences(deps, callerOf(request), preferencesFrom(request.body))),
      viewJson,
    ),
  );
  api.get(
    "/notification-preferences",
    schemaOf("readNotificationPreferences", ["configuration"]),
    async (request, reply) => answer(reply, await readTenantPreferences(deps, callerOf(request)), viewJson),
  );
  api.put(
    "/notification-preferences",
    changeOf("setNotificationPreferences", ["configuration"]),
    async (request, reply) =>
      answer(
        reply,
        await changeTenantPreferences(deps, callerOf(request), preferencesFrom(request.body)),
        viewJson,
      ),
  );

  api.get(
    "/me/audit",
    {
      schema: {
        tags,
        operationId: "listMyHistory",
        description: "what one did, and what was done to one's requests and access; the newest first",
        querystring: pageQuery(HISTORY).extend({ from: instant.optional(), to: instant.optional() }),
        response: { 200: pageOf(historyShape) },
      },
    },
    async (request, reply) => {
      const { limit, cursor, from, to } = request.query;
      const filter = { limit, ...afterOf(cursor), ...given({ from, to }) };
      const found = await listOwnHistory(deps, callerOf(request), filter);
      return answer(reply, accept(found), (all) =>
        toPage(all, { list: HISTORY, limit, at: positionIn({}), shape: historyJson }),
      );
    },
  );
}

type Entry = Awaited<ReturnType<typeof listOwnHistory>>[number];

function historyJson({ id, at, entry, sentence, actorName, requestId }: Entry) {
  return { id, at, type: String(entry.type), sentence, actorName, requestId };
}

function preferencesFrom({ quietHours, off, ...said }: z.output<typeof preferencesBody>): OwnPreferences {
  const zone = said.timeZone === undefined ? undefined : parseTimeZone(said.timeZone);
  return given({
    ...said,
    off: off as OwnPreferences["off"],
    timeZone: zone ?? undefined,
    quietHours:
      quietHours === undefined || quietHours === null
        ? quietHours
        : { from: minutesOf(quietHours.from), to: minutesOf(quietHours.to) },
  }) as OwnPreferences;
}

function viewJson({ said, otherwise, inForce }: PreferencesView) {
  return {
    said: preferencesJson(said),
    otherwise: preferencesJson(otherwise),
    inForce: preferencesJson(inForce),
  };
}

function preferencesJson<P extends Partial<NotificationPreferences>>({ quietHours, ...rest }: P) {
  if (quietHours === undefined) return rest as never;
  const words =
    quietHours === null ? null : { from: timeWords(quietHours.from), to: timeWords(quietHours.to) };
  return { ...rest, quietHours: words } as never;
}

function minutesOf(text: string): number {
  const [hours = 0, minutes = 0] = text.split(":").map(Number);
  return hours * 60 + minutes;
}

function timeWords(minutes: number): string {
  const two = (many: number) => String(many).padStart(2, "0");
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
