import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, bellWords, leadWords, unreadWords } from "./notification.ts";

test("a notification leads where whoever got it can do something", () => {
  const about = (type: string, requestId: string | null, grantId: string | null) =>
    addressOf({ type, requestId, grantId } as Parameters<typeof addressOf>[0]);
  assert.equal(about("approval_wanted", "r", null), "/approvals/r");
  assert.equal(about("request_approved", "r", null), "/requests/r");
  assert.equal(about("grant_live", "r", "g"), "/access/g");
  assert.equal(about("settings_changed", null, null), "/audit");
  assert.equal(about("something", null, null), null);
});

test("unread ones are counted, to a bound", () => {
  assert.deepEqual([3, 99, 100].map(unreadWords), ["3", "99", "99+"]);
  assert.deepEqual([leadWords(0), leadWords(2)], ["You have read everything.", "2 unread."]);
  assert.deepEqual([bellWords(0), bellWords(100)], ["Notifications", "Notifications, 99+ unread"]);
});
