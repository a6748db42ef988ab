/** Names and values, one under the other on a phone. */
import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./facts.module.css";

type Fact = readonly [label: string, value: ReactNode];

/** A fact whose value is null is left out. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className={classes.facts}>
      {facts.map(([label, value], index) =>
        value === null || value === undefined ? null : (
          // biome-ignore lint/suspicious/noArrayIndexKey: two of them may have one label
          <div key={`${label} ${index}`} className={classes.fact}>
            <Text component="dt" size="sm" c="dimmed">
              {label}
            </Text>
            <Text component="dd" m={0} className={classes.value ?? ""}>
              {value}
            </Text>
          </div>
        ),
      )}
    </dl>
  );
}
