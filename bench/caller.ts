/**
 * Calls over HTTP as many clients at many addresses make them. Each address of 127.0.0.0/8 is a caller of its own to
 * the limit of calls a minute, so that the limit stays on and nothing of the product is changed. A small client of
 * ours, because the driver shares the machine's cores with what it measures.
 */
import { connect, type Socket } from "node:net";

const LINES = 256;
const ANSWER_WITHIN_MS = 120_000;

export interface Reply {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the body of any answer; the callers say what they expect of it
  readonly body: any;
}

export class Lane {
  readonly #lines: readonly Line[];
  #next = 0;

  constructor(lines: readonly Line[]) {
    this.#lines = lines;
  }

  /** One call; the addresses of the lane take turns. */
  async call(token: string | null, method: string, path: string, body?: unknown): Promise<Reply> {
    const line = this.#lines[this.#next++ % this.#lines.length];
    if (line === undefined) throw new Error("a lane without lines");
    return line.send(token, method, path, body);
  }

  close(): void {
    for (const line of this.#lines) line.close();
  }
}

/** As many lanes as clients, all the addresses shared out among them. */
export function openLanes(port: number, width: number): Lane[] {
  const each = Math.max(1, Math.floor(LINES / width));
  return Array.from(
    { length: width },
    (_, lane) =>
      new Lane(Array.from({ length: each }, (_, at) => new Line(port, addressOf(lane * each + at)))),
  );
}

function addressOf(index: number): string {
  return `127.0.${1 + Math.floor(index / 250)}.${1 + (index % 250)}`;
}

/** One connection from one address, one call at a time, opened again when the server closed it. */
class Line {
  readonly #port: number;
  readonly #localAddress: string;
  #socket: Socket | null = null;
  #received: Buffer[] = [];
  #waiting: { resolve(reply: Reply): void; reject(error: Error): void } | null = null;

  constructor(port: number, localAddress: string) {
    this.#port = port;
    this.#localAddress = localAddress;
  }

  send(token: string | null, method: string, path: string, body: unknown): Promise<Reply> {
    const text = body === undefined ? "" : JSON.stringify(body);
    const head = [
      `${method} ${path} HTTP/1.1`,
      `host: 127.0.0.1:${this.#port}`,
      ...(token === null ? [] : [`authorization: Bearer ${token}`]),
      ...(body === undefined ? [] : ["content-type: application/json"]),
      `content-length: ${Buffer.byteLength(text)}`,
    ];
    return new Promise((resolve, reject) => {
      if (this.#waiting !== null) throw new Error("one call at a time");
      this.#waiting = { resolve, reject };
      this.#open().write(`${head.join("\r\n")}\r\n\r\n${text}`);
    });
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = null;
  }

  #open(): Socket {
    if (this.#socket !== null && !this.#socket.destroyed) return this.#socket;
    const socket = connect({ port: this.#port, host: "127.0.0.1", localAddress: this.#localAddress });
    socket.setNoDelay(true);
    socket.setTimeout(ANSWER_WITHIN_MS, () => socket.destroy(new Error("no answer came in time")));
    socket.on("data", (chunk) => this.#take(chunk));
    socket.on("error", (error) => this.#fail(error));
    socket.on("close", () => {
      if (this.#socket === socket) this.#socket = null;
      this.#fail(new Error("the server closed the connection"));
    });
    this.#received = [];
    this.#socket = socket;
    return socket;
  }

  #fail(error: Error): void {
    this.#waiting?.reject(error);
    this.#waiting = null;
  }

  #take(chunk: Buffer): void {
    this.#received.push(chunk);
    const all = this.#received.length === 1 ? chunk : Buffer.concat(this.#received);
    this.#received = [all];
    const end = all.indexOf("\r\n\r\n");
    if (end === -1) return;
    const head = all.toString("latin1", 0, end);
    const length = Number(/^content-length: *(\d+)$/im.exec(head)?.[1] ?? Number.NaN);
    const status = Number(head.slice(9, 12));
    if (Number.isNaN(length) && status !== 204) {
      this.#fail(new Error(`an answer without a length: ${head}`));
      return;
    }
    const from = end + 4;
    if (all.length < from + (length || 0)) return;
    this.#received = [];
    const text = all.toString("utf8", from);
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.resolve({ status, body: text === "" ? null : JSON.parse(text) });
  }
}
