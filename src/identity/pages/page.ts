/** The frame of every page of sign-in: no script, one inline style known by its hash, light and dark. */
import { createHash } from "node:crypto";
import { Html, html } from "../../domain/html.ts";
import { STYLE } from "./style.ts";

export interface Page {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface PageParts {
  readonly title: string;
  readonly content: Html;
  readonly status?: number;
  /** Browsers hold a form to these also where its answer redirects to. */
  readonly formTargets?: readonly string[];
  readonly retryAfterSeconds?: number;
  /** The page looks again by itself, without a script. */
  readonly again?: { readonly seconds: number; readonly at: string };
}

const STYLE_HASH = createHash("sha256").update(STYLE).digest("base64");

export function page(parts: PageParts): Page {
  const { title, content, status = 200, formTargets = [], retryAfterSeconds, again } = parts;
  const body = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">${
    again === undefined
      ? null
      : html`
<meta http-equiv="refresh" content="${again.seconds}; url=${pathHere(again.at)}">`
  }
<title>${title} · Curfew</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<main>
<p class="brand">${MARK} Curfew</p>
${content}
</main>
<footer>Access that ends on time.</footer>
</body>
</html>
`;
  const retry = retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
  return { status, body: body.text, headers: { ...safetyHeaders(formTargets), ...retry } };
}

/** To a browser, `//evil.example` and `/\evil.example` are other people's servers, and every address gets such a page. */
function pathHere(path: string): string {
  return `/${path.replace(/^[/\\]+/, "")}`;
}

/** A page that says one thing. */
export function messagePage(title: string, lines: readonly string[], status = 200): Page {
  return page({
    title,
    status,
    content: html`<h1>${title}</h1>${lines.map((line) => html`<p>${line}</p>`)}`,
  });
}

export function safetyHeaders(formTargets: readonly string[] = []): Record<string, string> {
  const forms = ["'self'", ...formTargets].join(" ");
  return {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; script-src 'none'; form-action ${forms}; base-uri 'none'; frame-ancestors 'none'`,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    // `no-referrer` would make browsers send `Origin: null` with our own forms.
    "referrer-policy": "same-origin",
  };
}

/**
 * For what the provider itself may send: a list of scripts that is empty and not `none`, so that it can name the one
 * of its own (a form that posts itself on the way out) by hash.
 */
export function providerHeaders(): Record<string, string> {
  const { "content-type": _, ...headers } = safetyHeaders();
  const policy = headers["content-security-policy"]?.replace("script-src 'none'", "script-src") ?? "";
  return { ...headers, "content-security-policy": policy };
}

/** What went wrong, where a screen reader hears it at once. */
export function alert(problem: string | null): Html | null {
  return problem === null ? null : html`<p class="alert" role="alert">${problem}</p>`;
}

const MARK = new Html(
  '<svg class="mark" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><circle cx="12" cy="12" r="9.5"/><path d="M12 6.5V12l3.5 3.5"/></svg>',
);
