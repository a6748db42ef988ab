import assert from "node:assert/strict";
import { test } from "node:test";
import * as words from "./review.ts";

const CHOSEN = {
  publisher: "Fabrikam",
  roles: [{ name: "Contributor" }],
  managedGroup: "shop-managed",
  name: "shop",
};

test("what will be is said before it is: who decides, or that nobody is ever asked", () => {
  const terms = { manual: true, maximumDuration: "PT4H", approvers: ["Platform approvers"] };
  assert.equal(
    words.jitWords(CHOSEN, terms),
    "Yes. Fabrikam can always look, and asks for Contributor for up to 4 hours, decided by Platform approvers.",
  );
  assert.match(
    words.jitWords(CHOSEN, { ...terms, manual: false, approvers: [] }),
    /approved at once; the owners are told\.$/,
  );
  assert.equal(
    words.permanentWords(CHOSEN),
    "No. Fabrikam gets Contributor on everything in shop-managed for as long as shop exists.",
  );
});

test("owners are named, and that there are none is said", () => {
  assert.equal(words.namesWords([]), "Nobody");
  assert.equal(words.namesWords([{ displayName: "Carol" }, { displayName: "Casey" }]), "Carol and Casey");
});
