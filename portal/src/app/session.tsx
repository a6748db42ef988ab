/**
 * Who is signed in. Nobody for certain: the front door. Ended meanwhile: a way back that loses nothing of the page.
 * Whoever was known here stays, whatever is read again and fails.
 */
import { Alert, Anchor, Button, Center, Loader, Modal, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from "react";
import { type Answer, readSession, useApi } from "../api/api.ts";
import { useTrouble } from "../api/health.ts";
import { isUnknown } from "../api/passing.ts";
import { reportSignedOut, signedOutStore } from "../api/signed-out.ts";
import { STILL_ENDS, TROUBLE_TITLES } from "../words/health.ts";
import { LOADING, PROBLEM } from "../words/shared.ts";
import * as words from "../words/shell.ts";
import { FrontDoor } from "./front-door.tsx";
import { signInAddress } from "./sign-in.ts";

export type Me = Answer<"readMe">;

const Who = createContext<Me | null>(null);

export function useMe(): Me {
  const me = useContext(Who);
  if (me === null) throw new Error("nobody is signed in here");
  return me;
}

/** Whether the API lists everybody's requests and grants of the tenant to this person. */
export function useAnswersForTenant(): boolean {
  const { rights } = useMe();
  return rights.includes("administrator") || rights.includes("auditor");
}

export function SignedIn({ children }: { children: ReactNode }) {
  const session = useQuery({
    queryKey: ["session"],
    queryFn: async ({ client }) => {
      const read = await readSession();
      if (read.me !== undefined) client.setQueryData(["readMe", {}], read.me);
      return read;
    },
    // Whoever is no longer signed in hears it from whatever they call next.
    staleTime: "static",
  });
  const [known, setKnown] = useState(false);
  if (session.data?.signedIn === true && !known) setKnown(true);
  const left = known && session.data?.signedIn === false;
  useEffect(() => {
    if (left) reportSignedOut();
  }, [left]);
  if (known) return <Known>{children}</Known>;
  if (session.data !== undefined) return <FrontDoor />;
  return session.error === null ? <Waiting /> : <NotLetIn error={session.error} again={session.refetch} />;
}

function Known({ children }: { children: ReactNode }) {
  const me = useApi("readMe", {});
  const ended = useSyncExternalStore(signedOutStore.subscribe, signedOutStore.get);
  const replaced = useReplaced(me.data);
  if (me.data === undefined && me.error !== null)
    return ended ? <FrontDoor /> : <NotLetIn error={me.error} again={me.refetch} />;
  if (me.data === undefined || replaced) return <Waiting />;
  return (
    <Who value={me.data}>
      {children}
      <Modal opened={ended} onClose={() => undefined} withCloseButton={false} title={words.ENDED.title}>
        <Stack>
          <Text>{words.ENDED.text}</Text>
          <Button component="a" href={signInAddress()} data-autofocus>
            {words.ENDED.again}
          </Button>
        </Stack>
      </Modal>
    </Who>
  );
}

/** Somebody else signed in meanwhile, in another tab: the page begins anew, and nothing that it had read is left. */
function useReplaced(me: Me | undefined): boolean {
  const [first, setFirst] = useState<string>();
  const objectId = me?.principal.objectId;
  if (first === undefined && objectId !== undefined) setFirst(objectId);
  const replaced = first !== undefined && objectId !== undefined && objectId !== first;
  useEffect(() => {
    if (replaced) location.reload();
  }, [replaced]);
  return replaced;
}

/** A moment, as a rule; where it takes longer, why. It goes on by itself. */
function Waiting() {
  const trouble = useTrouble();
  if (trouble !== null) return <Door title={TROUBLE_TITLES[trouble.kind]}>{STILL_ENDS}</Door>;
  return (
    <Center mih="100vh">
      <Loader aria-label={LOADING} />
    </Center>
  );
}

/** Asking the same once more helps only where the fault was Curfew's own. */
function NotLetIn({ error, again }: { readonly error: Error; readonly again: () => unknown }) {
  const next = isUnknown(error) ? (
    <Button variant="default" onClick={() => again()}>
      {PROBLEM.again}
    </Button>
  ) : (
    <Anchor href={signInAddress({ other: true })}>{words.OTHER_ACCOUNT}</Anchor>
  );
  return (
    <Door title={words.CANNOT_SHOW} next={next}>
      {error.message}
    </Door>
  );
}

interface DoorProps {
  readonly title: string;
  readonly children: ReactNode;
  readonly next?: ReactNode;
}

function Door({ title, children, next }: DoorProps) {
  return (
    <Center component="main" mih="100vh" p="md">
      <Alert color="orange" title={title} maw={440} role="alert">
        <Stack align="flex-start">
          <Text size="sm">{children}</Text>
          {next}
        </Stack>
      </Alert>
    </Center>
  );
}
