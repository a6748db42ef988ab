/** The parts of a page, each with an address of its own. */
import { Box, ScrollArea } from "@mantine/core";
import { useEffect, useRef } from "react";
import { NavLink, useLocation } from "react-router";
import classes from "./tab-links.module.css";

interface TabLink {
  readonly to: string;
  readonly label: string;
  readonly end?: boolean;
}

export function TabLinks({ label, tabs }: { readonly label: string; readonly tabs: readonly TabLink[] }) {
  const nav = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // On a phone the row is wider than the window: what one looks at stands within it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: whichever part is current now
  useEffect(() => {
    nav.current
      ?.querySelector('[aria-current="page"]')
      ?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [pathname]);
  return (
    <ScrollArea type="never" mb="lg">
      <Box component="nav" ref={nav} aria-label={label} className={classes.tabs}>
        {tabs.map((tab) => (
          <NavLink
            key={tab.to}
            to={tab.to}
            end={tab.end ?? true}
            className={classes.tab ?? ""}
            preventScrollReset
          >
            {tab.label}
          </NavLink>
        ))}
      </Box>
    </ScrollArea>
  );
}
