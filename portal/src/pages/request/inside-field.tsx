/** A role held at a place is held below it: one may ask for less. */
import { Button, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { partHelp, partOf, thisPartOf } from "../../words/asking.ts";
import type { Form } from "./form.ts";
import { outerOf, type Place } from "./places.ts";
import type { Change } from "./use-request-form.ts";

export function InsideField({
  place,
  form,
  change,
  fault,
}: {
  readonly place: Place;
  readonly form: Form;
  readonly change: Change;
  readonly fault: string | null;
}) {
  const [opened, { open }] = useDisclosure(form.inside !== "");
  if (!opened) {
    return (
      <Button variant="light" size="compact-sm" onClick={open}>
        {partOf(place.scopeName)}
      </Button>
    );
  }
  return (
    <TextInput
      id="inside"
      w="100%"
      label={thisPartOf(place.scopeName)}
      description={partHelp(outerOf(place))}
      placeholder="providers/Microsoft.Sql/servers/orders"
      value={form.inside}
      error={fault}
      maxLength={800}
      autoFocus={form.inside === ""}
      onChange={(event) => change({ inside: event.currentTarget.value.replace(/^\/+/, "") })}
    />
  );
}
