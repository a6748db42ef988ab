import assert from "node:assert/strict";
import { test } from "node:test";
import { networkOf, siteOf } from "./network.ts";

test("an IPv6 address counts by its /64, an IPv4 address by itself, however it is written", () => {
  const same: Readonly<Record<string, readonly string[]>> = {
    "192.0.2.7": [
      "192.0.2.7",
      "::ffff:192.0.2.7",
      "::FFFF:c000:207",
      "0:0:0:0:0:ffff:192.0.2.7",
      "64:ff9b::192.0.2.7",
      "64:ff9b::c000:207",
      "192.0.2.7:50123",
      "[::ffff:192.0.2.7]:50123",
    ],
    "2001:db8:1:2::/64": [
      "2001:db8:1:2:3:4:5:6",
      "2001:db8:1:2::9",
      "2001:0DB8:0001:0002::1",
      "[2001:db8:1:2::1]",
      "[2001:db8:1:2::1]:443",
      "2001:db8:1:2:3:4:192.0.2.7",
    ],
    "1:0:2:3::/64": ["1::2:3:4:5:6.7.8.9"],
    "0:0:0:0::/64": ["::1", "::"],
    "fe80:0:0:0::/64": ["fe80::1%eth0"],
  };
  for (const [network, addresses] of Object.entries(same))
    for (const address of addresses) assert.equal(networkOf(address), network, address);
});

test("a /48 is one site, of however many networks; an IPv4 address is one by itself, however it is written", () => {
  const same: Readonly<Record<string, readonly string[]>> = {
    "2001:db8:1::/48": [
      "2001:db8:1::1",
      "2001:db8:1:ffff::1",
      "[2001:0DB8:0001:2::1]:443",
      "2001:db8:1:2::1%eth0",
    ],
    "2001:db8:2::/48": ["2001:db8:2:1::1"],
    "192.0.2.7": ["192.0.2.7", "::ffff:192.0.2.7", "64:ff9b::c000:207", "192.0.2.7:50123"],
    unknown: ["", "evil"],
  };
  for (const [site, addresses] of Object.entries(same))
    for (const address of addresses) assert.equal(siteOf(address), site, address);
});

test("what is no address is one network, so that made-up ones gain nothing", () => {
  const made = ["", "unknown", "evil", "192.0.2.256", "1.2.3", "1:2:3", "1::2::3", "1:2:3:4:5:6:7:8:9"];
  for (const address of [...made, "12345::", "::1.2.3.4:5", "[::1", "x".repeat(5_000)])
    assert.equal(networkOf(address), "unknown", address.slice(0, 40));
});
