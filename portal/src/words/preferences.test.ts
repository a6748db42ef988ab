import assert from "node:assert/strict";
import { test } from "node:test";
import { deviceTime, itIs } from "./preferences.ts";

test("this device's time is named as people write it", () => {
  assert.equal(deviceTime("America/New_York"), "This device's time (America/New York)");
  assert.equal(itIs("10:00"), "It is 10:00.");
});
