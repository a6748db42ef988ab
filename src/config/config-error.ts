/** What the environment says cannot be: names the variable at fault, and what is wrong with it. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}
