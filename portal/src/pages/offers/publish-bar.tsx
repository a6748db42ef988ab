/** What publishing would do, always in sight while something is changed; the sheet says it again before it is done. */
import { Button, Group, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { ApiProblem, type useApiCall } from "../../api/api.ts";
import { ConfirmSheet } from "../../parts/sheet.tsx";
import { sentence } from "../../parts/states.tsx";
import { audienceWords, LACKS, PUBLISH, publishTitle, waitsForMending } from "../../words/offer.ts";
import { type Draft, type Lack, lackAt, lacksOf, specOf } from "./draft.ts";
import type { Validation } from "./validation.ts";

interface Props {
  readonly name: string;
  readonly draft: Draft;
  /** Of what was read; null for an offer that is not there yet. */
  readonly etag: string | null;
  /** Held by the page: what became of it is to be said when this bar is gone. */
  readonly put: ReturnType<typeof useApiCall<"putConfiguration">>;
  /** What publishing does, as sentences. */
  readonly words: string;
  readonly validation: Validation;
  /** Leads to where something is missing; `refused`: the server said so. */
  readonly show: (lack: Lack, refused: boolean) => void;
  readonly discard: (() => void) | null;
  readonly done: () => void;
}

export function PublishBar({ name, draft, etag, put, words, validation, show, discard, done }: Props) {
  const [confirming, sheet] = useDisclosure(false);
  const ask = () => {
    const [lack] = [...lacksOf(draft), ...faultLack(validation)];
    if (lack === undefined) sheet.open();
    else show(lack, false);
  };
  const publish = () =>
    put.mutate(
      {
        path: { kind: "ApplicationDefinition", name },
        ...(etag === null ? { query: { mustBeNew: "true" as const } } : { headers: { "if-match": etag } }),
        body: { spec: { ...specOf(draft) } },
      },
      {
        onSuccess: () => {
          sheet.close();
          done();
        },
        onError: (error) => {
          const lack = error instanceof ApiProblem ? lackAt(error.path, sentence(error.message)) : null;
          if (lack === null) return;
          sheet.close();
          show(lack, true);
        },
      },
    );
  return (
    <div className="action-bar">
      <Group justify="space-between" gap="sm">
        <Text size="sm" flex="1 1 14rem" role="status">
          {validation.faults.length === 0 ? words : waitsForMending(validation.faults.length)}
        </Text>
        <Group gap="sm">
          {discard === null ? null : (
            <Button variant="default" onClick={discard}>
              {PUBLISH.discard}
            </Button>
          )}
          <Button onClick={ask}>{PUBLISH.verb}</Button>
        </Group>
      </Group>
      <ConfirmSheet
        title={publishTitle(draft.displayName)}
        opened={confirming}
        close={sheet.close}
        verb={PUBLISH.now}
        busy={put.isPending}
        error={put.error}
        confirm={publish}
      >
        <Text>{words}</Text>
        <Text size="sm" c="dimmed">
          {audienceWords(draft.to, draft.tenants)}
        </Text>
      </ConfirmSheet>
    </div>
  );
}

function faultLack({ faults }: Validation): Lack[] {
  if (faults.length === 0) return [];
  return [{ tab: "package", field: "package", message: LACKS.faults }];
}
