import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { test } from "node:test";
import { newPassword, scramVerifier } from "./scram.ts";

test("scram: the verifier accepts the proof, and makes the signature, of RFC 7677's example", async () => {
  const salt = Buffer.from("W22ZaJ0SNY7soEsUEjb6gQ==", "base64");
  const verifier = await scramVerifier("pencil", salt);
  const parts = /^SCRAM-SHA-256\$4096:W22ZaJ0SNY7soEsUEjb6gQ==\$(.+):(.+)$/.exec(verifier) ?? [];
  const [storedKey, serverKey] = parts.slice(1).map((part) => Buffer.from(part, "base64"));
  assert.ok(storedKey !== undefined && serverKey !== undefined);
  const nonce = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
  const first = `n=user,r=rOprNGfwEbeRWgbNEkqO,${nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`;
  const authMessage = `${first},c=biws,${nonce}`;
  const signature = createHmac("sha256", storedKey).update(authMessage).digest();
  const proof = Buffer.from("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", "base64");
  const clientKey = proof.map((byte, index) => byte ^ (signature[index] ?? 0));
  assert.deepEqual(createHash("sha256").update(clientKey).digest(), storedKey);
  const serverSignature = createHmac("sha256", serverKey).update(authMessage).digest("base64");
  assert.equal(serverSignature, "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
});

test("scram: passwords need no escaping and never repeat", () => {
  const passwords = Array.from({ length: 100 }, newPassword);
  assert.equal(new Set(passwords).size, 100);
  for (const password of passwords) assert.match(password, /^[A-Za-z0-9_-]{32}$/);
});
