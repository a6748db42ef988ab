/** How an offer presents itself: its words, where help is, and a logo that is a picture and nothing else. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { crc32, deflateSync } from "node:zlib";
import { type Cast, openCast, type Role } from "../golden/cast.ts";
import { learnIds } from "../golden/operations.ts";

const PUBLISHER = "publisher's administrator";
const URL_OF = "/configuration/ApplicationDefinition/pictured";
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

let cast: Cast;
before(async () => {
  cast = await openCast();
  await learnIds(cast);
});
after(() => cast.close());

const chunk = (type: string, data: Buffer, sum?: number) => {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(sum ?? crc32(body));
  return Buffer.concat([length, body, check]);
};
const header = (width: number, height: number, [depth = 8, colour = 6, interlace = 0] = [] as number[]) => {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data.set([depth, colour, 0, 0, interlace], 8);
  return chunk("IHDR", data);
};
const END = chunk("IEND", Buffer.alloc(0));
const pixels = (bytes: number, value = 0) => chunk("IDAT", deflateSync(Buffer.alloc(bytes, value)));
const png = (...chunks: Buffer[]) => Buffer.concat([SIGNATURE, ...chunks]);
/** Four by two pixels with an alpha channel. */
const SMALL = [header(4, 2), pixels(2 * 17)] as const;
const SCRIPT = Buffer.from("<script>alert(document.domain)</script>");

const SPEC = {
  displayName: "Pictured",
  authorizations: [{ principal: "support", role: "Contributor" }],
  visibility: { tenants: ["contoso"] },
};
const put = (more: object, role: Role = PUBLISHER) =>
  cast.call(role, "PUT", URL_OF, { spec: { ...SPEC, ...more } });
const seenBy = async (role: Role) => {
  const { body } = await cast.call(role, "GET", "/offers");
  const { items } = body as { items: { name: string; logo: string; description: string; support: string }[] };
  return items.find(({ name }) => name === "pictured");
};
const fetched = async (role: Role, url: string) => {
  const { statusCode, headers, rawPayload } = await cast.app.inject({
    method: "GET",
    url,
    headers: { authorization: role },
  });
  return { status: statusCode, headers, bytes: rawPayload };
};

test("description, support and logo are published, read back, and change no version", async () => {
  const described = {
    description: "Keeps the orders of one shop.\nAsk us about more.",
    support: "help@fabrikam.example",
    logo: png(...SMALL, END).toString("base64"),
  };
  assert.equal((await put({})).status, 200);
  const made = await put(described);
  assert.equal(made.status, 200, JSON.stringify(made.body));
  const [change] = made.body.changes as { fields: string[]; note?: string }[];
  assert.deepEqual([change?.fields, change?.note], [["description", "logo", "support"], undefined]);
  const { spec } = (await cast.call(PUBLISHER, "GET", URL_OF)).body as { spec: typeof described };
  assert.deepEqual([spec.description, spec.support], [described.description, described.support]);
  const again = (await put(spec)).body.changes as { action: string }[];
  assert.equal(again[0]?.action, "unchanged", "what was read can be put as it is");
  assert.equal(((await put(described)).body.changes as { action: string }[])[0]?.action, "unchanged");

  const offer = await seenBy("administrator");
  assert.deepEqual([offer?.description, offer?.support], [described.description, described.support]);
  const { status, headers, bytes } = await fetched("administrator", offer?.logo ?? "");
  assert.equal(status, 200);
  assert.equal(bytes.toString("base64"), spec.logo, "what is exported is what is shown");
  assert.ok(offer?.logo.endsWith(createHash("sha256").update(bytes).digest("hex")));
  const said = (name: string) => String(headers[name]);
  assert.equal(said("content-type"), "image/png");
  assert.equal(said("x-content-type-options"), "nosniff");
  assert.match(said("content-security-policy"), /default-src 'none'; sandbox/);
  assert.match(said("cache-control"), /^private, .*immutable$/);
});

