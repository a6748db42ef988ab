/** What a link in a mail leads to: a page that asks, and a button that does it. Opening it changes nothing. */
import { html } from "../../domain/html.ts";
import { messagePage, type Page, page } from "./page.ts";

export interface MailLinkFacts {
  readonly purpose: "confirm" | "stop_digests";
  readonly address: string;
  readonly tenantName: string;
  readonly done: boolean;
}

const WORDS = {
  confirm: {
    title: "Mail to this address",
    asks: (tenant: string) => `${tenant} would like to send mail about access to:`,
    button: "Yes, send mail here",
    hint: "If you do not know why you are asked, close this page: nothing more is sent.",
    done: (tenant: string) => `${tenant} may send mail to this address.`,
  },
  stop_digests: {
    title: "Digests",
    asks: (tenant: string) => `Digests of ${tenant} go to:`,
    button: "Send no more digests here",
    hint: "What asks you for an action still comes.",
    done: (tenant: string) => `No more digests of ${tenant} go to this address.`,
  },
} as const;

/** `at`: where its form goes. */
export function mailLinkPage(
  { purpose, address, tenantName, done }: MailLinkFacts,
  at: string,
  token: string,
): Page {
  const words = WORDS[purpose];
  const content = done
    ? html`<h1>${words.title}</h1><p role="status"><bdi>${words.done(tenantName)}</bdi></p><p class="secret">${address}</p>`
    : html`<h1>${words.title}</h1>
<p><bdi>${words.asks(tenantName)}</bdi></p>
<p class="secret">${address}</p>
<form method="post" action="${at}">
<input type="hidden" name="token" value="${token}">
<button type="submit">${words.button}</button>
</form>
<p class="soft">${words.hint}</p>`;
  return page({ title: words.title, content });
}

export function mailLinkOverPage(): Page {
  return messagePage(
    "This link is over",
    ["It was for a time only, or it is not whole. A new one comes with the next mail that needs it."],
    404,
  );
}
