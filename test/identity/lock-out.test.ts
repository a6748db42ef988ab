/** Wrong tries of others slow strangers, and nobody else; whoever waits gets in. */
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { Secret, TOTP } from "otpauth";
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/domain/time.ts";
import { createLimits } from "../../src/identity/sign-in/limits.ts";
import { identityStore } from "../../src/store/identity/identity-store.ts";
import { entriesOf, until, untilEntries } from "./audit-of.ts";
import {
  againAt,
  alertOn,
  authorizationRequest,
  Browser,
  formAction,
  headingOn,
  hiddenField,
  type Seen,
} from "./browser.ts";
import {
  credentials,
  makePerson,
  makePrincipal,
  makeTenant,
  openWorld,
  type Person,
  type Running,
  serve,
  type World,
} from "./world.ts";

const WAIT = "Wait for your turn";
const IN = "Allow the Curfew command line?";
const EIGHT = Array.from({ length: 8 }, (_, n) => `192.0.2.${n + 1}`);

let world: World;
let running: Running;

before(async () => {
  world = await openWorld();
  running = await serve(world, { trustProxy: true });
});

after(async () => {
  await running.close();
  await world.close();
});

const newPerson = async (name: string) =>
  makePerson(world, running, await makeTenant(world, `tenant-of-${name}`), name);

const from = (address: string, at = running) => Browser.at(at.baseUrl, address);
const wrong = ({ email }: Pick<Person, "email">) => ({ email, password: "guess after guess" });

/** The sign-in form, in a sign-in that has just begun. */
async function formIn(browser: Browser): Promise<string> {
  return formAction(await browser.follow(await browser.get(authorizationRequest({ prompt: "login" }).path)));
}

async function tryIn(browser: Browser, given: { email: string; password: string }): Promise<Seen> {
  return browser.follow(await browser.post(await formIn(browser), given));
}

async function flood(person: Pick<Person, "email">, addresses = EIGHT, each = 8): Promise<Seen[]> {
  const seen = await Promise.all(
    addresses.map(async (address) => {
      const browser = from(address);
      const form = await formIn(browser);
      const tries = [];
      for (let n = 0; n < each; n++) tries.push(await browser.post(form, wrong(person)));
      return tries;
    }),
  );
  return seen.flat();
}

/** Looks as the page does, the clock moved for as long as it says; resolves to the page on which it is one's turn. */
async function untilTurn(browser: Browser, waiting: Seen): Promise<Seen> {
  let seen = waiting;
  for (let look = 0; headingOn(seen) === WAIT && look < 60; look++) {
    world.clock.move(1_000 * Number(/refresh" content="(\d+);/.exec(seen.text)?.[1]));
    seen = await browser.get(againAt(seen));
  }
  return seen;
}

test("64 wrong tries from eight addresses: the owner from a ninth gets in when it is their turn", async () => {
  const olive = await newPerson("olive");
  const home = from("198.51.100.1");
  assert.equal(headingOn(await tryIn(home, credentials(olive))), IN);
  const tries = await flood(olive);
  assert.deepEqual([...new Set(tries.map(({ status }) => status))].sort(), [403, 429]);

  // Their browser, wherever it is, and whoever is where they were.
  home.address = "203.0.113.77";
  assert.equal(headingOn(await tryIn(home, credentials(olive))), IN);
  assert.equal(headingOn(await tryIn(from("198.51.100.1"), credentials(olive))), IN);

  await flood(olive, EIGHT, 1);
  const stranger = from("203.0.113.9");
  const waiting = await tryIn(stranger, credentials(olive));
  assert.equal(waiting.status, 429);
  assert.equal(headingOn(waiting), WAIT);
  assert.match(waiting.text, /Your turn comes in about \d+ seconds\./);
  assert.ok(Number(waiting.headers.get("retry-after")) <= 5);
  assert.ok(!waiting.text.includes(olive.password) && !waiting.text.includes(olive.email));
  assert.doesNotMatch(waiting.text, /<script/);
  const turn = await untilTurn(stranger, waiting);
  assert.match(turn.text, /It is your turn/);
  assert.ok(turn.text.includes(`value="${olive.email}"`));
  assert.equal(
    headingOn(await stranger.follow(await stranger.post(formAction(turn), credentials(olive)))),
    IN,
  );
});

