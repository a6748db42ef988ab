/** Asked once for each client: may it act as you? */
import { html } from "../../domain/html.ts";
import { type Page, page } from "./page.ts";

export interface ConsentForm {
  readonly action: string;
  readonly clientName: string;
  readonly accountName: string;
  /** Where the answer goes: people see whether that is their own machine. */
  readonly destination: string;
  readonly formTargets: readonly string[];
}

export function consentPage(form: ConsentForm): Page {
  return page({
    ...form,
    title: "Allow access",
    content: html`<h1>Allow ${form.clientName}?</h1>
<p>As <strong>${form.accountName}</strong> it will be able to:</p>
<ul><li>ask for access and decide requests</li><li>read and change what you may</li></ul>
<p class="soft">The answer goes to ${form.destination}. Continue only if you have just started this yourself. You are asked this once.</p>
<form method="post" action="${form.action}/consent">
<button type="submit" name="decision" value="allow" autofocus>Allow</button>
<button class="quiet" type="submit" name="decision" value="deny">Do not allow</button>
</form>`,
  });
}
