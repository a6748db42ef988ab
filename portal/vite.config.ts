import { defineConfig } from "vite";

export default defineConfig({
  html: { cspNonce: "{{nonce}}" },
  oxc: { jsx: { runtime: "automatic" } },
  build: {
    target: "es2024",
    // The content security policy lets no `data:` in but pictures.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
