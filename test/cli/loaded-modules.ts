/** Preloaded into a program with `--import`: writes which modules it loaded, a line each, where CURFEW_LOADED says. */
import { writeFileSync } from "node:fs";
import { registerHooks } from "node:module";

const loaded = new Set<string>();
registerHooks({
  load(url, context, next) {
    loaded.add(url);
    return next(url, context);
  },
});
process.on("exit", () => writeFileSync(process.env.CURFEW_LOADED ?? "", [...loaded].join("\n")));
