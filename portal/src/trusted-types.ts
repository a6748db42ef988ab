/**
 * The one Trusted Types policy, loaded before anything else. The component library writes its style sheets as text;
 * whatever could be markup is refused, and so is every script address.
 */
interface PolicyFactory {
  createPolicy(name: string, rules: { createHTML: (text: string) => string | null }): unknown;
}

const { trustedTypes } = globalThis as { trustedTypes?: PolicyFactory };
trustedTypes?.createPolicy("default", { createHTML: (text) => (/[<&]/.test(text) ? null : text) });
