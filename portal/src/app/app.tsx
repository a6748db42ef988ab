/** The portal's frame: theme, cache, sign-in, then the page at this address. */
import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "react-router";
import { READ_AGAIN } from "../api/health.ts";
import { nonce } from "../nonce.ts";
import { PHONE } from "../parts/sheet.tsx";
import { showTimesIn } from "../words/time.ts";
import { router } from "./routes.tsx";
import { SignedIn } from "./session.tsx";
import { cssVariables, theme } from "./theme.ts";
import { zoneChosen } from "./zone.ts";

const FRESH_MS = 10_000;

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: FRESH_MS,
      ...READ_AGAIN,
    },
  },
});

showTimesIn(zoneChosen());

export function App() {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <QueryClientProvider client={queries}>
        {/* Beneath dialogs: what they ask comes first. */}
        <Notifications
          position={matchMedia(PHONE).matches ? "bottom-center" : "top-right"}
          autoClose={8_000}
          zIndex={190}
        />
        <SignedIn>
          <RouterProvider router={router} />
        </SignedIn>
      </QueryClientProvider>
    </MantineProvider>
  );
}
