import assert from "node:assert/strict";
import { test } from "node:test";
import { html } from "./html.ts";

test("a value is escaped wherever it stands, markup from a template is not, null is nothing", () => {
  const inner = html`<b title="${`"'><script>`}">${"a & b"}</b>`;
  assert.equal(inner.text, '<b title="&#34;&#39;&#62;&#60;script&#62;">a &#38; b</b>');
  assert.equal(html`<p>${inner}${null}${[html`<i>${1}</i>`]}</p>`.text, `<p>${inner.text}<i>1</i></p>`);
});
