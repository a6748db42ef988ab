/**
 * Whatever is shown once: masked, with a button to copy it and the line to run beside it. It stands beside the pages
 * and not in one, so that nothing that a page reads again takes it away, and goes when whoever it is for has it.
 */
import { Alert, Button, Code, Group, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { type ReactNode, useCallback, useEffect, useState, useSyncExternalStore } from "react";
import { useBeforeUnload, useBlocker } from "react-router";
import { commandLabel, NOBODY_KEEPS_IT, NOT_TAKEN, SHOWN_ONCE, TAKEN } from "../words/secret.ts";
import { useCopy } from "./copy.tsx";
import { Sheet } from "./sheet.tsx";

export interface ShownSecret {
  readonly title: string;
  /** Until when it works, or what it is for. */
  readonly note?: ReactNode;
  readonly fields: readonly {
    readonly name: string;
    readonly label: string;
    readonly value: string;
    readonly masked: boolean;
    readonly copyable: boolean;
  }[];
  readonly commands: readonly { readonly label: string; readonly line: string }[];
}

interface Waiting extends ShownSecret {
  readonly key: string;
}

const MASK = "••••••••";

/** In the order in which they came; kept in this window's memory and nowhere else. */
let waiting: readonly Waiting[] = [];
const listeners = new Set<() => void>();

export function showOnce(secret: ShownSecret): void {
  const key = JSON.stringify(secret.fields);
  if (!waiting.some((one) => one.key === key)) set([...waiting, { ...secret, key }]);
}

function set(next: readonly Waiting[]): void {
  waiting = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Where they are shown: once, in the frame around the pages. */
export function ShownOnce() {
  const [secret] = useSyncExternalStore(subscribe, () => waiting);
  return secret === undefined ? null : (
    // That one was copied or opened says nothing of the next.
    <Secret key={secret.key} secret={secret} close={() => set(waiting.filter((one) => one !== secret))} />
  );
}

function Secret({ secret, close }: { readonly secret: ShownSecret; readonly close: () => void }) {
  const [taken, take] = useDisclosure(false);
  const [asked, ask] = useState(false);
  // The line to run is what most people came for.
  const first = secret.commands.length > 0 ? null : secret.fields.find((one) => one.copyable && one.masked);
  const blocker = useBlocker(!taken);
  useBeforeUnload(
    useCallback(
      (event) => {
        if (!taken) event.preventDefault();
      },
      [taken],
    ),
  );
  const leave = () => {
    close();
    if (blocker.state === "blocked") blocker.proceed();
  };
  const stay = () => {
    ask(false);
    if (blocker.state === "blocked") blocker.reset();
  };
  const asking = asked || blocker.state === "blocked";
  // Escape and a click outside ask; asked, they mean that it stays.
  const wantsOut = () => (taken ? leave() : asking ? stay() : ask(true));
  return (
    <Sheet title={secret.title} opened close={wantsOut} size="lg">
      <Stack>
        <Alert color="orange" title={SHOWN_ONCE}>
          {NOBODY_KEEPS_IT} {secret.note}
        </Alert>
        {secret.commands.map(({ label, line }, index) => (
          <Shown
            key={label}
            label={commandLabel(label)}
            value={line}
            hidden={maskedLine(line, secret)}
            masked
            copyable
            first={index === 0}
            taken={take.open}
          />
        ))}
        {secret.fields.map(({ name, ...field }) => (
          <Shown key={name} {...field} hidden={MASK} first={name === first?.name} taken={take.open} />
        ))}
        {asking ? <Question leave={leave} stay={stay} /> : <Button onClick={leave}>{TAKEN}</Button>}
      </Stack>
    </Sheet>
  );
}

function Question({ leave, stay }: { readonly leave: () => void; readonly stay: () => void }) {
  return (
    <Alert color="red" title={NOT_TAKEN.title} role="alert">
      <Stack gap="sm">
        <Text size="sm">{NOT_TAKEN.text}</Text>
        <Group gap="sm" p={3}>
          <Button onClick={stay} ref={focused}>
            {NOT_TAKEN.stay}
          </Button>
          <Button variant="default" onClick={leave}>
            {NOT_TAKEN.leave}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}

/** The answer that loses nothing is the nearest. */
function focused(button: HTMLButtonElement | null): void {
  button?.focus();
}

/** The line as it may be looked at over a shoulder; one that does not say where its secret is shows nothing. */
function maskedLine(line: string, { fields }: ShownSecret): string {
  const masked = fields
    .filter((field) => field.masked && field.value !== "")
    .reduce((text, { value }) => text.replaceAll(value, MASK), line);
  return masked === line ? MASK : masked;
}

interface ShownProps {
  readonly label: string;
  readonly value: string;
  /** What stands in its place while it is masked. */
  readonly hidden: string;
  readonly masked: boolean;
  readonly copyable: boolean;
  /** Has the focus: whatever is pressed by chance copies it, and closes nothing. */
  readonly first: boolean;
  readonly taken: () => void;
}

function Shown({ label, value, hidden, masked, copyable, first, taken }: ShownProps) {
  const [opened, setOpen] = useState(!masked);
  const { copied, copy, error } = useCopy();
  useEffect(() => {
    if (copied && masked) taken();
  }, [copied, masked, taken]);
  // Where a browser lets no page copy, it is there to be copied by hand.
  const open = opened || error !== null;
  return (
    <Stack gap={4}>
      <Text size="sm" fw={600}>
        {label}
      </Text>
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <Code block flex={1} miw={0} style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
          {open ? value : hidden}
        </Code>
        {masked ? (
          <Button
            size="xs"
            variant="default"
            flex="none"
            onClick={() => setOpen(!open)}
            aria-label={`${open ? "Hide" : "Show"} ${label.toLowerCase()}`}
          >
            {open ? "Hide" : "Show"}
          </Button>
        ) : null}
        {copyable ? (
          <Button
            size="xs"
            variant="default"
            flex="none"
            onClick={() => copy(value)}
            aria-label={`Copy ${label.toLowerCase()}`}
            data-autofocus={first || undefined}
          >
            {copied ? "Copied" : "Copy"}
          </Button>
        ) : null}
      </Group>
    </Stack>
  );
}
