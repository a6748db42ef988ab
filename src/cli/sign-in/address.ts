/** Which server, and whether a token may be sent to it. */
import { usage } from "../exit.ts";

export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** The origin. @throws Stop for what is no address, and for plain HTTP beyond this machine */
export function serverOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) {
    throw usage(`\`${text}\` is not the address of a server; write it as https://curfew.example`);
  }
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    throw usage(`tokens do not travel in clear: use https:// for \`${url.host}\``);
  }
  if (url.username !== "" || url.password !== "")
    throw usage("the server's address holds no user or password");
  return url.origin;
}
