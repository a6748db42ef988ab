import { PHONE } from "./browser.ts";
import { sweepEveryPage } from "./sweep.ts";

await sweepEveryPage("dark, on a phone", { viewport: PHONE, colorScheme: "dark" }, 1);
