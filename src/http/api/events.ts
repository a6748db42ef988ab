/** A stream of "look again": which kinds of things changed in the caller's tenant, as server-sent events. */
import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import { z } from "zod";
import { CHANGE_TOPICS } from "../../domain/change-topic.ts";
import { callerOf } from "../caller.ts";
import { sendRejection } from "../problem.ts";
import type { Api, ApiContext } from "./context.ts";

const HEARTBEAT_MS = 15_000;
/** The caller is looked at again every 45 seconds. */
const BEATS_BETWEEN_CHECKS = 3;
// A reader that takes nothing in is cut off; it comes back and looks at everything.
const MOST_UNREAD_CHARS = 16_384;

const RETRY = "retry: 2000\n";

export function eventRoutes(api: Api, context: ApiContext): void {
  const open = new Set<Readable>();
  // A server waits for its answers to end: these would not.
  api.addHook("preClose", async () => {
    for (const stream of open) stream.push(null);
  });

  api.get(
    "/events",
    {
      exposeHeadRoute: false,
      schema: {
        tags: ["events"],
        operationId: "streamEvents",
        description: `\`ready\` first, then \`changed\` with \`{"topics": [...]}\` of ${CHANGE_TOPICS.join(", ")}`,
        produces: ["text/event-stream"],
        response: { 200: z.string() },
      },
    },
    async (request, reply) => {
      const stream = new Readable({ read() {} });
      send(stream, `${RETRY}event: ready\ndata: {}\n\n`);
      const caller = callerOf(request);
      const watching = await context.changes.watch(caller.ref, (topics) =>
        send(stream, `event: changed\ndata: ${JSON.stringify({ topics })}\n\n`),
      );
      if (!watching.ok) return sendRejection(reply, watching.rejection);
      open.add(stream);
      const stopBeating = keepAlive(stream, () => context.admitCaller(request, reply));
      stream.once("close", () => {
        stopBeating();
        watching.value();
        open.delete(stream);
      });
      return sendStream(reply, stream);
    },
  );
}

function sendStream(reply: FastifyReply, stream: Readable): FastifyReply {
  return (
    reply
      .type("text/event-stream")
      .header("cache-control", "no-store")
      // The connection ends with the stream, and a proxy passes on what it gets.
      .header("connection", "close")
      .header("x-accel-buffering", "no")
      .send(stream)
  );
}

function send(stream: Readable, text: string): void {
  if (stream.destroyed || stream.readableEnded) return;
  if (stream.readableLength > MOST_UNREAD_CHARS) stream.destroy();
  else stream.push(text);
}

/** Ends the stream once its caller is nobody any more, or when that cannot be found out. */
function keepAlive(stream: Readable, admit: () => ReturnType<ApiContext["admitCaller"]>): () => void {
  let beats = 0;
  const check = async (): Promise<void> => {
    const still = await admit().catch(() => null);
    if (still?.ok !== true && !stream.destroyed) stream.push(null);
  };
  const timer = setInterval(() => {
    send(stream, ": still here\n\n");
    beats++;
    if (beats % BEATS_BETWEEN_CHECKS === 0) void check();
  }, HEARTBEAT_MS);
  return () => clearInterval(timer);
}
