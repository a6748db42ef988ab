/** Asking for more than reading at one customer's, and what came of it. */
import { Text } from "@mantine/core";
import { NothingHere } from "../../parts/states.tsx";
import { TabLinks } from "../../parts/tab-links.tsx";
import type { Application } from "../../words/application.ts";
import { nothingToActivateWords, PAGE } from "../../words/customer.ts";
import { RequestHistory } from "../applications/jit-access/request-history.tsx";
import { EligibleRoles } from "./eligible-roles.tsx";
import { LiveNow } from "./live-now.tsx";

interface Props {
  readonly application: Application;
  readonly part: string | undefined;
}

export function JitAccess({ application, part }: Props) {
  const here = `/customers/${application.id}/jit-access`;
  if (!application.jitEnabled) return <Text>{nothingToActivateWords(application)}</Text>;
  return (
    <>
      <TabLinks
        label={PAGE.jitAccess}
        tabs={[
          { to: here, label: PAGE.eligible },
          { to: `${here}/live`, label: PAGE.liveNow },
          { to: `${here}/history`, label: PAGE.history },
        ]}
      />
      <Part application={application} part={part} />
    </>
  );
}

function Part({ application, part }: Props) {
  switch (part) {
    case undefined:
      return <EligibleRoles application={application} />;
    case "live":
      return <LiveNow application={application} />;
    case "history":
      return <RequestHistory application={application} side="publisher" />;
    default:
      return <NothingHere />;
  }
}
