import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { moment, momentWithUtc, typedMoment } from "./moment.ts";

const NOW = Date.parse("2026-11-21T13:02:03Z");
const zone = process.env.TZ;
before(() => {
  process.env.TZ = "Europe/Paris";
});
after(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

test("moment: to the second today, otherwise with the day", () => {
  const at = (iso: string) => moment(Date.parse(iso), NOW);
  assert.equal(at("2026-11-21T13:02:44Z"), "14:02:44 UTC+1");
  assert.equal(at("2026-11-22T13:02:44Z"), "tomorrow 14:02 UTC+1");
  assert.equal(at("2026-11-20T13:02:44Z"), "yesterday 14:02 UTC+1");
  assert.equal(at("2026-11-28T13:02:44Z"), "Sat 28 Nov 14:02 UTC+1");
  assert.equal(at("2027-01-03T13:02:44Z"), "3 Jan 2027 14:02 UTC+1");
  assert.equal(at("2027-07-03T13:02:44Z"), "3 Jul 2027 15:02 UTC+2", "in summer, as it will be then");
});

test("moment: the day is the caller's, not UTC's", () => {
  assert.equal(moment(Date.parse("2026-11-21T23:30:00Z"), NOW), "tomorrow 00:30 UTC+1");
});

test("momentWithUtc: UTC stands beside, with its date when that is another one", () => {
  assert.equal(momentWithUtc(Date.parse("2026-11-21T13:02:44Z"), NOW), "14:02:44 (13:02:44 UTC)");
  assert.equal(
    momentWithUtc(Date.parse("2026-11-21T23:30:00Z"), NOW),
    "tomorrow 00:30 (2026-11-21 23:30 UTC)",
  );
});

test("moment: half hours and zones behind UTC", () => {
  const there = (zone: string) => {
    process.env.TZ = zone;
    try {
      return moment(NOW, NOW);
    } finally {
      process.env.TZ = "Europe/Paris";
    }
  };
  assert.equal(there("Asia/Kolkata"), "18:32:03 UTC+5:30");
  assert.equal(there("America/St_Johns"), "09:32:03 UTC-3:30");
  assert.equal(there("America/New_York"), "08:02:03 UTC-5");
  assert.equal(there("UTC"), "13:02:03 UTC");
});

test("momentWithUtc: where the zone is UTC it is said once", () => {
  process.env.TZ = "UTC";
  try {
    assert.equal(momentWithUtc(Date.parse("2026-11-21T13:02:44Z"), NOW), "13:02:44 UTC");
  } finally {
    process.env.TZ = "Europe/Paris";
  }
});

test("typedMoment: a clock time is the next one here; RFC 3339, a local date and +2h are as they say", () => {
  const read = (text: string) => {
    const at = typedMoment(text, NOW, (typed) => (typed === "2h" ? 7_200_000 : null));
    return at === null ? null : new Date(at).toISOString();
  };
  assert.equal(read("15:00"), "2026-11-21T14:00:00.000Z");
  assert.equal(read("9:00"), "2026-11-22T08:00:00.000Z");
  assert.equal(read("tomorrow 15:00"), "2026-11-22T14:00:00.000Z");
  assert.equal(read("2026-11-28 09:00"), "2026-11-28T08:00:00.000Z");
  assert.equal(read("2026-11-28T09:00:00Z"), "2026-11-28T09:00:00.000Z");
  assert.equal(read("+2h"), "2026-11-21T15:02:03.000Z");
  for (const text of ["", "25:00", "soon", "+", "+2x", "2026-13-01 09:00", "2026-11-28"])
    assert.equal(read(text), null, text);
});
