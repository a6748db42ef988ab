/** The one HTTP client for addresses that others choose: a place is permitted to a tenant or nothing is sent to it. */

export interface OutboundRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** https; http only where the operator permits the place to this tenant. No user name or password in it. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | null;
  /** For all of it, from the name to the last byte of the answer; 10 s by default, 60 s at the most. */
  readonly timeoutMs?: number;
  /** An answer that is longer is none; 64 KiB by default, 4 MiB at the most. */
  readonly mostBytes?: number;
  readonly signal?: AbortSignal;
}

/** Any status: a redirect is an answer like another, and is not followed. */
export interface OutboundAnswer {
  readonly status: number;
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What one tenant may ask of the world; no connection of it is another tenant's. */
export interface OutboundHttp {
  /** @throws OutboundFault where there is no answer */
  send(request: OutboundRequest): Promise<OutboundAnswer>;
}

/**
 * `forbidden`: this place, or this form of address, is not for this tenant, until somebody changes that. `unreachable`: no
 * answer, which may pass. `unreadable`: an answer that is too long or is none.
 */
export type OutboundFaultKind = "forbidden" | "unreachable" | "unreadable";

export class OutboundFault extends Error {
  override readonly name = "OutboundFault";
  readonly kind: OutboundFaultKind;
  /** The far side may have got the request. */
  readonly mayHaveArrived: boolean;

  constructor(
    kind: OutboundFaultKind,
    message: string,
    more: { mayHaveArrived?: boolean; cause?: unknown } = {},
  ) {
    super(message, { cause: more.cause });
    this.kind = kind;
    this.mayHaveArrived = more.mayHaveArrived ?? false;
  }
}
