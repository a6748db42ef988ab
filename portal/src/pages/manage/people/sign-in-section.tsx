/** How somebody signs in, and setting it right for them: a password, a second factor, open sessions, a client secret. */
import { Button, Group, Paper, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { type ComponentProps, useState } from "react";
import { useApi, useApiCall } from "../../../api/api.ts";
import { useDraft } from "../../../parts/draft.ts";
import { Section } from "../../../parts/page.tsx";
import { ReasonField } from "../../../parts/reason-field.tsx";
import { ConfirmSheet } from "../../../parts/sheet.tsx";
import { signIn } from "../../../words/administration.ts";
import { AsText } from "../parts/as-text.tsx";
import { useDocument } from "../parts/use-document.ts";
import type { Principal } from "./principal.ts";
import { newClientSecret, newPassword, showClientSecret, showPassword } from "./secrets.ts";

type Doing = "password" | "factor" | "sessions" | "secret";

export function SignInSection({ view }: { readonly view: Principal }) {
  const [doing, setDoing] = useState<Doing | null>(null);
  const close = () => setDoing(null);
  const isUser = view.principal.kind === "user";
  return (
    <Section title={signIn.title}>
      <Paper withBorder p="md">
        <Group gap="sm">
          {isUser ? (
            <>
              <Doer label={signIn.password} start={() => setDoing("password")} />
              <Doer label={signIn.factor} start={() => setDoing("factor")} />
              <Doer label={signIn.sessions} start={() => setDoing("sessions")} />
            </>
          ) : (
            <WorkloadSignIn view={view} start={() => setDoing("secret")} />
          )}
        </Group>
      </Paper>
      {doing === "password" ? <PasswordSheet view={view} close={close} /> : null}
      {doing === "factor" ? <FactorSheet view={view} close={close} /> : null}
      {doing === "sessions" ? <SessionsSheet view={view} close={close} /> : null}
      {doing === "secret" ? <SecretSheet view={view} close={close} /> : null}
    </Section>
  );
}

function Doer({ label, start }: { readonly label: string; readonly start: () => void }) {
  return (
    <Button variant="default" size="sm" onClick={start}>
      {label}
    </Button>
  );
}

function WorkloadSignIn({ view, start }: { readonly view: Principal; readonly start: () => void }) {
  const { spec } = useDocument("ServicePrincipal", view.name);
  const clientId = spec?.clientId;
  return (
    <Stack gap="sm" align="flex-start">
      <Text size="sm">{typeof clientId === "string" ? signIn.hasSecret(clientId) : signIn.hasNone}</Text>
      <Doer label={signIn.secret} start={start} />
    </Stack>
  );
}

interface SheetProps {
  readonly view: Principal;
  readonly close: () => void;
}

/** One member of the document more, over what stands: what else it says is not touched. `done`: whoever looks by then. */
function useSetting(
  { view: { name, principal }, close }: SheetProps,
  more: Record<string, unknown>,
  done: () => void,
) {
  const kind = principal.kind === "user" ? ("User" as const) : ("ServicePrincipal" as const);
  const document = useDocument(kind, name);
  const put = useApiCall("putConfiguration", done);
  const spec = { ...document.spec, ...more };
  return {
    kind,
    name,
    spec,
    ready: document.spec !== null && document.tag !== null,
    busy: put.isPending,
    error: document.error ?? put.error,
    confirm: () =>
      put.mutate(
        { path: { kind, name }, headers: { "if-match": document.tag ?? "" }, body: { spec } },
        { onSuccess: close },
      ),
  };
}

function PasswordSheet({ view, close }: SheetProps) {
  const [password] = useState(newPassword);
  const name = view.principal.displayName;
  const setting = useSetting({ view, close }, { password: { value: password } }, () =>
    showPassword(name, view.email ?? "", password),
  );
  return (
    <SettingSheet
      title={signIn.passwordTitle(name)}
      close={close}
      verb={signIn.passwordVerb}
      text={signIn.passwordText(name)}
      setting={setting}
    />
  );
}

function FactorSheet({ view, close }: SheetProps) {
  const name = view.principal.displayName;
  const setting = useSetting({ view, close }, { totpSecret: null }, () =>
    notifications.show({ message: signIn.factorDone(name), color: "green" }),
  );
  return (
    <SettingSheet
      title={signIn.factorTitle(name)}
      close={close}
      verb={signIn.factorVerb}
      color="red"
      text={signIn.factorText(name)}
      setting={setting}
    />
  );
}

function SecretSheet({ view, close }: SheetProps) {
  const [secret] = useState(newClientSecret);
  const name = view.principal.displayName;
  const setting = useSetting({ view, close }, { clientSecret: { value: secret } }, () => {
    // Without one so far, its client id is made from its own.
    const { clientId } = setting.spec as { clientId?: unknown };
    showClientSecret(name, typeof clientId === "string" ? clientId : view.principal.objectId, secret);
  });
  return (
    <SettingSheet
      title={signIn.secretTitle(name)}
      close={close}
      verb={signIn.secretVerb}
      text={signIn.secretText(name)}
      setting={setting}
    />
  );
}

interface SettingSheetProps
  extends Pick<ComponentProps<typeof ConfirmSheet>, "title" | "close" | "verb" | "color"> {
  /** What it does. */
  readonly text: string;
  readonly setting: ReturnType<typeof useSetting>;
}

function SettingSheet({ text, setting, ...sheet }: SettingSheetProps) {
  return (
    <ConfirmSheet
      {...sheet}
      opened
      busy={setting.busy}
      error={setting.error}
      disabled={!setting.ready}
      confirm={setting.confirm}
    >
      <Text size="sm">{text}</Text>
      <AsText {...setting} />
    </ConfirmSheet>
  );
}

function SessionsSheet({ view, close }: SheetProps) {
  const { objectId, displayName: name } = view.principal;
  const { value: why, change: setWhy, drop } = useDraft(`end-sessions:${objectId}`, () => "");
  const open = useApi("listSessions", { path: { objectId } });
  const end = useApiCall("endSessions", drop);
  const confirm = () =>
    end.mutate(
      { path: { objectId }, body: why.trim() === "" ? {} : { justification: why.trim() } },
      {
        onSuccess: () => {
          notifications.show({ message: signIn.sessionsDone(name), color: "green" });
          close();
        },
      },
    );
  return (
    <ConfirmSheet
      title={signIn.sessionsTitle(name)}
      opened
      close={close}
      verb={signIn.sessionsVerb}
      busy={end.isPending}
      error={end.error}
      confirm={confirm}
    >
      <Text size="sm">{signIn.sessionsText(open.data?.items.length ?? null)}</Text>
      <ReasonField label={signIn.why} description={signIn.whyHelp} value={why} change={setWhy} />
    </ConfirmSheet>
  );
}
