import assert from "node:assert/strict";
import { test } from "node:test";
import { EVENT_TYPES } from "../../../src/domain/event.ts";
import { EVENT_CHOICES } from "./event.ts";

/** What only the installation's operators do stands in no organisation's log. */
const OF_THE_INSTALLATION = /^(clock|key|restore)\./;

test("whatever an organisation's log tells can be looked for, and nothing else", () => {
  const offered = EVENT_CHOICES.flatMap(({ items }) => items.map(({ value }) => value)).sort();
  assert.deepEqual(offered, EVENT_TYPES.filter((type) => !OF_THE_INSTALLATION.test(type)).toSorted());
});
