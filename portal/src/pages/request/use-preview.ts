/** What would happen if this form were sent, asked again while it is written. */
import { useDebouncedValue } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { type Answer, call, useApi } from "../../api/api.ts";
import type { Body } from "./form.ts";

export type Preview = Answer<"previewAccessRequest">;

const TYPING_MS = 300;

interface Previewing {
  /** Of what was written a moment ago; null while nothing is chosen. */
  readonly preview: Preview | null;
  readonly error: Error | null;
  /** Of exactly what is written now. @throws ApiProblem */
  readonly latest: (body: Body) => Promise<Preview>;
}

export function usePreview(body: Body | null, chosen: boolean): Previewing {
  const queries = useQueryClient();
  // By its text: the object is another one with each render.
  const [asked] = useDebouncedValue(body === null ? "" : JSON.stringify(body), TYPING_MS);
  const input = useMemo(() => ({ body: (asked === "" ? null : JSON.parse(asked)) as Body }), [asked]);
  const found = useApi("previewAccessRequest", input, { enabled: asked !== "", keepPrevious: true });
  return {
    preview: chosen ? (found.data ?? null) : null,
    error: chosen ? found.error : null,
    latest: (now) =>
      queries.fetchQuery({
        queryKey: ["previewAccessRequest", { body: now }],
        queryFn: () => call("previewAccessRequest", { body: now }),
        // Whoever presses a button waits for it: what is sent says the same.
        retry: false,
      }),
  };
}
