import { defineConfig, type Plugin } from "vite";

/** Whether anybody is signed in, and who: asked for while the program is on its way, since nothing is shown before. */
const askAtOnce: Plugin = {
  name: "ask-at-once",
  transformIndexHtml: () => [
    {
      tag: "link",
      attrs: { rel: "preload", as: "fetch", href: "/auth/session", crossorigin: "anonymous" },
      injectTo: "head-prepend",
    },
  ],
};

export default defineConfig({
  plugins: [askAtOnce],
  html: { cspNonce: "{{nonce}}" },
  oxc: { jsx: { runtime: "automatic" } },
  build: {
    target: "es2024",
    // The content security policy lets no `data:` in but pictures.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
