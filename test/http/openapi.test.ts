import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { describeApi } from "../../src/http/api/write-openapi.ts";

test("openapi.json is what the routes say", async () => {
  const committed = readFileSync(new URL("../../openapi.json", import.meta.url), "utf8");
  assert.equal(await describeApi(), committed, "run `npm run openapi` and look at the difference");
});

test("every operation has an id of its own and says what it answers", async () => {
  const { paths } = JSON.parse(await describeApi()) as {
    paths: Record<
      string,
      Record<string, { operationId?: string; responses: Record<string, { content?: object }> }>
    >;
  };
  const operations = Object.values(paths).flatMap((path) => Object.values(path));
  const ids = operations.map(({ operationId }) => operationId);
  assert.equal(new Set(ids).size, ids.length);
  for (const { operationId, responses } of operations) {
    const answers = Object.entries(responses).filter(([status]) => status.startsWith("2"));
    assert.ok(
      answers.some(([, { content }]) => content !== undefined),
      `${operationId} has no answer`,
    );
  }
});
