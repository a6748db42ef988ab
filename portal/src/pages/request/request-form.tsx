/** The fields in their order; the summary beside them, on a small screen in a sheet above the button. */
import { Box, Paper, Stack } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { DraftNote } from "../../parts/draft-note.tsx";
import { WOULD_HAPPEN } from "../../words/asking.ts";
import { EmergencySwitch } from "./emergency-switch.tsx";
import type { Place } from "./places.ts";
import classes from "./request.module.css";
import { RoleChoice } from "./role-choice.tsx";
import { SendBar, SendButton } from "./send-bar.tsx";
import { Obstacle, Summary } from "./summary.tsx";
import { type Asking, useAsking } from "./use-asking.ts";
import type { Begun } from "./use-request-form.ts";
import { WhenFields } from "./when-fields.tsx";
import { WhoFor } from "./who-for.tsx";
import { WhyFields } from "./why-fields.tsx";

const NARROW = "(max-width: 61.99em)";

export function RequestForm(begun: Begun) {
  const { places } = begun;
  const asking = useAsking(begun);
  const narrow = useMediaQuery(NARROW, false, { getInitialValueInEffect: false });
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!asking.busy) void asking.send();
      }}
    >
      <Box className={classes.columns ?? ""}>
        <Paper withBorder p={{ base: "sm", sm: "lg" }}>
          <Stack gap="lg">
            <DraftNote draft={{ restored: asking.restored, drop: asking.startAfresh }} />
            {narrow ? <Obstacle asking={asking} /> : null}
            <Fields places={places} asking={asking} />
          </Stack>
        </Paper>
        {narrow ? (
          <SendBar asking={asking} />
        ) : (
          <Paper
            withBorder
            p="lg"
            component="aside"
            aria-label={WOULD_HAPPEN}
            className={classes.aside ?? ""}
          >
            <Box className={classes.scroll ?? ""}>
              <Summary asking={asking} />
            </Box>
            <SendButton asking={asking} mt="md" fullWidth />
          </Paper>
        )}
      </Box>
    </form>
  );
}

function Fields({ places, asking }: { readonly places: readonly Place[]; readonly asking: Asking }) {
  const { form, place, change, limits, askedMs, faultOf } = asking;
  return (
    <>
      <RoleChoice
        places={places}
        form={form}
        place={place}
        change={change}
        faults={{ roles: faultOf("roles"), inside: faultOf("inside") }}
      />
      <WhoFor beneficiaryId={form.beneficiaryId} change={change} fault={faultOf("who-for")} />
      <WhyFields form={form} limits={limits} change={change} faultOf={faultOf} />
      <WhenFields form={form} limits={limits} durationMs={askedMs} change={change} faultOf={faultOf} />
      {limits !== null && (limits.emergencyAllowed || form.emergency) ? (
        <EmergencySwitch
          form={form}
          limits={limits}
          durationMs={askedMs}
          change={change}
          fault={faultOf("emergency")}
        />
      ) : null}
    </>
  );
}
