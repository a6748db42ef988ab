import { DESKTOP } from "./browser.ts";
import { sweepEveryPage } from "./sweep.ts";

await sweepEveryPage("light, in a wide window", { viewport: DESKTOP, colorScheme: "light" }, 0);
