/** What docs/operations says to watch can be watched: page, rules, their tests and the dashboard name the same, and promtool has nothing against them. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parse } from "yaml";
import {
  expressionsOfOperations,
  FOLDER,
  isKnown,
  namedIn,
  rulesOfOperations,
} from "../fixtures/metric-names.ts";

const page = readFileSync("docs/operations/monitoring.md", "utf8");
const rules = rulesOfOperations();
const signs = [
  ...page.matchAll(/^\| ([^|]+) \| ([^|]+) \| (`Curfew\w+`|none) \| ([^|]+) \| ([^|]+) \|$/gm),
].map(([, sign = "", metric = "", rule = ""]) => ({
  sign,
  metric: metric.replaceAll("`", ""),
  rule: rule.replaceAll("`", ""),
}));

test("every sign that is a metric has a rule, which asks for that metric; every rule stands on the page", () => {
  assert.ok(signs.length >= 25, `${signs.length} signs`);
  for (const { sign, metric, rule } of signs) {
    if (rule === "none") {
      assert.match(metric, /^none/, `${sign} has a metric and no rule`);
      continue;
    }
    const found = rules.find(({ alert }) => alert === rule);
    assert.ok(found !== undefined, `${sign}: there is no rule ${rule}`);
    assert.ok(namedIn(found.expr).includes(metric), `${rule} does not ask for ${metric}`);
  }
  assert.deepEqual(
    rules.map(({ alert }) => alert).filter((alert) => !signs.some(({ rule }) => rule === alert)),
    [],
  );
});

test("what rules, dashboard and page name is a metric of the tables", () => {
  const expressions = expressionsOfOperations();
  assert.ok(expressions.length > rules.length + 30);
  const all = expressions.flatMap(namedIn);
  assert.deepEqual(
    [...new Set(all)].filter((name) => !isKnown(name)),
    [],
  );
  const onPage = [...page.matchAll(/`(curfew_\w+)/g)].map(([, name = ""]) => name);
  assert.deepEqual(
    [...new Set(onPage)].filter((name) => !isKnown(name)),
    [],
  );
});

test("every rule says what it is and where to read on, and has a test that fires and one that does not", () => {
  const { tests } = parse(readFileSync(`${FOLDER}/rules.test.yml`, "utf8"));
  for (const { alert, labels, annotations } of rules) {
    assert.match(labels.severity, /^(?:critical|warning)$/);
    assert.ok(
      annotations.summary.length > 10 && annotations.runbook.startsWith("docs/operations/monitoring.md#"),
    );
    const of = tests
      .flatMap(
        ({ alert_rule_test: some }: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }) =>
          some,
      )
      .filter(({ alertname }: { alertname: string }) => alertname === alert)
      .map(({ exp_alerts: alerts }: { exp_alerts: unknown[] }) => alerts.length);
    assert.deepEqual(of.sort(), [0, 1], alert);
  }
});

const promtool = spawnSync("promtool", ["--version"]);
const skip = promtool.error === undefined ? false : "promtool is not installed: apt-get install prometheus";

test("promtool reads the rules, and each alarm does what its test says", { skip }, () => {
  for (const command of [
    ["check", "rules", "rules.yml"],
    ["test", "rules", "rules.test.yml"],
  ]) {
    const run = spawnSync("promtool", command, { cwd: FOLDER, encoding: "utf8" });
    assert.equal(run.status, 0, `${run.stdout}${run.stderr}`);
  }
});
