/** The button that says what it does; on a small screen in a bar within reach, with the summary one touch away. */
import { Button, type ButtonProps, Group, Text, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { ChevronUp } from "lucide-react";
import { useEffect } from "react";
import { useNow } from "../../parts/now.ts";
import { Sheet } from "../../parts/sheet.tsx";
import { NOTHING_TO_SEND, SUMMARY, WOULD_HAPPEN } from "../../words/asking.ts";
import { capital } from "../../words/grant.ts";
import { isDecidedByNobody, sendWords, windowOf } from "../../words/preview.ts";
import { timeWords } from "../../words/time.ts";
import { firstFieldOf, standWords } from "./checks.ts";
import { Summary } from "./summary.tsx";
import type { Asking } from "./use-asking.ts";

export function SendButton({ asking, ...button }: { readonly asking: Asking } & ButtonProps) {
  const { preview, form, busy } = asking;
  // There is nothing to send, whatever else is written.
  if (preview !== null && preview.problem !== null) return null;
  return (
    <Button {...button} type="submit" size="md" loading={busy} color={form.emergency ? "red.8" : undefined}>
      {sendWords(preview, form)}
    </Button>
  );
}

export function SendBar({ asking }: { readonly asking: Asking }) {
  const [opened, sheet] = useDisclosure(false);
  const { tried, checks } = asking;
  const hidden = tried && firstFieldOf(checks) === null && checks.some(({ state }) => state !== "met");
  // What fails and is no field stands in the summary alone.
  useEffect(() => {
    if (hidden) sheet.open();
  }, [hidden, sheet.open]);
  return (
    <Group className="action-bar" wrap="nowrap" justify="space-between" gap="sm">
      <UnstyledButton onClick={sheet.open} aria-haspopup="dialog" miw={0}>
        <Group gap={6} wrap="nowrap">
          <ChevronUp size={18} aria-hidden="true" />
          <Text fw={600} span>
            {WOULD_HAPPEN}
          </Text>
        </Group>
        <Text size="sm" c="dimmed" truncate className="steady">
          <InShort asking={asking} />
        </Text>
      </UnstyledButton>
      <SendButton asking={asking} flex="none" />
      <Sheet title={WOULD_HAPPEN} opened={opened} close={sheet.close}>
        <Summary asking={asking} />
      </Sheet>
    </Group>
  );
}

function InShort({ asking }: { readonly asking: Asking }) {
  const now = useNow();
  const { preview, checks, askedMs, form } = asking;
  if (preview === null) return SUMMARY.choose;
  if (preview.problem !== null) return NOTHING_TO_SEND;
  if (askedMs === null || checks.some(({ state }) => state !== "met")) return capital(standWords(checks));
  const ends = isDecidedByNobody(preview, form) ? SUMMARY.ends : SUMMARY.wouldEnd;
  return `${ends} ${timeWords(windowOf(preview, form, askedMs, now).endsAt, now)}`;
}
