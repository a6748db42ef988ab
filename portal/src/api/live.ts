/** What is on the page follows the server: it says which kind of thing changed, and that is read again. */
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { readAgain } from "./reread.ts";

/** Whether the page hears of changes; while it does not, everything is read again every half minute. */
export type Live = "live" | "connecting" | "offline";

const ADDRESS = "/api/v1/events";
const WITHOUT_EVENTS_MS = 30_000;

export function useLive(): Live {
  const queries = useQueryClient();
  const [state, setState] = useState<Live>(navigator.onLine ? "connecting" : "offline");
  useEffect(() => follow(queries, setState), [queries]);
  return state;
}

/** Only a page that is looked at listens: browsers keep few connections to one host, and people keep many tabs. */
function follow(queries: QueryClient, tell: (state: Live) => void): () => void {
  let stop: (() => void) | null = null;
  let heard = false;
  const onReady = () => {
    // A stream may outlive the network for a while.
    tell(navigator.onLine ? "live" : "offline");
    // What happened while nobody listened.
    if (heard) void queries.invalidateQueries();
    heard = true;
  };
  const look = () => {
    const visible = document.visibilityState === "visible";
    if (visible && stop === null) stop = listen(queries, tell, onReady);
    if (visible || stop === null) return;
    stop();
    stop = null;
  };
  const offline = () => tell("offline");
  // A connection that outlived the gap may have lost what was said meanwhile: begin again.
  const online = () => {
    tell("connecting");
    stop?.();
    stop = null;
    look();
  };
  look();
  document.addEventListener("visibilitychange", look);
  window.addEventListener("offline", offline);
  window.addEventListener("online", online);
  return () => {
    stop?.();
    document.removeEventListener("visibilitychange", look);
    window.removeEventListener("offline", offline);
    window.removeEventListener("online", online);
  };
}

/** A stream that the server refused is not opened again by the browser: we do, now and then. */
function listen(queries: QueryClient, tell: (state: Live) => void, onReady: () => void): () => void {
  let source = open(queries, tell, onReady);
  const poll = setInterval(() => {
    if (source.stream.readyState === EventSource.OPEN) return;
    void queries.invalidateQueries();
    if (source.stream.readyState === EventSource.CLOSED) {
      source.close();
      source = open(queries, tell, onReady);
    }
  }, WITHOUT_EVENTS_MS);
  return () => {
    source.close();
    clearInterval(poll);
  };
}

function open(queries: QueryClient, tell: (state: Live) => void, onReady: () => void) {
  const stream = new EventSource(ADDRESS);
  stream.addEventListener("ready", onReady);
  stream.addEventListener("changed", (event) => readAgain(queries, topicsIn(event.data)));
  stream.onerror = () => tell(navigator.onLine ? "connecting" : "offline");
  return {
    stream,
    close: () => stream.close(),
  };
}

function topicsIn(data: string): string[] {
  const { topics } = JSON.parse(data) as { topics?: unknown };
  return Array.isArray(topics) ? topics.filter((topic) => typeof topic === "string") : [];
}
