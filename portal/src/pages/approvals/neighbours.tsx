/** Where one is in the queue, and the way to the next: whoever came by a link goes back to the queue. */
import { ActionIcon, Text } from "@mantine/core";
import { ChevronDown, ChevronUp } from "lucide-react";
import { Link, useNavigate } from "react-router";
import { useKeys } from "../../parts/keys.ts";
import * as words from "../../words/deciding.ts";
import { useKnownWaiting } from "./waiting.ts";

export function Neighbours({ id }: { readonly id: string }) {
  const navigate = useNavigate();
  const { items } = useKnownWaiting();
  const at = items.findIndex((one) => one.id === id);
  const before = items[at - 1];
  const next = items[at + 1];
  const go = (to: string | undefined) => {
    if (at >= 0 && to !== undefined) void navigate(`/approvals/${to}`);
  };
  useKeys(words.YOUR_DECISION, [
    { keys: "j", says: words.KEY_NEXT, act: () => go(next?.id) },
    { keys: "k", says: words.KEY_BEFORE, act: () => go(before?.id) },
  ]);
  if (at < 0 || items.length < 2) return null;
  const step = (to: string | undefined, label: string, Icon: typeof ChevronUp) =>
    to === undefined ? (
      <ActionIcon variant="default" size="lg" disabled aria-label={label}>
        <Icon size={18} aria-hidden="true" />
      </ActionIcon>
    ) : (
      <ActionIcon component={Link} to={`/approvals/${to}`} variant="default" size="lg" aria-label={label}>
        <Icon size={18} aria-hidden="true" />
      </ActionIcon>
    );
  return (
    <>
      <Text size="sm" c="dimmed" className="steady">
        {words.placeInQueue(at + 1, items.length)}
      </Text>
      {step(before?.id, words.PREVIOUS, ChevronUp)}
      {step(next?.id, words.NEXT, ChevronDown)}
    </>
  );
}
