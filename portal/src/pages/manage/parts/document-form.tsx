/** The frame of every form that makes or changes one document: its fields, its text, what it does, and its buttons. */
import { Button, Group, Paper, Stack, Text } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import { Link } from "react-router";
import { faultAt } from "../../../api/faults.ts";
import { useAcknowledging } from "../../../parts/acknowledge.tsx";
import { DraftNote } from "../../../parts/draft-note.tsx";
import { useFaultFocus } from "../../../parts/fault-focus.ts";
import { ConfirmSheet } from "../../../parts/sheet.tsx";
import { Problem, sentence } from "../../../parts/states.tsx";
import { form } from "../../../words/administration.ts";
import { HealthFindings } from "../targets/health-findings.tsx";
import { AsText } from "./as-text.tsx";
import { type DocumentDraft, type Looked, type Report, useSaving } from "./document.ts";
import { Told } from "./touched.tsx";

/** What is wrong at a field, by its pointer such as `/spec/email`; null where nothing is. */
export type FaultAt = (pointer: string) => string | null;

interface Props {
  readonly document: DocumentDraft;
  /** What the button does. */
  readonly verb: string;
  readonly back: string;
  /** What lacks before it can be sent, by pointer. */
  readonly lacking: Readonly<Record<string, string>>;
  /** The pointers of its fields: a fault elsewhere is told below them. */
  readonly fields: readonly string[];
  readonly looks?: boolean;
  /** Whether it was written before, and on what. */
  readonly draft: { readonly restored: boolean; readonly drop: () => void; readonly overtaken: boolean };
  /** Called once it is stored, whoever looks by then. */
  readonly saved: (report: Report) => void;
  /** One sentence of what it does. */
  readonly note?: ReactNode;
  readonly children: (faultAt: FaultAt) => ReactNode;
}

export function DocumentForm(props: Props) {
  const { document, verb, back, lacking, fields, looks = false, draft, saved, note, children } = props;
  const [tried, setTried] = useState(false);
  const [shownOf, setShownOf] = useState("");
  const focus = useFaultFocus();
  const saving = useSaving({
    looks,
    saved: (report) => {
      draft.drop();
      saved(report);
    },
  });
  const now = JSON.stringify([document.name, document.spec]);
  const isOfNow = shownOf === now;
  const at: FaultAt = (pointer) => {
    const said = isOfNow ? faultAt(saving.faults, pointer) : null;
    return said === null ? (tried && lacking[pointer]) || null : sentence(said);
  };
  const isComplete = () => {
    setTried(true);
    focus.look();
    setShownOf(now);
    return Object.keys(lacking).length === 0;
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isComplete() && !saving.isBusy) saving.begin(document);
  };
  const isElsewhere = saving.faults.every(
    (fault) => !fields.some((field) => fault.at === field || fault.at.startsWith(`${field}/`)),
  );
  return (
    <form ref={focus.form} onSubmit={submit} noValidate>
      <Paper withBorder p={{ base: "md", sm: "lg" }}>
        <Stack gap="md">
          <DraftNote draft={draft} what={document.name} />
          {children(at)}
          {note === undefined ? null : (
            <Text size="sm" c="dimmed">
              {note}
            </Text>
          )}
          {looks && isOfNow ? <LookedAt looked={saving.looked} isElsewhere={isElsewhere} /> : null}
          {isOfNow && saving.error !== null && isElsewhere && saving.pause === null ? (
            <Problem error={saving.error} />
          ) : null}
        </Stack>
      </Paper>
      <Paper withBorder px={{ base: "md", sm: "lg" }} py="xs" mt="md">
        <AsText {...document} name={document.name || "name"} />
      </Paper>
      <div className="action-bar">
        <Group justify="space-between" gap="sm">
          <Text size="sm" c="dimmed" flex="1 1 14rem">
            {looks ? form.checked : form.unsaved}
          </Text>
          <Group gap="sm">
            <Button component={Link} to={back} variant="default">
              {form.back}
            </Button>
            {looks ? (
              <Button
                variant="default"
                loading={saving.isLooking}
                onClick={() => isComplete() && saving.look(document)}
              >
                {form.check}
              </Button>
            ) : null}
            <Button type="submit" loading={saving.isBusy}>
              {verb}
            </Button>
          </Group>
        </Group>
      </div>
      {saving.pause === null ? null : (
        <Before verb={verb} saving={saving} report={saving.pause.report} looked={saving.pause.looked} />
      )}
    </form>
  );
}

interface BeforeProps {
  readonly verb: string;
  readonly saving: ReturnType<typeof useSaving>;
  readonly report: Report;
  readonly looked: Looked | null;
}

/** Who loses what by it, and whether the system is as it should be: before it is saved. */
function Before({ verb, saving, report, looked }: BeforeProps) {
  const known = useAcknowledging();
  const isWell = looked === null || looked.health?.ok === true;
  return (
    <ConfirmSheet
      title={form.confirmTitle}
      size="lg"
      opened
      close={saving.leave}
      verb={isWell ? verb : form.saveAnyway}
      color={isWell ? undefined : "red"}
      busy={saving.isBusy}
      error={saving.error}
      confirm={() => saving.confirm(known.ids)}
    >
      {looked === null ? null : <LookedAt looked={looked} isElsewhere />}
      {report.touched.items.length === 0 && !report.touched.more ? (
        <Text size="sm">{form.nothingElse}</Text>
      ) : (
        <Told touched={report.touched} acknowledging={known} />
      )}
    </ConfirmSheet>
  );
}

/** A fault of a field stands at the field. */
function LookedAt({
  looked,
  isElsewhere,
}: {
  readonly looked: Looked | null;
  readonly isElsewhere: boolean;
}) {
  if (looked === null) return null;
  if (looked.health !== null) return <HealthFindings health={looked.health} />;
  return isElsewhere && looked.error !== null ? <Problem error={looked.error} /> : null;
}
