/**
 * What arrives while somebody works, once, until they have seen it: what was not put away comes back after a reload,
 * and what the page in sight is about has been seen.
 * Kept for this browser tab: where the newest stood when it was opened, and what was put away since.
 */
import { Anchor, Text } from "@mantine/core";
import { useDocumentVisibility, useSessionStorage } from "@mantine/hooks";
import { notifications as toasts } from "@mantine/notifications";
import { useEffect, useRef } from "react";
import { useLocation, useNavigate } from "react-router";
import { serverNow, useApi, useApiCall } from "../api/api.ts";
import { PHONE } from "../parts/sheet.tsx";
import { addressOf, type Notification, PAGE } from "../words/notification.ts";
import { withTimes } from "../words/time.ts";
import { useMe } from "./session.tsx";

/** The newest; the others wait behind it, and at the bell. */
const SHOWN = 1;
const LOOKED_AT = 20;
const MOST_KEPT = 100;
/** On a phone whatever stays covers something; the bell keeps it. */
const ON_A_PHONE_MS = 10_000;
const OF_ONE_THING = /\/[0-9a-f-]{36}$/;
/** What one has just done oneself is said where one did it. */
const OWN_DOING = ["request_sent"];

interface Seen {
  /** RFC 3339; empty: there was none unread. Null: not looked yet. */
  readonly since: string | null;
  readonly putAway: readonly string[];
}

export function Toasts() {
  const { principal, newestUnreadAt } = useMe();
  const { pathname } = useLocation();
  const [seen, keep] = useSessionStorage<Seen>({
    key: `curfew-toasts-${principal.objectId}`,
    defaultValue: { since: null, putAway: [] },
    getInitialValueInEffect: false,
  });
  useEffect(() => {
    if (seen.since === null) keep({ since: newestUnreadAt ?? "", putAway: [] });
  }, [newestUnreadAt, seen.since, keep]);
  // Asked for only where something of it may be shown, or may be what the page is about.
  const concerns =
    newestUnreadAt !== null && (newestUnreadAt > (seen.since ?? "") || OF_ONE_THING.test(pathname));
  const unread = useApi(
    "listMyNotifications",
    { query: { unread: "true", limit: LOOKED_AT } },
    { enabled: concerns && seen.since !== null },
  );
  const items = concerns ? unread.data?.items : undefined;
  const putAway = (id: string) =>
    keep((before) => ({ ...before, putAway: [id, ...before.putAway].slice(0, MOST_KEPT) }));
  const inSight = useInSight(items ?? []);
  useShown(
    newIn(items ?? [], seen).filter((one) => !inSight(one)),
    putAway,
  );
  return null;
}

/** Marks as read what the page in sight is about. */
function useInSight(items: readonly Notification[]): (one: Notification) => boolean {
  const { pathname } = useLocation();
  const visible = useDocumentVisibility() === "visible";
  const { mutate: read } = useApiCall("markMyNotificationsRead");
  const marked = useRef(new Set<string>());
  // A list that it leads to shows much besides: that one is there says nothing of whether it was seen.
  const inSight = (one: Notification) =>
    visible && OF_ONE_THING.test(pathname) && addressOf(one) === pathname;
  const unmarked = items.filter((one) => inSight(one) && !marked.current.has(one.id)).map(({ id }) => id);
  const sent = unmarked.join();
  useEffect(() => {
    if (sent === "") return;
    const ids = sent.split(",");
    for (const id of ids) marked.current.add(id);
    read({ body: { ids } });
  }, [sent, read]);
  return inSight;
}

function newIn(items: readonly Notification[], { since, putAway }: Seen): Notification[] {
  if (since === null) return [];
  return items
    .filter(({ at, id, type }) => at > since && !putAway.includes(id) && !OWN_DOING.includes(type))
    .slice(0, SHOWN);
}

/** Shows what is new, and takes away what was read meanwhile, here or elsewhere. */
function useShown(fresh: readonly Notification[], putAway: (id: string) => void): void {
  const navigate = useNavigate();
  const { mutate: read } = useApiCall("markMyNotificationsRead");
  const shown = useRef(new Map<string, string>());
  useEffect(() => {
    const said = new Map(fresh.map(({ id, text }) => [id, text]));
    for (const id of shown.current.keys()) if (!said.has(id)) toasts.hide(id);
    for (const one of fresh.toReversed()) {
      if (shown.current.get(one.id) === one.text) continue;
      const open = (to: string) => {
        read({ body: { ids: [one.id] } });
        toasts.hide(one.id);
        void navigate(to);
      };
      const phone = matchMedia(PHONE).matches;
      // What was told already may read otherwise by now: a request that waited is decided.
      const show = shown.current.has(one.id) ? toasts.update : toasts.show;
      show({
        id: one.id,
        autoClose: phone && ON_A_PHONE_MS,
        // Out of the way of what is worked on: below the menu they stay until they are put away.
        position: phone ? "bottom-center" : "bottom-left",
        message: <Message notification={one} open={open} />,
        onClose: () => putAway(one.id),
        closeButtonProps: { "aria-label": PAGE.putAway },
      });
    }
    shown.current = said;
  }, [fresh, navigate, putAway, read]);
}

interface MessageProps {
  readonly notification: Notification;
  readonly open: (to: string) => void;
}

function Message({ notification, open }: MessageProps) {
  const to = addressOf(notification);
  const text = withTimes(notification.text, serverNow());
  if (to === null) return <Text size="sm">{text}</Text>;
  // Toasts stand outside the router, so that they outlive a page.
  return (
    <Anchor
      href={to}
      size="sm"
      onClick={(event) => {
        event.preventDefault();
        open(to);
      }}
    >
      {text}
    </Anchor>
  );
}
