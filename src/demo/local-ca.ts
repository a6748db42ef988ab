/** A certificate authority for one demo: it can vouch for this machine's loopback names and for nothing else. */
import { webcrypto } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import "reflect-metadata";
import * as x509 from "@peculiar/x509";

export interface LocalTls {
  readonly cert: string;
  readonly key: string;
  readonly caFile: string;
}

const DAY_MS = 86_400_000;
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const YEAR_DAYS = 365;

/** Makes the CA on first start and keeps it in `folder`; the server's certificate is made anew when it runs out. */
export async function localTls(folder: string): Promise<LocalTls> {
  const files = {
    caFile: join(folder, "ca.pem"),
    cert: join(folder, "server.pem"),
    key: join(folder, "server.key"),
  };
  if (!isUsable(files.cert)) await makeAll(files);
  return {
    cert: readFileSync(files.cert, "utf8"),
    key: readFileSync(files.key, "utf8"),
    caFile: files.caFile,
  };
}

function isUsable(certFile: string): boolean {
  if (!existsSync(certFile)) return false;
  const certificate = new x509.X509Certificate(
    readFileSync(certFile, "utf8").split(/(?=-----BEGIN)/)[0] ?? "",
  );
  return certificate.notAfter.getTime() > Date.now() + 7 * DAY_MS;
}

async function makeAll(files: { caFile: string; cert: string; key: string }): Promise<void> {
  x509.cryptoProvider.set(webcrypto as never);
  const caKeys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const validity = {
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: new Date(Date.now() + YEAR_DAYS * DAY_MS),
  };
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: "CN=Curfew demo on this machine only",
    keys: caKeys,
    signingAlgorithm: ALGORITHM,
    ...validity,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      loopbackOnly(),
      await x509.SubjectKeyIdentifierExtension.create(caKeys.publicKey as never),
    ],
  } as never);
  const leaf = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: "CN=localhost",
    issuer: ca.subject,
    publicKey: keys.publicKey,
    signingKey: caKeys.privateKey,
    signingAlgorithm: ALGORITHM,
    ...validity,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        { type: "dns", value: "localhost" },
        { type: "ip", value: "127.0.0.1" },
        { type: "ip", value: "::1" },
      ]),
      await x509.AuthorityKeyIdentifierExtension.create(caKeys.publicKey as never),
    ],
  } as never);
  // The CA's key is never written: nothing else will ever be signed with it.
  writeFileSync(files.caFile, `${ca.toString("pem")}\n`, { mode: 0o644 });
  writeFileSync(files.cert, `${leaf.toString("pem")}\n${ca.toString("pem")}\n`, { mode: 0o600 });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey)).toString("base64");
  const body = pkcs8.match(/.{1,64}/g)?.join("\n") ?? "";
  writeFileSync(files.key, `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\n`, {
    mode: 0o600,
  });
}

function serial(): string {
  return Buffer.from(
    webcrypto.getRandomValues(new Uint8Array(16)).map((byte, index) => (index === 0 ? byte & 0x7f : byte)),
  ).toString("hex");
}

/** RFC 5280 section 4.2.1.10: permitted subtrees `localhost`, 127.0.0.0/8 and ::1, critical. */
function loopbackOnly(): x509.Extension {
  const dns = tlv(0x82, Buffer.from("localhost"));
  const ipv4 = tlv(0x87, Buffer.from([127, 0, 0, 0, 255, 0, 0, 0]));
  const one = Buffer.alloc(16);
  one[15] = 1;
  const ipv6 = tlv(0x87, Buffer.concat([one, Buffer.alloc(16, 255)]));
  const subtrees = [dns, ipv4, ipv6].map((base) => tlv(0x30, base));
  const constraints = tlv(0x30, tlv(0xa0, Buffer.concat(subtrees)));
  return new x509.Extension("2.5.29.30", true, constraints);
}

function tlv(tag: number, value: Buffer): Buffer {
  const length = value.length < 128 ? [value.length] : [0x81, value.length];
  return Buffer.concat([Buffer.from([tag, ...length]), value]);
}
