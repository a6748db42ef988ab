import assert from "node:assert/strict";
import { test } from "node:test";
import { sentence } from "./sentence.ts";
import * as words from "./shared.ts";

test("what the API says for programs is a sentence for people", () => {
  assert.equal(sentence("there is no application `kiosk`"), "There is no application kiosk.");
  assert.equal(sentence("Really?"), "Really?");
});

test("people, groups and workloads are told apart where they are picked", () => {
  assert.equal(words.pickedWords("Carol Castillo", "user"), "Carol Castillo");
  assert.equal(words.pickedWords("Platform approvers", "group"), "Platform approvers (group)");
  assert.equal(words.pickedWords("deploy", "servicePrincipal"), "deploy (workload)");
});

test("who may ask for nothing has something to send", () => {
  assert.match(
    words.makeMeEligible({ displayName: "Colin Clarke", email: "colin@contoso.example" }),
    /^Please make me eligible in Curfew: Colin Clarke \(colin@contoso\.example\)\./,
  );
  assert.match(words.makeMeEligible({ displayName: "Colin Clarke", email: null }), /: Colin Clarke\. Role:/);
});

test("a list of which there is more says so, on paper too", () => {
  assert.equal(words.shownWords(200), "200 are shown, and there are more.");
});
