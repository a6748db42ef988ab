/** The terms as they were asked, and as they were approved where that is less. */
import { Anchor, Code } from "@mantine/core";
import { Link } from "react-router";
import { useApi } from "../../api/api.ts";
import { Facts } from "../../parts/facts.tsx";
import { useNow } from "../../parts/now.ts";
import { Time } from "../../parts/time.tsx";
import { reviewWords, whatHeldWords } from "../../words/access.ts";
import {
  type AccessRequest,
  isNarrowed,
  purposeWords,
  rolesWords,
  termsWords,
  whoWords,
} from "../../words/request.ts";

interface Props {
  readonly request: AccessRequest;
  /** One of those it led to: they reach the same. */
  readonly grantId: string | null;
}

export function RequestFacts({ request, grantId }: Props) {
  const now = useNow();
  const { data: grant } = useApi("readGrant", { path: { id: grantId ?? "" } }, { enabled: grantId !== null });
  const resources = grant?.managedScope ?? null;
  const { requester, beneficiary, operation, ticket, neededUntil, asked, terms } = request;
  const left = request.roles.filter(({ id }) => terms.roleDefinitionIds.includes(id));
  const fewer = left.length === request.roles.length ? "" : `${rolesWords({ roles: left })} only: `;
  return (
    <Facts
      facts={[
        ["Role", rolesWords(request)],
        ["Asked", termsWords(asked, now)],
        [
          request.state === "approved" ? "Approved" : "Now",
          isNarrowed(request) ? `${fewer}${termsWords(terms, now)}` : null,
        ],
        ["For", beneficiary.objectId === requester.objectId ? null : whoWords(beneficiary)],
        [
          "More time for",
          request.extendsGrantId === null ? null : (
            <Anchor key="held" component={Link} to={`/access/${request.extendsGrantId}`}>
              {whatHeldWords(request)}
            </Anchor>
          ),
        ],
        ["Purpose", operation === null ? null : purposeWords(operation.purpose)],
        ["Plan", operation?.plan ?? null],
        ["Justification", request.justification ?? "none was given"],
        ["Ticket", ticket === null ? null : `${ticket.system} ${ticket.number}`],
        ["Emergency", request.emergency ? "Yes: nobody had to approve it first" : null],
        [
          "Needed until",
          neededUntil === null || request.extendsGrantId !== null ? null : (
            <Time key="until" at={neededUntil} />
          ),
        ],
        ["Place", <Code key="place">{request.scope}</Code>],
        ["Resources", resources === null ? null : <Code key="in">{resources}</Code>],
        ["Reviewed", !request.emergency || grant === undefined ? null : reviewWords(grant.review)],
      ]}
    />
  );
}
