/** The portal's frame: theme, cache, sign-in, then the page at this address. */
import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "react-router";
import { ApiProblem } from "../api/api.ts";
import { router } from "./routes.tsx";
import { SignedIn } from "./session.tsx";
import { cssVariables, theme } from "./theme.ts";

const FRESH_MS = 10_000;
const TRIES = 2;

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: FRESH_MS,
      // What the server refused it refuses again; the client itself repeats what was only busy.
      retry: (count, error) => count < TRIES && !(error instanceof ApiProblem),
    },
  },
});

const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? "";
// What holds the page still behind a dialog writes a style sheet of its own, and looks for the nonce by this name.
Object.assign(globalThis, { __webpack_nonce__: nonce });

export function App() {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <QueryClientProvider client={queries}>
        <Notifications position="top-right" autoClose={8_000} />
        <SignedIn>
          <RouterProvider router={router} />
        </SignedIn>
      </QueryClientProvider>
    </MantineProvider>
  );
}
