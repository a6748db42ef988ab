/** What would happen, beside the form, while it is written. */
import { Alert, Group, Stack, Text } from "@mantine/core";
import { Info } from "lucide-react";
import type { ReactNode } from "react";
import { ApiProblem } from "../../api/api.ts";
import { useNow } from "../../parts/now.ts";
import { Problem, sentence } from "../../parts/states.tsx";
import { RULES, SUMMARY } from "../../words/asking.ts";
import { askedWords, decideWords, endWords, holdWords } from "../../words/preview.ts";
import { CheckList } from "./check-list.tsx";
import { standWords } from "./checks.ts";
import { FavouriteStar } from "./favourite-star.tsx";
import type { Asking } from "./use-asking.ts";

export function Summary({ asking }: { readonly asking: Asking }) {
  const { preview } = asking;
  if (asking.error !== null) return <Obstacle asking={asking} />;
  if (preview === null) return <Text c="dimmed">{SUMMARY.chooseFirst}</Text>;
  return (
    <Stack gap="md">
      <Group justify="space-between" wrap="nowrap" align="flex-start" gap="xs">
        <div>
          <Text fw={650}>{askedWords(preview)}</Text>
          <Text size="sm" c="dimmed">
            {preview.ownerName}
          </Text>
        </div>
        <FavouriteStar asking={asking} preview={preview} />
      </Group>
      {preview.problem === null ? <Outlook asking={asking} /> : <Obstacle asking={asking} />}
      <Refusal asking={asking} />
    </Stack>
  );
}

/** Why nothing can be sent, whatever is written. */
export function Obstacle({ asking: { preview, error } }: { readonly asking: Asking }) {
  if (error !== null) return <Problem error={error} />;
  if (preview === null || preview.problem === null) return null;
  return (
    <Alert icon={<Info size={20} aria-hidden="true" />} color="gray">
      {sentence(preview.problem.message)}
    </Alert>
  );
}

function Outlook({ asking }: { readonly asking: Asking }) {
  const now = useNow();
  const { preview, form, askedMs } = asking;
  if (preview === null) return null;
  return (
    <>
      <Part title={SUMMARY.whoDecides}>{decideWords(preview, form)}</Part>
      <Part title={SUMMARY.whenEnds}>
        {askedMs === null || askedMs === 0
          ? SUMMARY.sayHowLong
          : [endWords(preview, form, askedMs, now), ...holdWords(preview)].join(" ")}
      </Part>
      <Part title={<span role="status">{`${RULES.title}: ${standWords(asking.checks)}`}</span>}>
        <CheckList asking={asking} />
      </Part>
    </>
  );
}

function Part({ title, children }: { readonly title: ReactNode; readonly children: ReactNode }) {
  return (
    <div>
      <Text size="sm" c="dimmed" fw={600} mb={2} component="h2" m={0}>
        {title}
      </Text>
      {typeof children === "string" ? (
        <Text size="sm" className="steady">
          {children}
        </Text>
      ) : (
        children
      )}
    </div>
  );
}

/** What the list of rules does not say already. */
function Refusal({ asking: { refused, checks } }: { readonly asking: Asking }) {
  if (refused === null) return null;
  const listed = refused instanceof ApiProblem && refused.rules.length > 0;
  return listed && checks.some(({ state }) => state !== "met") ? null : <Problem error={refused} />;
}
