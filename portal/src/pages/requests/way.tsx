/** How far an ask has come, seen at a glance, and said aloud when it goes on. */
import { VisuallyHidden } from "@mantine/core";
import { useEffect, useRef } from "react";
import { announcedWords, STEP, type Stage, stageOf, WAY } from "../../words/access.ts";
import { PARTS } from "../../words/holding.ts";
import type { AccessRequest } from "../../words/request.ts";
import classes from "./way.module.css";

const TONES: Partial<Readonly<Record<Stage, string>>> = { live: "good", refused: "bad" };

export function Way({ request }: { readonly request: AccessRequest }) {
  const stage = stageOf(request);
  const at = STEP[stage];
  useFocusOnChange(stage);
  return (
    <>
      <ol className={classes.way} aria-label={PARTS.way}>
        {WAY.map((name, index) => (
          <li
            key={name}
            className={classes.step}
            data-done={index <= at || undefined}
            data-tone={index === at ? TONES[stage] : undefined}
            aria-current={index === at ? "step" : undefined}
          >
            {name}
          </li>
        ))}
      </ol>
      <VisuallyHidden role="status">{announcedWords(request)}</VisuallyHidden>
    </>
  );
}

/** Whoever had the focus on what is gone now finds it where things go on; whoever is elsewhere is left there. */
function useFocusOnChange(stage: Stage): void {
  const before = useRef(stage);
  useEffect(() => {
    if (before.current === stage) return;
    before.current = stage;
    // What comes is drawn once its data is there.
    const looking = setTimeout(() => {
      if (document.activeElement !== null && document.activeElement !== document.body) return;
      document.querySelector<HTMLElement>("[data-stage]")?.focus({ preventScroll: true });
    }, FOCUS_AFTER_MS);
    return () => clearTimeout(looking);
  }, [stage]);
}

const FOCUS_AFTER_MS = 300;
