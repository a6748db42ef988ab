/** Through what one may ask for a role, until when, for how long, and who decides. */
import { Fragment } from "react";
import { useNow } from "../../parts/now.ts";
import { Time } from "../../parts/time.tsx";
import { durationWords } from "../../words/duration.ts";
import { hasBegun } from "../../words/eligibility.ts";
import { peopleWords } from "../../words/request.ts";
import type { Eligibility, Place, PlaceRole } from "./places.ts";

export function GroundWords({ role, place }: { readonly role: PlaceRole; readonly place: Place }) {
  const now = useNow();
  const [first] = role.grounds;
  return (
    <>
      {role.grounds.map((ground, position) => (
        <Fragment key={`${ground.scope} ${ground.through}`}>
          {position === 0 ? "Eligible " : " and "}
          {throughWords(ground, place)}
          {hasBegun(ground, now) ? null : (
            <>
              {" from "}
              <Time at={ground.startsAt} />
            </>
          )}
          {ground.endsAt === null ? null : (
            <>
              {" until "}
              <Time at={ground.endsAt} />
            </>
          )}
        </Fragment>
      ))}
      {first === undefined ? null : ` · up to ${durationWords(first.limits.maximumDuration)}`}
      {first === undefined ? null : ` · ${decidersOf(first)}`}
    </>
  );
}

function throughWords({ through, scope, scopeName }: Eligibility, place: Place): string {
  const above = scope === place.scope ? "" : ` at ${scopeName}`;
  return `${through === null ? "directly" : `through ${through}`}${above}`;
}

function decidersOf({ limits, decidedBy }: Eligibility): string {
  if (limits.approval === "automatic") return "nobody has to decide";
  const [first, ...later] = decidedBy;
  if (first === undefined) return "somebody decides";
  const stages = later.length === 0 ? "" : ` first, ${later.length} more after that`;
  return `decided by ${peopleWords(first)}${stages}`;
}
