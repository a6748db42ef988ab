/** What is mailed, to whom, and how: for those who answer for a tenant. What its server is, is the operator's alone. */
import { z } from "zod";
import { MAIL_KINDS, MAIL_STATES, type MailKind } from "../../domain/mail.ts";
import {
  changeMailSettings,
  listMailAddresses,
  listMails,
  readMailSettings,
  stateOfAddress,
  switchOnAddress,
} from "../../use-cases/mail/addresses.ts";
import type { StoredAddress, StoredMail } from "../../use-cases/ports.ts";
import { given, guid, instant, line, text } from "../../use-cases/values.ts";
import { answer, callerOf } from "../caller.ts";
import { byInstant, byName } from "../cursor.ts";
import type { Api, ApiContext } from "./context.ts";
import { afterOf, pageOf, pageQuery, toPage } from "./shapes/page.ts";
import { asIs, type Shown } from "./shown.ts";

const tags = ["mail"];
export const ADDRESS_STATES = ["confirmed", "unconfirmed", "switchedOff"] as const;
const ADDRESSES = { name: "listMailAddresses", fits: byName };
const MAILS = { name: "listMails", fits: byInstant };

const addressShape = z.object({
  id: guid,
  address: z.string(),
  person: z.object({ objectId: guid, displayName: z.string() }).nullable(),
  ruleOf: z.string().nullable().meta({ description: "the rule that named it, where it is nobody's here" }),
  state: z.enum(ADDRESS_STATES),
  refused: z.number().int().meta({ description: "how often in a row its server refused it for good" }),
  switchedOffAt: instant.nullable(),
  switchedOffWhy: z.string().nullable().meta({ description: "what its server said" }),
  digestsStoppedAt: instant.nullable(),
});

const mailShape = z.object({
  id: guid,
  kind: z.enum(Object.keys(MAIL_KINDS) as [MailKind, ...MailKind[]]),
  to: z.union([z.object({ person: guid }), z.object({ address: z.string(), ruleOf: z.string() })]),
  headline: z.string(),
  plannedAt: instant,
  notBefore: instant,
  state: z.enum(MAIL_STATES),
  attempts: z.number().int(),
  nextTryAt: instant,
  lastError: z.string().nullable(),
  acceptedAt: instant.nullable(),
});

const changing = {
  subjectPrefix: line(40).min(1).nullable(),
  footer: text(1_000).min(1).nullable(),
  replyTo: line(254).min(3).nullable(),
};
const settingsShape = z.object({
  ...changing,
  isOn: z.boolean().meta({ description: "false: the operator has configured no mail, and none is sent" }),
});

export function mailRoutes(api: Api, { deps }: ApiContext): void {
  api.get(
    "/mail-addresses",
    {
      schema: {
        tags,
        operationId: "listMailAddresses",
        querystring: pageQuery(ADDRESSES).extend({ switchedOff: z.enum(["true", "false"]).default("false") }),
        response: { 200: pageOf(addressShape) },
      },
    },
    async (request, reply) => {
      const { limit, cursor, switchedOff } = request.query;
      const filter = { limit, after: cursor?.id ?? "", switchedOff: switchedOff === "true" };
      return answer(reply, await listMailAddresses(deps, callerOf(request), filter), (found) =>
        toPage(found, {
          ...{ list: ADDRESSES, limit },
          at: ({ address }) => ({ at: null, id: address }),
          shape: addressJson,
        }),
      );
    },
  );

  api.post(
    "/mail-addresses/:id/switch-on",
    {
      schema: {
        tags,
        operationId: "switchOnMailAddress",
        description: "mail goes there again; where nobody has confirmed it, they are asked once more",
        params: z.object({ id: guid }),
        response: { 200: addressShape },
      },
    },
    async (request, reply) =>
      answer(reply, await switchOnAddress(deps, callerOf(request), request.params.id), addressJson),
  );

  api.get(
    "/mails",
    {
      schema: {
        tags,
        operationId: "listMails",
        description: "the newest first; what they said is not kept in words",
        querystring: pageQuery(MAILS).extend({ state: z.enum(MAIL_STATES).optional() }),
        response: { 200: pageOf(mailShape) },
      },
    },
    async (request, reply) => {
      const { limit, cursor, state } = request.query;
      const filter = { limit, ...afterOf(cursor), ...given({ state }) };
      return answer(reply, await listMails(deps, callerOf(request), filter), (found) =>
        toPage(found, {
          ...{ list: MAILS, limit },
          at: ({ plannedAt, id }) => ({ at: plannedAt, id }),
          shape: mailJson,
        }),
      );
    },
  );

  api.get(
    "/mail-settings",
    { schema: { tags, operationId: "readMailSettings", response: { 200: settingsShape } } },
    async (request, reply) =>
      answer(reply, await readMailSettings(deps, callerOf(request)), asIs(settingsShape)),
  );

  api.put(
    "/mail-settings",
    {
      schema: {
        tags,
        operationId: "changeMailSettings",
        description: "what each mail of the organisation begins and ends with, in plain text",
        body: z.strictObject(changing),
        response: { 200: settingsShape },
      },
    },
    async (request, reply) =>
      answer(reply, await changeMailSettings(deps, callerOf(request), request.body), asIs(settingsShape)),
  );
}

function addressJson(address: StoredAddress): Shown<typeof addressShape> {
  return { ...address, state: stateOfAddress(address) };
}

function mailJson(mail: StoredMail): Shown<typeof mailShape> {
  return mail;
}