test("a logo is seen by whom the offer is for, at its own address alone", async () => {
  const { logo = "" } = (await seenBy("administrator")) ?? {};
  assert.equal((await fetched("requester", logo)).status, 200);
  assert.equal(
    (
      await fetched(
        "administrator",
        logo.replace(/.$/, (last) => (last === "0" ? "1" : "0")),
      )
    ).status,
    404,
  );
  await put({ logo: png(...SMALL, END).toString("base64"), visibility: "nobody" });
  assert.equal((await fetched("administrator", logo)).status, 404);
  assert.equal((await fetched(PUBLISHER, logo)).status, 200);
  await put({});
  assert.equal((await fetched(PUBLISHER, logo)).status, 404, "it was taken away");
});

test("what is no picture through and through is refused, with what to do", async () => {
  const refusals: readonly [string, Buffer | string, RegExp][] = [
    [
      "SVG",
      Buffer.from("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
      /SVG and other kinds/,
    ],
    ["JPEG", Buffer.from([0xff, 0xd8, 0xff, 0xe0]), /save it as PNG/],
    ["no base64", "<svg>", /base64 of a PNG/],
    ["a script after the end", Buffer.concat([png(...SMALL, END), SCRIPT]), /something follows the end/],
    ["a wrong check sum", png(header(4, 2), chunk("IDAT", deflateSync(Buffer.alloc(34)), 1), END), /damaged/],
    ["a bomb", png(header(4, 2), pixels(30_000_000), END), /not as large as it says/],
    ["too few pixels", png(header(4, 2), pixels(33), END), /not as large as it says/],
    ["no pixels that unpack", png(header(4, 2), chunk("IDAT", SCRIPT), END), /not as large as it says/],
    ["huge", png(header(100_000, 100_000), pixels(34), END), /at most 512 by 512/],
    ["nothing wide", png(header(0, 2), pixels(2), END), /damaged/],
    ["no end", png(...SMALL), /damaged/],
    ["no beginning", png(pixels(34), END), /damaged/],
    ["two sizes", png(header(4, 2), header(4, 2), pixels(34), END), /damaged/],
    ["a part nobody knows and needs", png(header(4, 2), chunk("EVIL", SCRIPT), pixels(34), END), /damaged/],
    ["a palette too few", png(header(4, 2, [8, 3]), pixels(10), END), /damaged/],
    ["interlaced", png(header(4, 2, [8, 6, 1]), pixels(34), END), /without interlacing/],
    ["a filter there is none of", png(header(4, 2), pixels(34, 9), END), /damaged/],
    ["too long", png(...SMALL, chunk("tEXt", Buffer.alloc(65_536)), END), /at most 64 KiB/],
  ];
  for (const [what, bytes, sentence] of refusals) {
    const logo = typeof bytes === "string" ? bytes : bytes.toString("base64");
    const { status, body } = await put({ logo });
    assert.equal(status, 400, `${what} was taken`);
    assert.match(JSON.stringify(body), sentence, what);
    assert.match(JSON.stringify(body), /\/spec\/logo/, what);
  }
  assert.equal((await seenBy("administrator"))?.logo, null, "nothing of it was stored");
});

test("what a picture holds beside its pixels is left out", async () => {
  const hidden = [chunk("tEXt", SCRIPT), chunk("eXIf", Buffer.from("where it was taken"))];
  await put({
    logo: png(header(4, 2), hidden[0] as Buffer, pixels(34), hidden[1] as Buffer, END).toString("base64"),
  });
  const { bytes } = await fetched("administrator", (await seenBy("administrator"))?.logo ?? "");
  assert.equal(bytes.includes("script"), false);
  assert.equal(bytes.includes("taken"), false);
  assert.deepEqual(bytes.subarray(0, 8), SIGNATURE);
});

test("help is an e-mail address or an https address, and nothing that runs", async () => {
  for (const support of ["help@fabrikam.example", "https://fabrikam.example/help?for=orders"])
    assert.equal((await put({ support })).status, 200, support);
  const wrong = [
    "javascript:alert(1)",
    "http://fabrikam.example",
    "https://casey:secret@fabrikam.example",
    "https://fabrikam.example/\u202e",
    "https://",
    "call us",
    "help@fabrikam.example\nBcc: all",
  ];
  for (const support of wrong) {
    const { status, body } = await put({ support });
    assert.equal(status, 400, support);
    assert.match(JSON.stringify(body), /\/spec\/support/);
  }
});
