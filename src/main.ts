/** The way in: `serve` and `demo` start here; every other verb is the command line's. */
const [verb, ...rest] = process.argv.slice(2);

// Each branch loads only what it needs: the command line starts without the server.
switch (verb) {
  case "serve": {
    const { serve } = await import("./serve.ts");
    await serve(process.env);
    break;
  }
  case "demo": {
    const { demo } = await import("./demo/demo.ts");
    await demo(rest);
    break;
  }
  default: {
    const { runCli } = await import("./cli/run.ts");
    process.exitCode = await runCli(process.argv.slice(2), process.env, process);
  }
}