test("a name that nobody has is waited for just so", async () => {
  const real = await newPerson("real");
  const pages = [];
  for (const email of [real.email, "nobody@nowhere.example"]) {
    await flood({ email }, EIGHT.slice(0, 4), 2);
    const page = await tryIn(from("203.0.113.10"), { email, password: "guess after guess" });
    pages.push(page.text.replace(/\/sign-in\/[^"]*/g, "").replace(/\d+ seconds/, "N seconds"));
  }
  assert.match(pages[0] ?? "", /Wait for your turn/);
  assert.equal(pages[0], pages[1]);
});

test("one place a network, however its addresses are written, and one line for all processes", async () => {
  const mapped = await newPerson("mapped");
  const other = await serve(world, { trustProxy: true });
  try {
    await flood(mapped, EIGHT.slice(0, 4), 1);
    const first = await tryIn(from("2001:db8:7:7::1"), wrong(mapped));
    assert.match(first.text, /Your turn comes/);
    // The last two are other networks, of a /48 that one customer has: it is no way to fill the line.
    const near = ["2001:db8:7:7:8::2", "2001:0DB8:0007:0007::3", "2001:db8:7:8::1", "2001:db8:7:ffff::1"];
    for (const address of near) {
      const second = await tryIn(from(address, other), wrong(mapped));
      assert.match(second.text, /Somebody on your network is waiting already/, address);
    }
    assert.match((await tryIn(from("203.0.113.44"), wrong(mapped))).text, /Your turn comes/);
    assert.match(
      (await tryIn(from("::ffff:203.0.113.44", other), wrong(mapped))).text,
      /Somebody on your network/,
    );
  } finally {
    await other.close();
  }
});

test("a browser's cookie counts for its account and its password, and for so many tries", async () => {
  const holder = await newPerson("holder");
  const victim = await newPerson("victim");
  const browser = from("198.51.100.2");
  assert.equal(headingOn(await tryIn(browser, credentials(holder))), IN);
  const cookie = browser.jar.headerFor(new URL("/sign-in/x", running.baseUrl));
  assert.match(cookie, /curfew_device=[\w-]{100,}/);
  const opened = Buffer.from(/curfew_device=([\w-]+)/.exec(cookie)?.[1] ?? "", "base64url").toString(
    "latin1",
  );
  assert.ok(!opened.includes(holder.ref.objectId) && !opened.includes(holder.email));
  assert.doesNotMatch(browser.jar.headerFor(new URL("/api/v1/me", running.baseUrl)), /curfew_device/);

  // Of another account it says nothing.
  await flood(victim, EIGHT.slice(0, 4), 1);
  browser.address = "203.0.113.20";
  assert.equal(headingOn(await tryIn(browser, wrong(victim))), WAIT);

  // A stolen one makes twenty guesses, then stands in line; the line lets its owner in all the same.
  const statuses = [];
  const form = await formIn(browser);
  const guess = () => browser.post(form, { ...wrong(holder), tenant: "tenant-of-holder" });
  for (let n = 0; n < 20; n++) statuses.push((await guess()).status);
  assert.deepEqual(statuses, Array(20).fill(403));
  await flood(holder, EIGHT.slice(0, 4), 1);
  assert.equal((await guess()).status, 429);
  // The network that it came from has a budget of its own.
  assert.equal(headingOn(await tryIn(from("198.51.100.2"), credentials(holder))), IN);

  // A new password: what the cookie was given for is no more.
  world.clock.move(HOUR_MS);
  const hashed = await running.identity.accounts.hashPassword("another horse battery");
  assert.ok(hashed.ok);
  await world.opened.store.inTenant(holder.ref.tenantId, (tx) =>
    tx.accounts.setPassword(holder.ref, holder.email, hashed.value),
  );
  await flood(holder, EIGHT.slice(0, 4), 1);
  assert.equal(headingOn(await tryIn(browser, wrong(holder))), WAIT);
});

test("a neighbour on a known network spends that network's tries, not the browser's; after 30 days it is unknown", async () => {
  const near = await newPerson("near");
  const own = from("198.51.100.3");
  assert.equal(headingOn(await tryIn(own, credentials(near))), IN);
  const neighbour = from("198.51.100.3");
  const form = await formIn(neighbour);
  const guess = () => neighbour.post(form, { ...wrong(near), tenant: "tenant-of-near" });
  for (let n = 0; n < 20; n++) assert.equal((await guess()).status, 403);
  await flood(near, EIGHT.slice(0, 4), 1);
  assert.equal((await guess()).status, 429);
  assert.equal(headingOn(await tryIn(own, credentials(near))), IN);
  world.clock.move(31 * DAY_MS);
  await flood(near, EIGHT.slice(0, 4), 1);
  assert.equal(headingOn(await tryIn(from("198.51.100.3"), wrong(near))), WAIT);
  assert.equal(headingOn(await tryIn(own, credentials(near))), IN);
});

test("a namesake of another tenant is no way round the line, and holds its owner up no more than anybody", async () => {
  const ceo = await newPerson("ceo");
  const elsewhere = await makeTenant(world, "tenant-of-namesake");
  const ref = await makePrincipal(world, elsewhere, "user", "namesake");
  const setPassword = async (password: string) => {
    const hashed = await running.identity.accounts.hashPassword(password);
    assert.ok(hashed.ok);
    await world.opened.store.inTenant(elsewhere, (tx) =>
      tx.accounts.setPassword(ref, ceo.email, hashed.value),
    );
  };
  await setPassword("a password of my own");
  const home = from("198.51.100.60");
  assert.equal(headingOn(await tryIn(home, credentials(ceo))), IN);
  const thief = from("198.51.100.61");
  const own = { email: ceo.email, password: "a password of my own" };
  world.clock.move(2_000);
  assert.equal(headingOn(await tryIn(thief, own)), IN);
  // Where others wait, what was right is right for the account that the browser is known at, and tried on no other.
  await flood(ceo, EIGHT, 1);
  assert.equal((await tryIn(thief, credentials(ceo))).status, 403);
  assert.equal(headingOn(await tryIn(thief, own)), IN);
  assert.equal(headingOn(await tryIn(home, credentials(ceo))), IN);
  // It is not one's turn, so no place is taken either.
  assert.match((await tryIn(from("198.51.100.61"), wrong(ceo))).text, /wrong/);
  assert.equal((await tryIn(home, { ...own })).status, 403);
  // When nobody waits, a password that fits both is asked about, as ever.
  world.clock.move(HOUR_MS);
  await setPassword(ceo.password);
  assert.equal(headingOn(await tryIn(home, credentials(ceo))), "Which organisation?");
});

test("whoever gives a namesake one password after the other guesses five times, and is on record from then on", async () => {
  const cfo = await newPerson("cfo");
  const elsewhere = await makeTenant(world, "tenant-of-guesser");
  const { store } = world.opened;
  const setPassword = async (ref: Person["ref"], email: string, password: string) => {
    const hashed = await running.identity.accounts.hashPassword(password);
    assert.ok(hashed.ok);
    await store.inTenant(elsewhere, (tx) => tx.accounts.setPassword(ref, email, hashed.value));
  };
  const guess = async (ref: Person["ref"], password: string) => {
    await setPassword(ref, cfo.email, password);
    world.clock.move(2_000);
    return headingOn(await tryIn(from("198.51.100.70"), { email: cfo.email, password }));
  };
  const refused = async () => {
    const { ref } = cfo;
    return store.inTenant(ref.tenantId, (tx) => tx.accounts.refusedTries(ref, world.clock.now()));
  };
  const first = await makePrincipal(world, elsewhere, "user", "guesser");
  for (let n = 0; n < 5; n++) assert.equal(await guess(first, `guess after guess ${n}`), IN);
  assert.equal(await refused(), null);
  // Also as somebody new: it is the tenant's that are counted. And also when it is right.
  await setPassword(first, "gone@guesser.example", "guess after guess");
  const second = await makePrincipal(world, elsewhere, "user", "guesser again");
  for (const password of ["guess after guess", cfo.password, cfo.password])
    assert.equal(await guess(second, password), "Sign in");
  await until(async () => (await refused())?.count === 3);
  assert.equal((await refused())?.count, 3);

  // Whoever says which organisation is compared with nobody else.
  const named = from("198.51.100.71");
  const given = { ...credentials(cfo), tenant: "tenant-of-cfo" };
  world.clock.move(2_000);
  assert.equal(headingOn(await named.follow(await named.post(await formIn(named), given))), IN);
  // And who has a password of their own does not need to.
  await setPassword(second, cfo.email, "something else at last");
  world.clock.move(2_000);
  assert.equal(headingOn(await tryIn(from("198.51.100.72"), credentials(cfo))), IN);
});

test("sixty wait in a line; who stops looking makes room, and whose turn it is keeps it for two minutes", async () => {
  const { lines } = identityStore(world.opened.db);
  const line = randomBytes(32);
  const hash = (text: string) => createHash("sha256").update(text).digest();
  const rules = { everyMs: 2_000, slackMs: 0, most: 60, awayMs: 30_000, turnMs: 120_000, crowd: null };
  const at = world.clock.now();
  const step = (who: number, afterMs = 0, spend = false) =>
    lines.step({ line, network: hash(`n${who}`), holder: hash(`h${who}`) }, rules, spend, addMs(at, afterMs));
  assert.equal((await step(0)).answer, "turn");
  for (let who = 1; who <= 60; who++)
    assert.deepEqual(await step(who), { answer: "wait", waitMs: 2_000 * who });
  assert.equal((await step(61)).answer, "full");
  // The others ahead look later: theirs is waiting for them.
  assert.equal((await step(3, 6_000)).answer, "turn");
  assert.equal((await step(1, 6_000)).answer, "turn");
  assert.deepEqual(await step(4, 6_000), { answer: "wait", waitMs: 2_000 });
  assert.equal((await step(61, 6_000)).answer, "wait");
  // All but two are gone: those are first now.
  for (const who of [20, 40]) await step(who, 29_000);
  assert.equal((await step(20, 31_000)).answer, "turn");
  assert.equal((await step(3, 100_000, true)).answer, "turn", "its turn was kept");
  assert.equal((await step(1, 130_000)).answer, "turn", "over, and nobody else is there");
});

test("one password at many names: after sixty a network takes turns with itself, and no other does", async () => {
  const one = from("203.0.113.60");
  const form = await formIn(one);
  const guess = (browser: Browser, at: string, n: number) =>
    browser.post(at, { email: `spray${n}@nowhere.example`, password: "guess after guess" });
  const { buckets } = identityStore(world.opened.db);
  const limits = createLimits(buckets, world.opened.key, world.clock);
  const lines = { capacity: 60, refillMs: 2_000 };
  for (let n = 0; n < 58; n++) assert.ok(await limits.take("lines of 203.0.113.60", lines));
  const seen = [];
  for (let n = 0; n < 8; n++) seen.push(await guess(one, form, n));
  assert.deepEqual(
    seen.slice(0, 2).map(({ status }) => status),
    [403, 403],
  );
  const slowed = seen.filter(({ status }) => status === 429);
  assert.ok(slowed.length >= 3);
  assert.match(slowed[0]?.text ?? "", /Many sign-ins were tried from your network/);
  const other = from("203.0.113.61");
  assert.equal((await guess(other, await formIn(other), 200)).status, 403);
});

const codeOf = (base32: string) =>
  new TOTP({ secret: Secret.fromBase32(base32) }).generate({ timestamp: world.clock.now() });

async function newGuarded(name: string) {
  const person = await newPerson(name);
  const made = running.identity.accounts.newTotp(person.ref, person.email);
  assert.ok(made.ok);
  const { base32, sealed } = made.value;
  await world.opened.store.inTenant(person.ref.tenantId, (tx) => tx.accounts.setTotp(person.ref, sealed));
  return { ...person, code: () => codeOf(base32) };
}

test("codes count for whoever proved the password: five, then the password again; the right one is never shut out", async () => {
  const coded = await newGuarded("coded");
  const thief = from("192.0.2.50");
  const asked = await tryIn(thief, credentials(coded));
  assert.equal(headingOn(asked), "Enter your code");
  const guess = (step: string) => thief.post(formAction(asked), { step, code: "000000" });
  const step = hiddenField(asked, "step");
  for (let n = 0; n < 5; n++) assert.match(alertOn(await guess(step)) ?? "", /wrong or was used/);
  // The same note, written otherwise, is the same proof.
  for (const written of [step, `${step}=`, `${step.slice(0, 9)} ${step.slice(9)}`])
    assert.match(alertOn(await guess(written)) ?? "", /five wrong codes/, written.slice(0, 12));

  const owner = from("203.0.113.30");
  world.clock.move(2_000);
  const theirs = await tryIn(owner, credentials(coded));
  const fields = { step: hiddenField(theirs, "step"), code: coded.code() };
  assert.equal(headingOn(await owner.follow(await owner.post(formAction(theirs), fields))), IN);
});

/** As strangers with the password spend them, five at a time, from many networks. */
async function spendCodes({ ref }: Person, count: number): Promise<void> {
  const { buckets, lines } = identityStore(world.opened.db);
  const { keyOf } = createLimits(buckets, world.opened.key, world.clock);
  const place = {
    line: keyOf(`code line of ${ref.objectId}`),
    network: keyOf("any"),
    holder: keyOf("thief"),
  };
  const rules = { everyMs: MINUTE_MS, slackMs: 100 * MINUTE_MS, most: 8, awayMs: 1, turnMs: 1, crowd: null };
  for (let n = 0; n < count; n++)
    assert.equal((await lines.step(place, rules, true, world.clock.now())).answer, "turn");
}

test("hundreds of wrong codes make strangers wait for a minute each, and a known browser not at all", async () => {
  const besieged = await newGuarded("besieged");
  const withCode = async (browser: Browser, page: Seen, code: string) =>
    browser.follow(await browser.post(formAction(page), { step: hiddenField(page, "step"), code }));
  const home = from("198.51.100.40");
  assert.equal(
    headingOn(await withCode(home, await tryIn(home, credentials(besieged)), besieged.code())),
    IN,
  );
  world.clock.move(MINUTE_MS);
  await spendCodes(besieged, 98);
  const thief = from("192.0.2.100");
  const asked = await tryIn(thief, credentials(besieged));
  const seen = [];
  for (let n = 0; n < 4; n++) seen.push(headingOn(await withCode(thief, asked, "000000")));
  assert.deepEqual(seen, ["Enter your code", "Enter your code", "Enter your code", WAIT]);
  home.address = "203.0.113.41";
  assert.equal(
    headingOn(await withCode(home, await tryIn(home, credentials(besieged)), besieged.code())),
    IN,
  );
  world.clock.move(30_000);
  const owner = from("203.0.113.42");
  const page = await withCode(owner, await tryIn(owner, credentials(besieged)), besieged.code());
  assert.equal(headingOn(page), WAIT);
  const turn = await untilTurn(owner, page);
  assert.match(turn.text, /It is your turn/);
  assert.equal(headingOn(await withCode(owner, turn, besieged.code())), IN);
});

test("an administrator reads how many, from where and since when; twenty are an entry, forty the next", async () => {
  const watched = await newPerson("watched");
  const { ref } = watched;
  for (let n = 0; n < 21; n++) {
    const browser = from(n % 3 === 0 ? "2001:db8:9:9::1" : "192.0.2.9");
    assert.equal((await browser.post(await formIn(browser), wrong(watched))).status, 403);
    world.clock.move(2_000);
  }
  await untilEntries(world, ref.tenantId, "sign_in.many_refused", 1);
  const entries = await entriesOf(world, ref.tenantId, "sign_in.many_refused");
  assert.equal(entries.length, 1);
  const { facts } = JSON.parse(entries[0]?.entry ?? "{}");
  assert.deepEqual([facts.count, facts.networkCount], [20, 2]);
  assert.deepEqual(facts.networks, ["192.0.2.9", "2001:db8:9:9::/64"]);
  const tries = await world.opened.store.inTenant(ref.tenantId, (tx) =>
    tx.accounts.refusedTries(ref, world.clock.now()),
  );
  assert.ok(tries !== null && tries.count >= 20 && tries.until - tries.since >= 38_000);
  assert.equal(
    await world.opened.store.inTenant(ref.tenantId, (tx) =>
      tx.accounts.refusedTries(ref, addMs(world.clock.now(), 31 * DAY_MS)),
    ),
    null,
  );
});

test("an account keeps twenty networks that reached it and counts two hundred that did not", async () => {
  const { ref } = await newPerson("travelled");
  const at = world.clock.now();
  const tries = await world.opened.store.inTenant(ref.tenantId, async ({ accounts }) => {
    for (let n = 0; n < 25; n++) await accounts.rememberNetwork(ref, `198.51.100.${n}`, addMs(at, n));
    for (let n = 0; n < 199; n++) await accounts.countRefusal(ref, `10.0.0.${n}`, addMs(at, n));
    return accounts.countRefusal(ref, "10.9.9.9", at);
  });
  assert.equal(tries.count, 200);
  assert.ok(tries.networks.some(({ network, count }) => network === "others" && count > 1));
  const { accountsReachedFrom } = identityStore(world.opened.db);
  const reached = (n: number) => accountsReachedFrom([ref.objectId], `198.51.100.${n}`, at);
  assert.deepEqual([(await reached(4)).length, (await reached(5)).length], [0, 1]);
});
