/** Writes the published JSON Schema of configuration files; a test checks that it is what the program reads. */
import { writeFileSync } from "node:fs";
import { configurationSchema } from "./configuration-schema.ts";

const FILE = new URL("../../../docs/configuration.schema.json", import.meta.url);

writeFileSync(FILE, `${JSON.stringify(configurationSchema(), null, 2)}\n`);
