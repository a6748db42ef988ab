/** The portal's files, and its one page at every address that is nobody else's. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { sendNothingHere } from "../problem.ts";

const NONCE = "{{nonce}}";
const NOT_PAGES =
  /^\/(?:api|auth|mail|oauth|assets|subscriptions|providers|v1\.0|beta|\.well-known)(?:[/?]|$)/i;

export async function mountPortal(app: FastifyInstance, folder: string | null): Promise<void> {
  const page = folder === null ? null : readFileSync(join(folder, "index.html"), "utf8");
  if (folder !== null) {
    await app.register(fastifyStatic, {
      root: join(folder, "assets"),
      prefix: "/assets/",
      preCompressed: true,
      index: false,
      schemaHide: true,
      // A file's name changes with what is in it.
      immutable: true,
      maxAge: "365d",
    });
  }
  app.setNotFoundHandler((request, reply) => {
    if (page !== null && asksForPage(request)) return sendPage(reply, page);
    return sendNothingHere(reply);
  });
}

/** A browser that goes to an address, and whoever asks for the front page; which addresses there are the page knows. */
function asksForPage({ method, url, headers }: FastifyRequest): boolean {
  if (method !== "GET" && method !== "HEAD") return false;
  return url === "/" || (headers.accept?.includes("text/html") === true && !NOT_PAGES.test(url));
}

function sendPage(reply: FastifyReply, page: string): FastifyReply {
  const nonce = randomBytes(16).toString("base64url");
  return reply
    .code(200)
    .headers({
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": policy(nonce),
      "cache-control": "no-store",
      "referrer-policy": "same-origin",
    })
    .send(page.replaceAll(NONCE, nonce));
}

/** Scripts from our own files only; styles from files and those that carry this answer's nonce; no HTML from strings. */
function policy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types default",
  ].join("; ");
}
