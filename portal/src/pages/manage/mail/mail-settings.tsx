/** What every mail of the organisation begins and ends with, and where answers go: plain text, no HTML of its own. */
import { Button, Paper, Stack, Textarea, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { FormEvent } from "react";
import { type Answer, useApiCall } from "../../../api/api.ts";
import { faultAt, faultsOf } from "../../../api/faults.ts";
import { useEdit } from "../../../parts/draft.ts";
import { DraftNote } from "../../../parts/draft-note.tsx";
import { Problem, sentence } from "../../../parts/states.tsx";
import { EVERY } from "../../../words/mail.ts";

type Settings = Answer<"readMailSettings">;
type Field = "subjectPrefix" | "footer" | "replyTo";

const FIELDS: readonly Field[] = ["subjectPrefix", "footer", "replyTo"];
const MOST = { subjectPrefix: 40, footer: 1_000, replyTo: 254 } as const;

export function MailSettings({ settings }: { readonly settings: Settings }) {
  const stored = {
    subjectPrefix: settings.subjectPrefix ?? "",
    footer: settings.footer ?? "",
    replyTo: settings.replyTo ?? "",
  };
  const draft = useEdit("mail-settings", { version: JSON.stringify(stored), value: stored });
  const save = useApiCall("changeMailSettings", () => {
    draft.settle();
    notifications.show({ message: EVERY.saved, color: "green" });
  });
  const faults = faultsOf(save.error);
  const isElsewhere = FIELDS.every((field) => faultAt(faults, `/${field}`) === null);
  const { value } = draft;
  const fieldOf = (field: Field) => {
    const said = faultAt(faults, `/${field}`);
    return {
      value: value[field],
      onChange: ({ currentTarget }: { readonly currentTarget: { readonly value: string } }) => {
        const text = currentTarget.value;
        draft.change((before) => ({ ...before, [field]: text }));
      },
      error: said === null ? null : sentence(said),
      maxLength: MOST[field],
    };
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (draft.dirty && !save.isPending)
      save.mutate({
        body: {
          subjectPrefix: value.subjectPrefix.trim() || null,
          footer: value.footer.trim() || null,
          replyTo: value.replyTo.trim() || null,
        },
      });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Paper withBorder p="md">
        <Stack gap="md">
          <DraftNote draft={draft} />
          <TextInput label={EVERY.prefix} description={EVERY.prefixHelp} {...fieldOf("subjectPrefix")} />
          <Textarea
            label={EVERY.footer}
            description={EVERY.footerHelp}
            autosize
            minRows={3}
            maxRows={12}
            {...fieldOf("footer")}
          />
          <TextInput
            type="email"
            label={EVERY.replyTo}
            description={EVERY.replyToHelp}
            {...fieldOf("replyTo")}
          />
          {save.error !== null && isElsewhere ? <Problem error={save.error} /> : null}
          <Button type="submit" w="fit-content" disabled={!draft.dirty} loading={save.isPending}>
            {EVERY.save}
          </Button>
        </Stack>
      </Paper>
    </form>
  );
}
