/** Where one is in the queue, and the way to the next: whoever came by a link goes back to the queue. */
import { ActionIcon, Text } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { ChevronDown, ChevronUp } from "lucide-react";
import { Link, useNavigate } from "react-router";
import * as words from "../../words/deciding.ts";
import { useKnownWaiting } from "./waiting.ts";

export function Neighbours({ id }: { readonly id: string }) {
  const navigate = useNavigate();
  const { items } = useKnownWaiting();
  const at = items.findIndex((one) => one.id === id);
  const before = items[at - 1];
  const next = items[at + 1];
  useHotkeys([
    ["j", () => at >= 0 && next !== undefined && navigate(`/approvals/${next.id}`)],
    ["k", () => at >= 0 && before !== undefined && navigate(`/approvals/${before.id}`)],
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
