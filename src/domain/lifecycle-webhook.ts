/** Where a publisher hears of the managed applications of an offer (Azure: `notificationPolicy`). */

/** The kind of export that tells it. */
export const LIFECYCLE_KIND = "managedApplications";

export interface LifecycleEndpoint {
  /** Without its query. */
  readonly address: string;
  /** What follows the `?`, by which the receiver knows who posts: a secret. Null where there is none. */
  readonly query: string | null;
}

/** Of the whole address that is posted to. */
const MOST_URL_CHARS = 2_048;
/** What Azure appends to the path of every endpoint. */
const RESOURCE = "/resource";

/** As Azure writes it, `https://host:port/path?sig=token`; null for what is no such address. */
export function lifecycleEndpointOf(uri: string): LifecycleEndpoint | null {
  const [address = "", ...rest] = uri.split("?");
  const query = rest.length === 0 ? null : rest.join("?");
  const endpoint = { address, query: query === "" ? null : query };
  return isLifecycleEndpoint(endpoint) ? endpoint : null;
}

/** https, or http where the operator permits it; printable ASCII; no user name, no password, no fragment. */
export function isLifecycleEndpoint(endpoint: LifecycleEndpoint): boolean {
  const { address, query } = endpoint;
  if (!/^https?:\/\/[\x21-\x7e]+$/i.test(address) || /[?#]/.test(address)) return false;
  if (query !== null && !/^[\x21-\x22\x24-\x7e]+$/.test(query)) return false;
  const url = lifecycleUrl(endpoint);
  if (url.length > MOST_URL_CHARS || !URL.canParse(url)) return false;
  const { username, password } = new URL(url);
  return username === "" && password === "";
}

/** What is posted to, secret included. */
export function lifecycleUrl({ address, query }: LifecycleEndpoint): string {
  return `${address.replace(/\/$/, "")}${RESOURCE}${query === null ? "" : `?${query}`}`;
}
