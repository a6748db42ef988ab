/**
 * A planned mail in words: subject, text and HTML for one reader, by their own clock and by UTC. Pure. What people wrote
 * comes last in precedence: it ends no line unseen, turns nothing around, is no markup, and is no link.
 */
import { Html, html } from "../domain/html.ts";
import { MAIL_LABELS, type MailLabel, type MailValue } from "../domain/mail.ts";
import { isolated, isolatedParts } from "../domain/plain-text.ts";
import { describeDuration, type Instant, parseTimeZone, UTC } from "../domain/time.ts";
import type { MailOnItsWay } from "../use-cases/ports.ts";
import { KIND_WORDS } from "./words.ts";

/** Where it comes from. */
export interface House {
  /** The portal's origin, without a slash at its end. */
  readonly origin: string;
  /** What its Message-IDs end in: the domain of the sender's address. */
  readonly domain: string;
}

export interface RenderedMail {
  /** As objects: an address in a name is no recipient. */
  readonly to: { readonly name: string; readonly address: string };
  readonly replyTo: string | null;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** RFC 5322, section 3.6.4. Made of the mail's id, so that whoever gets it twice can tell. */
  readonly messageId: string;
  /** Of the request that it is about; nobody was ever sent that message itself. */
  readonly thread: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

const MOST = { subject: 180, name: 78, line: 300, text: 4_000, facts: 60 };

export function renderMail(mail: MailOnItsWay, house: House): RenderedMail {
  const { message, settings, tenantName } = mail;
  const words = KIND_WORDS[mail.kind];
  const zone = zoneOf(mail.timeZone, mail.locale);
  const headline = isolatedParts(cut(message.headline, MOST.line)).map((part) => ({
    ...part,
    text: harmless(part.text),
  }));
  const facts = message.facts.slice(0, MOST.facts).map(({ label, value }) => ({
    label: labelOf(label),
    lines: linesOf(value, zone),
  }));
  const more = message.facts.length - facts.length;
  const link = linkOf(mail, house.origin);
  const shown: Shown = {
    headline,
    facts,
    more: more > 0 ? `and ${more} more, on its page` : null,
    link,
    action: words.action,
    note: message.note === null ? null : linesIn(message.note),
    because: `${nameOf(tenantName)} uses Curfew. You get this because ${words.because}.`,
    footer: settings.footer === null ? [] : linesIn(settings.footer),
    stop: stopAddress(mail, house.origin),
  };
  const said = headline.map(asText).join("");
  const prefix = settings.subjectPrefix === null ? "" : `${nameOf(settings.subjectPrefix)} `;
  const stop = shown.stop;
  return {
    to: { name: nameOf(mail.name ?? ""), address: mail.writtenTo },
    replyTo: settings.replyTo,
    subject: cut(`${prefix}${said}`, MOST.subject),
    text: textOf(shown, said),
    html: htmlOf(shown).text,
    messageId: `<${mail.id}@${house.domain}>`,
    thread: mail.thread === null ? null : `<request-${mail.thread}@${house.domain}>`,
    headers: {
      // RFC 3834: nobody's holiday notice answers it.
      "Auto-Submitted": "auto-generated",
      "X-Auto-Response-Suppress": "All",
      // RFC 8058: a mail program posts to it; whoever opens it reads a page that asks.
      ...(stop === null
        ? {}
        : { "List-Unsubscribe": `<${stop}>`, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" }),
    },
  };
}

interface Shown {
  readonly headline: readonly { readonly text: string; readonly isolated: boolean }[];
  readonly facts: readonly { readonly label: string; readonly lines: readonly string[] }[];
  readonly more: string | null;
  readonly link: string | null;
  readonly action: string;
  readonly note: readonly string[] | null;
  readonly because: string;
  readonly footer: readonly string[];
  readonly stop: string | null;
}

/** The one link: to the page that its message names, or to the one that asks what a token allows. */
function linkOf({ message, tokens }: MailOnItsWay, origin: string): string | null {
  if (tokens.confirm !== null) return `${origin}/mail/confirm?token=${tokens.confirm}`;
  const { link } = message;
  // A path of ours, and not `//evil.example` or `/\evil.example`.
  return link === null || !/^\/(?![/\\])[\x21-\x7e]*$/.test(link) ? null : `${origin}${link}`;
}

function stopAddress({ tokens }: MailOnItsWay, origin: string): string | null {
  return tokens.stopDigests === null ? null : `${origin}/mail/stop-digests?token=${tokens.stopDigests}`;
}

interface Zone {
  readonly name: string;
  readonly day: Intl.DateTimeFormat;
  readonly time: (at: Instant) => string;
}

const DEFAULT_LOCALE = "en-GB";

function zoneOf(timeZone: string | null, locale: string | null): Zone {
  const name = (timeZone === null ? null : parseTimeZone(timeZone)) ?? UTC;
  const [language = DEFAULT_LOCALE] = supported(locale);
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(language, { ...options, timeZone: name });
  const [minutes, seconds] = [
    format({ hour: "2-digit", minute: "2-digit" }),
    format({ hour: "2-digit", minute: "2-digit", second: "2-digit" }),
  ];
  return {
    name,
    day: format({ weekday: "short", day: "numeric", month: "short", year: "numeric" }),
    time: (at) => (at % 60_000 === 0 ? minutes : seconds).format(at),
  };
}

/** Our words are English: of other languages only the order of a date would be understood. */
function supported(locale: string | null): string[] {
  if (locale === null || !/^en(-[A-Za-z0-9]{1,8}){0,3}$/.test(locale)) return [];
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(locale);
  } catch {
    return [];
  }
}

const utc = zoneOf(null, null);

/** "Tue, 1 Dec 2026, 10:30 in Europe/Berlin (09:30 UTC)"; the day is said twice where it is another one. */
function instantWords(at: Instant, zone: Zone): string {
  if (zone.name === UTC) return `${zone.day.format(at)}, ${zone.time(at)} UTC`;
  const isSameDay = isoDay(at, zone.name) === isoDay(at, UTC);
  const there = `${isSameDay ? "" : `${utc.day.format(at)}, `}${utc.time(at)} UTC`;
  return `${zone.day.format(at)}, ${zone.time(at)} in ${zone.name.replaceAll("_", " ")} (${there})`;
}

function isoDay(at: Instant, timeZone: string): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" }).format(at);
}

function linesOf(value: MailValue, zone: Zone): string[] {
  if ("text" in value) return linesIn(value.text);
  if ("instant" in value) return [instantWords(value.instant, zone)];
  if ("durationMs" in value) return [describeDuration(value.durationMs)];
  const { from, to } = value;
  return [
    `from ${instantWords(from, zone)}`,
    to === null ? "without an end" : `to ${instantWords(to, zone)}`,
  ];
}

function labelOf(label: MailLabel): string {
  return MAIL_LABELS[label];
}

/** What somebody wrote, line by line. */
function linesIn(text: string): string[] {
  return cut(text, MOST.text)
    .split(/\r\n|[\r\n]/)
    .map((line) => harmless(isolated(line)));
}

function nameOf(text: string): string {
  return harmless(isolated(cut(text, MOST.name)));
}

// What mail programs make links of by themselves. There is one link in a mail, and it is ours.
function harmless(text: string): string {
  return text
    .replace(/:\/\//g, "[:]//")
    .replace(/\bwww\./gi, "www[.]")
    .replace(/\bmailto:/gi, "mailto[:]");
}

function cut(text: string, most: number): string {
  const letters = [...text];
  return letters.length <= most ? text : `${letters.slice(0, most - 1).join("")}…`;
}

function asText({ text, isolated: apart }: Shown["headline"][number]): string {
  return apart ? isolated(text) : text;
}

const INDENT = "    ";

/** No line of what somebody wrote begins where ours do. */
function textOf(shown: Shown, headline: string): string {
  const width = Math.max(0, ...shown.facts.map(({ label }) => label.length)) + 3;
  const facts = shown.facts.map(({ label, lines: [first = "", ...others] }) =>
    [
      `${`${label}:`.padEnd(width)}${first}`,
      ...others.map((line) => `${" ".repeat(width)}${line}`.trimEnd()),
    ].join("\n"),
  );
  const { more, link, note, stop, footer } = shown;
  const parts = [
    headline,
    [...facts, ...(more === null ? [] : [more])].join("\n"),
    note === null ? "" : note.map((line) => `${INDENT}${line}`.trimEnd()).join("\n"),
    link === null ? "" : `${shown.action}:\n${link}\n(It opens a page, and changes nothing by itself.)`,
    [
      "-- ",
      ...footer.map((line) => `${INDENT}${line}`.trimEnd()),
      shown.because,
      ...(stop === null ? [] : [`No more digests: ${stop}`]),
    ].join("\n"),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

const STYLE = {
  body: "margin:0;padding:24px 12px;background:#eef1f5;color:#1b2430;font:16px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif",
  card: "max-width:36rem;margin:0 auto;padding:24px 28px;background:#ffffff;border:1px solid #c3cbd6;border-radius:12px",
  brand: "margin:0 0 16px;font-size:14px;font-weight:600;color:#566273",
  headline: "margin:0 0 16px;font-size:20px;line-height:1.3;overflow-wrap:anywhere",
  table: "width:100%;border-collapse:collapse;margin:0 0 20px",
  label:
    "padding:6px 16px 6px 0;vertical-align:top;text-align:left;font-weight:400;white-space:nowrap;color:#566273",
  value: "padding:6px 0;vertical-align:top;overflow-wrap:anywhere;word-break:break-word",
  button:
    "display:inline-block;padding:10px 18px;border-radius:7px;background:#1f5fbf;color:#ffffff;font-weight:600;text-decoration:none",
  soft: "margin:16px 0 0;font-size:13px;color:#566273;overflow-wrap:anywhere",
};

function htmlOf(shown: Shown): Html {
  const { headline, facts, more, link, note, footer, stop } = shown;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<title>Curfew</title>
</head>
<body style="${STYLE.body}">
<div style="${STYLE.card}">
<p style="${STYLE.brand}">Curfew</p>
<h1 style="${STYLE.headline}">${apart(headline)}</h1>
${
  facts.length === 0
    ? null
    : html`<table role="presentation" style="${STYLE.table}">${facts.map(
        ({ label, lines }) =>
          html`<tr><th scope="row" style="${STYLE.label}">${label}</th><td style="${STYLE.value}">${apartLines(lines)}</td></tr>`,
      )}</table>`
}
${more === null ? null : html`<p>${more}</p>`}
${note === null ? null : html`<p style="overflow-wrap:anywhere">${apartLines(note)}</p>`}
${
  link === null
    ? null
    : html`<p style="margin:0"><a href="${link}" style="${STYLE.button}">${shown.action}</a></p>
<p style="${STYLE.soft}">It opens a page, and changes nothing by itself.</p>`
}
</div>
<div style="max-width:36rem;margin:0 auto;padding:0 28px">
${footer.length === 0 ? null : html`<p style="${STYLE.soft}">${apartLines(footer)}</p>`}
<p style="${STYLE.soft}">${apartLines([shown.because])}</p>
${stop === null ? null : html`<p style="${STYLE.soft}"><a href="${stop}" style="color:#566273">No more digests</a></p>`}
</div>
</body>
</html>
`;
}

const BREAK = new Html("<br>");

/** A sentence of ours keeps its direction, whoever is named in it. */
function apart(parts: Shown["headline"]): readonly Html[] {
  return parts.map(({ text, isolated: alone }) => (alone ? html`<bdi>${text}</bdi>` : html`${text}`));
}

function apartLines(lines: readonly string[]): readonly Html[] {
  return lines.flatMap((line, index) => [...(index === 0 ? [] : [BREAK]), ...apart(isolatedParts(line))]);
}
