/** Who is signed in. Nobody: the front door. Ended meanwhile: a way back that loses nothing of the page. */
import { Alert, Button, Center, Loader, Modal, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from "react";
import { type Answer, useApi } from "../api/api.ts";
import { signedOutStore } from "../api/signed-out.ts";
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
    queryFn: readSession,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (session.isPending) return <Waiting />;
  if (session.isError) return <NotReachable again={() => session.refetch()} />;
  return session.data.signedIn ? <Known>{children}</Known> : <FrontDoor />;
}

function Known({ children }: { children: ReactNode }) {
  const me = useApi("readMe", {});
  const ended = useSyncExternalStore(signedOutStore.subscribe, signedOutStore.get);
  const replaced = useReplaced(me.data);
  if (me.isPending || replaced) return <Waiting />;
  if (me.data === undefined) return ended ? <FrontDoor /> : <NotReachable again={() => me.refetch()} />;
  return (
    <Who value={me.data}>
      {children}
      <Modal opened={ended} onClose={() => undefined} withCloseButton={false} title="Your sign-in has ended">
        <Stack>
          <Text>Sign in again to go on. What you wrote on this page is kept in this browser tab.</Text>
          <Button component="a" href={signInAddress()} data-autofocus>
            Sign in again
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

async function readSession(): Promise<{ signedIn: boolean }> {
  const response = await fetch("/auth/session", { credentials: "same-origin" });
  if (!response.ok) throw new Error("the server does not answer");
  return response.json();
}

function Waiting() {
  return (
    <Center mih="100vh">
      <Loader aria-label="Loading" />
    </Center>
  );
}

function NotReachable({ again }: { again: () => void }) {
  return (
    <Center mih="100vh" p="md">
      <Alert color="red" title="Curfew does not answer" maw={420} role="alert">
        <Stack align="flex-start">
          <Text size="sm">Access that you hold still ends on time; the target systems see to that.</Text>
          <Button variant="default" onClick={again}>
            Try again
          </Button>
        </Stack>
      </Alert>
    </Center>
  );
}
