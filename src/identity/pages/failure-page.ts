/** What went wrong, told to whoever looks at a browser; where it passes by itself, the page looks again. */

import { html } from "../../domain/html.ts";
import { outageOf } from "../../domain/outage.ts";
import { type Page, page } from "./page.ts";

/** `again`: a path of ours, for what may be sent twice. */
export function failurePage(
  status: number,
  message: string,
  again: { readonly seconds: number; readonly at: string } | null,
): Page {
  const title = TITLES[status] ?? "That did not work";
  const sentence = `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
  const next =
    again === null
      ? mayPass(status)
        ? "Go back to where you came from, and try again."
        : "Go back to where you came from."
      : "This page looks again by itself, and goes on as soon as it can.";
  return page({
    title,
    status,
    content: html`<h1>${title}</h1>
<p>${sentence}</p>
${status === 500 ? null : html`<p class="soft">${next}</p>`}`,
    ...(again === null ? {} : { again }),
  });
}

/** RFC 6749, sections 4.1.2.1 and 5.2. */
export interface OAuthFailure {
  readonly status: number;
  readonly error: "invalid_request" | "temporarily_unavailable" | "server_error";
  readonly description: string;
  /** Where it passes by itself. */
  readonly retryAfterS: number | null;
}

/** Null where it is a fault of ours, which its caller logs. */
export function passingFailure(error: unknown): OAuthFailure | null {
  const outage = outageOf(error);
  if (outage === null) return null;
  const { message: description, retryAfterS } = outage;
  return { status: 503, error: "temporarily_unavailable", description, retryAfterS };
}

/** What changes something is not sent twice. */
export function againFor(
  { retryAfterS }: OAuthFailure,
  { method = "", url = "" }: { readonly method?: string | undefined; readonly url?: string | undefined },
): { seconds: number; at: string } | null {
  return method === "GET" && retryAfterS !== null ? { seconds: retryAfterS, at: url } : null;
}

const TITLES: Readonly<Record<number, string>> = {
  429: "Too many calls",
  503: "Curfew cannot answer just now",
};

/** Whether the same may succeed later with nothing changed. */
function mayPass(status: number): boolean {
  return status >= 500 || status === 408 || status === 429;
}
