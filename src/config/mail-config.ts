/** The operator's mail server, as the environment names it. Nothing of it is a tenant's to say. */
import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { z } from "zod";
import { ConfigError, isLoopback } from "./config-error.ts";

const file = z.string().min(1).max(4_096);
/** A name of the DNS, with at least one dot. */
const domain = z.string().regex(/^(?=.{3,253}$)[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+$/, "is no domain");

export const mailVariables = {
  CURFEW_SMTP_URL: z.string().min(1).max(2_048).optional(),
  CURFEW_SMTP_PASSWORD_FILE: file.optional(),
  CURFEW_SMTP_CA_FILE: file.optional(),
  CURFEW_MAIL_FROM: z.string().min(3).max(400).optional(),
  CURFEW_DKIM_DOMAIN: domain.optional(),
  CURFEW_DKIM_SELECTOR: z
    .string()
    .regex(/^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/, "is no selector")
    .optional(),
  CURFEW_DKIM_KEY_FILE: file.optional(),
};

type Given = { readonly [Name in keyof typeof mailVariables]?: string | undefined };

export interface MailConfig {
  readonly server: {
    readonly host: string;
    readonly port: number;
    readonly tls: "implicit" | "starttls" | "never";
    readonly login: { readonly user: string; readonly password: string } | null;
    readonly ca: string | null;
  };
  readonly from: { readonly name: string; readonly address: string };
  readonly dkim: { readonly domain: string; readonly selector: string; readonly privateKey: string } | null;
}

/** @throws ConfigError naming the variable at fault; never with what it holds, which may be a password */
export function readMail(given: Given): MailConfig | null {
  const { CURFEW_SMTP_URL: url, ...others } = given;
  if (url === undefined) {
    const [alone] = Object.keys(mailVariables).filter(
      (name) => others[name as keyof typeof others] !== undefined,
    );
    if (alone !== undefined)
      throw new ConfigError(
        `${alone} is set, and CURFEW_SMTP_URL is not: say where mail goes, or take it out`,
      );
    return null;
  }
  if (others.CURFEW_MAIL_FROM === undefined)
    throw new ConfigError("CURFEW_SMTP_URL needs CURFEW_MAIL_FROM, such as Curfew <curfew@example.com>");
  return {
    server: serverIn(url, others),
    from: senderIn(others.CURFEW_MAIL_FROM),
    dkim: dkimIn(others),
  };
}

const FORM = "write smtps://user:password@mail.example.com:465 or smtp://mail.example.com:587";

/**
 * `smtps:` is TLS from the first byte, `smtp:` is STARTTLS, which is required but on loopback. `?tls=never` says in so many
 * words that everything, a password included, crosses the wire in clear; `?tls=required` asks for it on loopback too.
 */
function serverIn(text: string, given: Given): MailConfig["server"] {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isImplicit = url?.protocol === "smtps:";
  if (
    url === null ||
    !(isImplicit || url.protocol === "smtp:") ||
    url.hostname === "" ||
    !/^\/?$/.test(url.pathname)
  )
    throw new ConfigError(`CURFEW_SMTP_URL is no address of a mail server; ${FORM}`);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const asked = url.searchParams.get("tls");
  const isKnown = asked === null || asked === "never" || asked === "required";
  if (
    !isKnown ||
    (isImplicit && asked === "never") ||
    [...url.searchParams.keys()].some((key) => key !== "tls")
  )
    throw new ConfigError("CURFEW_SMTP_URL: after `?` only tls=required, or with smtp: tls=never, can stand");
  const inClear = asked === "never" || (asked === null && isLoopback(host));
  return {
    host,
    port: url.port === "" ? (isImplicit ? 465 : 587) : Number(url.port),
    tls: isImplicit ? "implicit" : inClear ? "never" : "starttls",
    login: loginIn(url, given.CURFEW_SMTP_PASSWORD_FILE),
    ca:
      given.CURFEW_SMTP_CA_FILE === undefined
        ? null
        : contentOf("CURFEW_SMTP_CA_FILE", given.CURFEW_SMTP_CA_FILE),
  };
}

function loginIn(url: URL, passwordFile: string | undefined): MailConfig["server"]["login"] {
  const [user, inUrl] = [url.username, url.password].map(decoded) as [string, string];
  const fromFile =
    passwordFile === undefined
      ? null
      : contentOf("CURFEW_SMTP_PASSWORD_FILE", passwordFile).replace(/\r?\n$/, "");
  if (fromFile !== null && inUrl !== "")
    throw new ConfigError(
      "CURFEW_SMTP_PASSWORD_FILE is set, and CURFEW_SMTP_URL holds a password too; take one out",
    );
  const password = fromFile ?? inUrl;
  if ((user === "") !== (password === ""))
    throw new ConfigError("CURFEW_SMTP_URL: a user and a password go together; give both, or neither");
  return user === "" ? null : { user, password };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new ConfigError(
      "CURFEW_SMTP_URL: its user or password holds a `%` that is not followed by two digits",
    );
  }
}

const ADDRESS = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*$/;

/** `curfew@example.com` or `Curfew <curfew@example.com>`. */
function senderIn(text: string): MailConfig["from"] {
  const [, name = "", address = text] = /^\s*"?([^"<>]*?)"?\s*<([^<>]+)>\s*$/.exec(text) ?? [];
  const line = name.trim();
  if (!ADDRESS.test(address.trim()) || /[\p{Cc}\p{Cf}]/u.test(line))
    throw new ConfigError("CURFEW_MAIL_FROM is no sender; write Curfew <curfew@example.com>");
  return { name: line === "" ? "Curfew" : line, address: address.trim() };
}

function dkimIn(given: Given): MailConfig["dkim"] {
  const {
    CURFEW_DKIM_DOMAIN: domainName,
    CURFEW_DKIM_SELECTOR: selector,
    CURFEW_DKIM_KEY_FILE: keyFile,
  } = given;
  if (domainName === undefined && selector === undefined && keyFile === undefined) return null;
  if (domainName === undefined || selector === undefined || keyFile === undefined)
    throw new ConfigError(
      "CURFEW_DKIM_DOMAIN, CURFEW_DKIM_SELECTOR and CURFEW_DKIM_KEY_FILE go together; set all three",
    );
  const privateKey = contentOf("CURFEW_DKIM_KEY_FILE", keyFile);
  let kind: string | undefined;
  let bits = 0;
  try {
    const key = createPrivateKey(privateKey);
    kind = key.asymmetricKeyType;
    bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  } catch {
    // Said below: what the file holds is told to nobody.
  }
  // RFC 8301: shorter ones are not believed.
  if (kind !== "rsa" || bits < 1_024)
    throw new ConfigError("CURFEW_DKIM_KEY_FILE holds no RSA private key of 1024 bits or more (PEM)");
  return { domain: domainName, selector, privateKey };
}

function contentOf(name: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new ConfigError(`the file that ${name} names cannot be read`, { cause });
  }
}
