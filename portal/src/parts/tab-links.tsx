/** The parts of a page, each with an address of its own. */
import { Box, ScrollArea } from "@mantine/core";
import { NavLink } from "react-router";
import classes from "./tab-links.module.css";

export interface TabLink {
  readonly to: string;
  readonly label: string;
  readonly end?: boolean;
}

export function TabLinks({ label, tabs }: { readonly label: string; readonly tabs: readonly TabLink[] }) {
  return (
    <ScrollArea type="never" mb="lg">
      <Box component="nav" aria-label={label} className={classes.tabs}>
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
