/**
 * `/mail/...`: where links in mails lead. Scanners open every link of a mail, so that reading changes nothing; whoever posts
 * has what the mail held, which is all there is to prove. RFC 8058: a mail program posts to the address itself, from no page.
 */
import { createHash } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { type MailLinkFacts, mailLinkOverPage, mailLinkPage } from "../pages/mail-link-page.ts";
import { answer, asked, field, formRoutes } from "./forms.ts";

/** Null: the link is over, or was never one. */
export interface MailLinks {
  read(tokenHash: Buffer): Promise<MailLinkFacts | null>;
  follow(tokenHash: Buffer): Promise<MailLinkFacts | null>;
}

const PATHS = { confirm: "/mail/confirm", stop_digests: "/mail/stop-digests" } as const;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;
const HIDDEN = { hide: true };

export async function mailRoutes(app: FastifyInstance, links: MailLinks): Promise<void> {
  await formRoutes(app, (scope) => {
    for (const [purpose, path] of Object.entries(PATHS)) {
      const pageOf = async (token: string, ask: (hash: Buffer) => Promise<MailLinkFacts | null>) => {
        const found = TOKEN.test(token) ? await ask(createHash("sha256").update(token).digest()) : null;
        return found === null ? mailLinkOverPage() : mailLinkPage(found, path, token);
      };
      scope.get(path, { schema: HIDDEN }, async (request, reply) =>
        answer(reply, await pageOf(asked(request, "token"), ofPurpose(purpose, links.read, links.read))),
      );
      scope.post(path, { schema: HIDDEN }, async (request, reply) =>
        answer(reply, await pageOf(tokenOf(request), ofPurpose(purpose, links.read, links.follow))),
      );
    }
  });
}

function tokenOf(request: FastifyRequest): string {
  return field(request, "token") || asked(request, "token");
}

/** A link of one purpose does nothing at the address of the other. */
function ofPurpose(purpose: string, read: MailLinks["read"], act: MailLinks["follow"]): MailLinks["follow"] {
  return async (hash) => ((await read(hash))?.purpose === purpose ? act(hash) : null);
}
