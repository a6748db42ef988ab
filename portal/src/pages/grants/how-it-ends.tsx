/** What happens at the end of live access, and who sees to it, in each of its targets. */
import { Stack, Text } from "@mantine/core";
import { capital, endWords, type Grant } from "../../words/grant.ts";
import { ifDownWords } from "../../words/holding.ts";

export function HowItEnds({ grant }: { readonly grant: Grant }) {
  const { ends = [], endsAt, why } = grant;
  if (endsAt === null || ends.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {endsAt === null ? `${capital(why ?? "given as standing access")}. ` : null}
        {endWords(grant)}
      </Text>
    );
  return (
    <Stack gap={2}>
      {ends.map(({ targetName, sentence, ifDown }) => (
        <Text key={targetName} size="sm" c="dimmed">
          {ifDownWords(sentence, ifDown)}
        </Text>
      ))}
    </Stack>
  );
}
