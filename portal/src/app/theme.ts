/** Curfew's colours and habits, light and dark; every text reaches the contrast of WCAG 2.2 AA. */
import {
  Anchor,
  Badge,
  Button,
  type CSSVariablesResolver,
  createTheme,
  Drawer,
  DrawerHeader,
  type MantineColorsTuple,
  Modal,
  ModalHeader,
  Notification,
  Table,
  Tooltip,
} from "@mantine/core";

const night: MantineColorsTuple = [
  "#eaf2ff",
  "#d3e1f8",
  "#a6c2ee",
  "#769fe3",
  "#4f83da",
  "#3871d5",
  "#2a66d1",
  "#1f5fbf",
  "#184fa6",
  "#0c438f",
];

/** Greys with a little of the night in them: panels and ground belong together in the dark. */
const dark: MantineColorsTuple = [
  "#d6dce5",
  "#b7c0cd",
  "#8b96a7",
  "#667183",
  "#3d4857",
  "#333d4a",
  "#272f3a",
  "#1b2129",
  "#161b22",
  "#0f1318",
];

export const theme = createTheme({
  primaryColor: "night",
  primaryShade: { light: 7, dark: 6 },
  colors: { night, dark },
  autoContrast: true,
  luminanceThreshold: 0.32,
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif",
  headings: {
    fontWeight: "650",
    // On a phone a title that is a sentence leaves room for what it is about.
    sizes: { h2: { fontSize: "clamp(1.375rem, 1.2rem + 0.9vw, 1.625rem)", lineHeight: "1.3" } },
  },
  components: {
    // A link within a sentence is told from it by more than its colour.
    Anchor: Anchor.extend({ defaultProps: { underline: "always" } }),
    Badge: Badge.extend({ defaultProps: { variant: "light", tt: "none", radius: "sm", fw: 600 } }),
    Button: Button.extend({ defaultProps: { loaderProps: { type: "dots" } } }),
    Drawer: Drawer.extend({ defaultProps: { closeButtonProps: { "aria-label": "Close" } } }),
    // The head of a dialog is none of the page, which has its own: no second banner.
    DrawerHeader: DrawerHeader.extend({ defaultProps: { role: "none" } }),
    Modal: Modal.extend({ defaultProps: { centered: true, closeButtonProps: { "aria-label": "Close" } } }),
    ModalHeader: ModalHeader.extend({ defaultProps: { role: "none" } }),
    Notification: Notification.extend({ defaultProps: { closeButtonProps: { "aria-label": "Close" } } }),
    Table: Table.extend({ defaultProps: { verticalSpacing: "sm", highlightOnHover: true } }),
    Tooltip: Tooltip.extend({ defaultProps: { events: { hover: true, focus: true, touch: true } } }),
  },
});

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "#566273",
    "--mantine-color-placeholder": "#667080",
    "--mantine-color-error": "#b42318",
    "--mantine-color-green-light-color": "#1a6329",
    "--mantine-color-orange-light-color": "#8f3800",
    "--mantine-color-red-light-color": "#a61e1e",
    "--mantine-color-gray-light-color": "#495057",
    "--mantine-color-red-filled": "#c92a2a",
    "--mantine-color-red-filled-hover": "#b02525",
    "--curfew-ground": "#f4f6f9",
    "--curfew-live": "#0b6b3a",
    "--curfew-focus": "#1f5fbf",
  },
  dark: {
    "--mantine-color-dimmed": "#a9b4c4",
    "--mantine-color-placeholder": "#93a0b2",
    "--mantine-color-error": "#ff9d94",
    "--mantine-color-anchor": "#8fb4f0",
    "--mantine-color-night-light": "#1c3056",
    "--mantine-color-night-light-hover": "#243c69",
    "--mantine-color-night-light-color": "#c4d8fb",
    "--mantine-color-gray-light": "#313a46",
    "--mantine-color-gray-light-hover": "#3a4452",
    "--mantine-color-gray-light-color": "#d6dce5",
    "--mantine-color-red-filled": "#c92a2a",
    "--mantine-color-red-filled-hover": "#b02525",
    "--curfew-ground": "#12161b",
    "--curfew-live": "#63d597",
    "--curfew-focus": "#8fb4f0",
  },
});
