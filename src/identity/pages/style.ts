/** One small style for every page; the content security policy knows it by its hash. */
export const STYLE = `
:root { color-scheme: light dark; --ground: #eef1f5; --card: #fff; --ink: #1b2430; --soft: #566273; --line: #c3cbd6; --edge: #76818f;
  --accent: #1f5fbf; --accent-ink: #fff; --bad: #a4161a; --bad-ground: #fdecec; }
@media (prefers-color-scheme: dark) { :root { --ground: #12161d; --card: #1b212b; --ink: #e8ecf2; --soft: #a3afc0; --line: #46525f; --edge: #8492a4;
  --accent: #7fb0ff; --accent-ink: #0c1420; --bad: #ffb3b3; --bad-ground: #3a1d21; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; align-items: center; justify-content: center; gap: 1rem;
  padding: 1.5rem 1rem; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 25rem; padding: 2rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; }
.brand { display: flex; align-items: center; gap: .5rem; margin: 0 0 1.25rem; font-weight: 600; color: var(--soft); }
.mark { width: 1.4rem; height: 1.4rem; fill: none; stroke: var(--accent); stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
h1 { margin: 0 0 .75rem; font-size: 1.4rem; line-height: 1.25; }
h2 { margin: 1.75rem 0 .5rem; font-size: 1.05rem; }
p { margin: 0 0 1rem; }
.soft, footer { color: var(--soft); font-size: .9rem; }
form { margin: 0; }
label { display: block; margin: 0 0 .3rem; font-weight: 600; }
input { width: 100%; margin: 0 0 1rem; padding: .6rem .7rem; font: inherit; color: inherit; background: transparent;
  border: 1px solid var(--edge); border-radius: .45rem; }
.code { font-family: ui-monospace, monospace; letter-spacing: .08em; }
button, a.button { display: block; width: 100%; text-align: center; text-decoration: none; margin: .25rem 0 0; padding: .65rem 1rem; font: inherit; font-weight: 600; cursor: pointer;
  color: var(--accent-ink); background: var(--accent); border: 1px solid var(--accent); border-radius: .45rem; }
button.quiet { margin-top: .6rem; color: var(--accent); background: transparent; border-color: var(--edge); }
a { color: var(--accent); }
:is(input, button, a, ol):focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.alert { padding: .6rem .8rem; color: var(--bad); background: var(--bad-ground); border-radius: .45rem; }
.secret { overflow-wrap: anywhere; padding: .6rem .8rem; border: 1px dashed var(--line); border-radius: .45rem; font-family: ui-monospace, monospace; }
ul, ol { margin: 0 0 1rem; padding-left: 1.3rem; }
ol.codes { padding-left: 2.6rem; columns: 2; user-select: all; -webkit-user-select: all; }
`;
