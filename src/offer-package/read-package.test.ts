import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { jitSettingFaults } from "./check-jit-setting.ts";
import { describeForm } from "./describe-form.ts";
import { evaluateOutputs } from "./evaluate-outputs.ts";
import type { Json } from "./json.ts";
import type { PackageFault } from "./package-fault.ts";
import { readPackage } from "./read-package.ts";
import {
  definitionText,
  given,
  mustRead,
  type Parts,
  samplePackage,
  sampleTexts,
  textBox,
} from "./sample.fixture.ts";

function faultsOf(createUiDefinition: string): readonly PackageFault[] {
  const read = readPackage({ createUiDefinition });
  return read.ok ? [] : read.faults;
}

/** The only fault there is. */
function faultOf(text: string): PackageFault {
  const faults = faultsOf(text);
  assert.equal(faults.length, 1, JSON.stringify(faults));
  return faults[0] as PackageFault;
}

/** The only warning there is, of a package that is read. */
function warningOf(text: string): PackageFault {
  const read = readPackage({ createUiDefinition: text });
  assert.ok(read.ok, JSON.stringify(read));
  assert.equal(read.warnings.length, 1, JSON.stringify(read.warnings));
  return read.warnings[0] as PackageFault;
}

function warningIn(parts: Parts): PackageFault {
  return warningOf(definitionText(parts));
}

function faultIn(parts: Parts): PackageFault {
  return faultOf(definitionText(parts));
}

const step = (name: Json, elements: readonly Json[] = []) => ({ name, label: "S", elements });

test("the sample package is read, and what comes of it is plain JSON", () => {
  const read = samplePackage();
  assert.equal(read.uiDefinition.parameters.steps.length, 3);
  assert.deepEqual(Object.keys(read.parameters ?? {}).length, 5);
  assert.equal(read.viewDefinition?.contentVersion, "0.0.0.1");
  assert.deepEqual(JSON.parse(JSON.stringify(read)), read);
});

test("a view and a template are not needed, and both versions of the form are known", () => {
  const { createUiDefinition } = sampleTexts();
  const older = createUiDefinition.replace('"version": "0.1.2-preview"', '"version": "0.1.1-preview"');
  const read = mustRead(readPackage({ createUiDefinition: `\ufeff${older}` }));
  assert.deepEqual([read.viewDefinition, read.parameters], [null, null]);
});

test("what is not JSON is refused with its line and column", () => {
  const fault = faultOf('{\n  "handler": "x"\n  nope\n}');
  assert.deepEqual([fault.line, fault.column, fault.code, fault.path], [3, 3, "invalid_json", ""]);
  const places = [
    '{"a": 1,}',
    "[1 2]",
    '{"a" 1}',
    '"a\tb"',
    "{} x",
    "",
    "01",
    '{"a": tru}',
    '"\\q"',
    "{'a': 1}",
  ];
  for (const text of places) {
    const { code, message, file } = faultOf(text);
    assert.deepEqual([code, file], ["invalid_json", "createUiDefinition.json"], text);
    assert.match(message, /^[^A-Z].*[^.]$/, text);
  }
  assert.equal(faultOf('{"a":\r\n 1,}').line, 2);
});

test("comments are left out of every file, move no place, and hide no depth", () => {
  const text = definitionText({ outputs: { a: "/* kept // */" } });
  const warned = warningOf(text.replace('"version"', '// don\'t "mind\n  /* [[[ */ "version"'));
  assert.deepEqual([warned.line, warned.column, warned.code], [3, 3, "comment"]);
  const fault = faultOf(`/* " */ ${text.replace('"parameters"', '"params"')}`);
  assert.deepEqual([fault.code, fault.column], ["missing_property", 9]);
  assert.equal(faultOf(`/* " */${"[".repeat(100_000)}`).code, "too_deep");
  const { createUiDefinition } = sampleTexts();
  const read = readPackage({
    createUiDefinition,
    viewDefinition: '{"a": 1 /* one */}',
    mainTemplate: '{ // see below\n"parameters": {"a": /* "b" */ {"type": "string"}}}',
  });
  assert.deepEqual(mustRead(read).parameters, { a: { type: "string" } });
  assert.deepEqual(
    read.warnings.map(({ file, column }) => [file, column]),
    [["viewDefinition.json", 9]],
  );
});

test("duplicate keys and `__proto__` are refused where they stand", () => {
  const twice = definitionText({ outputs: { a: "1" } }).replace('"a": "1"', '"a": "1",\n      "a": "2"');
  const fault = faultOf(twice);
  assert.deepEqual([fault.code, fault.path, fault.column], ["duplicate_key", "/parameters/outputs/a", 7]);
  const proto = definitionText({ outputs: { a: "1" } }).replace('"a"', '"__proto__"');
  assert.equal(faultOf(proto).code, "forbidden_name");
  assert.equal(faultOf(proto.replace("__proto__", "__prot\\u006f__")).code, "forbidden_name");
  assert.equal(faultIn({ steps: [step("__proto__")] }).code, "forbidden_name");
  assert.equal(faultIn({ basics: [textBox("__proto__")] }).code, "forbidden_name");
});

test("what must be there is asked for by name", () => {
  assert.deepEqual(
    faultsOf("{}").map(({ message }) => /`(\w+)`/.exec(message)?.[1]),
    ["handler", "version", "parameters"],
  );
  const bare = faultsOf(
    '{"handler":"Microsoft.Azure.CreateUIDef","version":"0.1.2-preview","parameters":{}}',
  );
  assert.deepEqual(
    bare.map(({ code, path, message }) => [code, path, /`(basics|steps|outputs)`/.exec(message)?.[1]]),
    ["basics", "steps", "outputs"].map((name) => ["missing_property", "/parameters", name]),
  );
  assert.equal(faultOf("[]").code, "wrong_type");
  assert.equal(faultOf(definitionText({}).replace('"basics": []', '"basics": {}')).code, "wrong_type");
  assert.equal(faultIn({ steps: [{ name: "s" }] }).code, "missing_property");
  assert.equal(faultIn({ steps: [1] }).code, "wrong_type");
  assert.equal(faultIn({ basics: [{ type: "Microsoft.Common.TextBox" }] }).code, "missing_property");
  assert.equal(faultIn({ basics: [{ name: "a" }] }).code, "missing_property");
  assert.equal(faultIn({ basics: [textBox("")] }).code, "invalid_name");
  assert.equal(
    faultIn({ basics: [{ name: "a", type: "Microsoft.Common.Section" }] }).code,
    "missing_property",
  );
});

test("older handlers and versions are known; another is refused, and the right one is said", () => {
  const handled = (name: string) => definitionText({}).replace("Microsoft.Azure.CreateUIDef", name);
  for (const name of ["Microsoft.Compute.MultiVm", "microsoft.azure.createuidef"])
    assert.ok(readPackage({ createUiDefinition: handled(name) }).ok, name);
  for (const version of ["0.0.1-preview", "0.1.0-preview", "0.1.2-Preview"])
    assert.ok(readPackage({ createUiDefinition: definitionText({}).replace("0.1.2-preview", version) }).ok);
  assert.equal(warningOf(definitionText({}).replace("0.1.2-p", "0.9.0-p")).code, "unknown_version");
  const handler = faultOf(handled("Microsoft.Compute.OneVm"));
  assert.deepEqual([handler.code, handler.line, handler.column], ["unknown_handler", 2, 14]);
  const version = faultOf(definitionText({}).replace("0.1.2-preview", "0.2.0"));
  assert.equal(version.code, "unknown_version");
  assert.match(version.message, /`0\.2\.0`; write `0\.1\.2-preview`/);
});

test("two steps, or two elements side by side, may not share a name; in different sections they may", () => {
  assert.equal(faultIn({ steps: [step("s"), step("s")] }).path, "/parameters/steps/1/name");
  assert.equal(faultIn({ steps: [step("basics")] }).code, "duplicate_name");
  assert.equal(faultIn({ basics: [textBox("a"), textBox("a")] }).code, "duplicate_name");
  const section = (name: string) => ({ name, type: "Microsoft.Common.Section", elements: [textBox("a")] });
  assert.deepEqual(faultsOf(definitionText({ basics: [section("x"), section("y"), textBox("a")] })), []);
});

test("what is empty is passed over, and what Azure ignores is told", () => {
  const parts = {
    basics: [{}, textBox("a")],
    steps: [{}, step("s", [{}])],
    outputs: { out: "[steps('s')]" },
  };
  const read = readPackage({ createUiDefinition: definitionText(parts) });
  assert.deepEqual(
    read.warnings.map(({ code, path }) => [code, path]),
    ["/basics/0", "/steps/0", "/steps/1/elements/0"].map((path) => ["empty", `/parameters${path}`]),
  );
  const { uiDefinition } = mustRead(read);
  assert.deepEqual(
    describeForm(uiDefinition).steps.map(({ name, elements }) => [name, elements.length]),
    [
      ["basics", 1],
      ["s", 0],
    ],
  );
  assert.deepEqual(evaluateOutputs(uiDefinition, given()), { ok: true, outputs: { out: {} } });
  const note = warningIn({ steps: [{ ...step("s"), note: "for later" }] });
  assert.deepEqual([note.code, note.path], ["ignored_property", "/parameters/steps/0/note"]);
  assert.equal(
    warningOf(definitionText({}).replace('"steps"', '"step": [], "steps"')).code,
    "ignored_property",
  );
});

test("a control that asks for JIT access counts behind an empty element, and its faults stand where it stands", () => {
  const jit = { name: "jit", type: "Microsoft.Solutions.JitConfigurator" };
  const text = definitionText({ steps: [{}, step("s", [{}, jit])] });
  const [fault] = jitSettingFaults(mustRead(readPackage({ createUiDefinition: text })), false, text);
  assert.deepEqual([fault?.code, fault?.path], ["jit_control_unexpected", "/parameters/steps/1/elements/1"]);
  for (const type of ["microsoft.solutions.jitconfigurator", "Microsoft.Common.section"])
    assert.equal(faultIn({ basics: [{ ...jit, type }] }).code, "unknown_element_type");
});

test("an undocumented element is told of, and the right spelling is said", () => {
  const fault = warningIn({ basics: [{ name: "a", type: "Microsoft.Common.Textbox" }] });
  assert.deepEqual([fault.code, fault.path], ["unknown_element_type", "/parameters/basics/0/type"]);
  assert.match(fault.message, /write `Microsoft\.Common\.TextBox`/);
  assert.equal(
    warningIn({ basics: [{ name: "a", type: "Microsoft.Common.Lamp" }] }).code,
    "unknown_element_type",
  );
  assert.match(
    faultIn({ basics: [{ name: "a", type: "Contoso.Lamp" }] }).message,
    /one that Microsoft documents/,
  );
});

test("a fault within an expression stands at its own character", () => {
  const text = definitionText({ outputs: { out: "@" } }).replace('"@"', `"[concat('\\u0041\\n', \\"b\\")]"`);
  const fault = faultOf(text);
  const [line = ""] = text.split("\n").filter((one) => one.includes("concat"));
  assert.equal(fault.code, "invalid_expression");
  assert.equal(fault.column, line.indexOf('\\"b') + 1);
  assert.equal(fault.line, text.split("\n").indexOf(line) + 1);
  assert.equal(fault.path, "/parameters/outputs/out");
});

const REFERRING: readonly (readonly [expression: string, code: PackageFault["code"], sign: string])[] = [
  ["[nope('a')]", "unknown_function", "nope"],
  ["[constructor()]", "unknown_function", "constructor"],
  ["[concat()]", "wrong_argument_count", "concat"],
  ["[substring('a')]", "wrong_argument_count", "substring"],
  ["[if(true, 1)]", "wrong_argument_count", "if"],
  ["[rand(1, 2)]", "unsupported_function", "rand"],
  ["[concat((i) => 1)]", "invalid_expression", "(i)"],
];
const LEADING_NOWHERE: typeof REFERRING = [
  ["[steps('t').e]", "unknown_step", "'t'"],
  ["[steps('basics').b]", "unknown_step", "'basics'"],
  ["[steps('s').f]", "unknown_element", "f]"],
  ["[steps('s')['f']]", "unknown_element", "['f'"],
  ["[steps('s').toString]", "unknown_element", "toString"],
  ["[steps('s').box.f.g]", "unknown_element", "f.g"],
  ["[basics('e')]", "unknown_element", "'e'"],
];
for (const [expression, code, sign] of [...REFERRING, ...LEADING_NOWHERE]) {
  const only = code.startsWith("unknown_") && code !== "unknown_function" ? warningOf : faultOf;
  test(`\`${expression}\` is told as ${code}, at \`${sign}\``, () => {
    const box = { name: "box", type: "Microsoft.Common.Section", elements: [textBox("inner")] };
    const text = definitionText({
      basics: [textBox("b")],
      steps: [step("s", [textBox("e"), box])],
      outputs: { out: { deep: [expression] } },
    });
    const fault = only(text);
    assert.equal(fault.code, code);
    const line = text.split("\n")[fault.line - 1] ?? "";
    assert.equal(line.slice(fault.column - 1, fault.column - 1 + sign.length), sign);
    assert.match(fault.message, /;/, "it says what to do next");
  });
}

test("properties of a value are the value's own affair, and sections open their elements", () => {
  const box = { name: "box", type: "Microsoft.Common.Section", elements: [textBox("inner")] };
  const outputs = {
    a: "[steps('s').e.anything.at.all]",
    b: "[STEPS('s').box.inner.length]",
    c: "[basics('b')[0]]",
    d: "[steps('s').box]",
    e: "[[not an expression]",
  };
  const text = definitionText({ basics: [textBox("b")], steps: [step("s", [textBox("e"), box])], outputs });
  assert.deepEqual(faultsOf(text), []);
});

test("a form may use every documented function where Curfew does not evaluate it", () => {
  const validations = [{ isValid: "[startsWith(basics('a'), 'x')]", message: "m" }];
  assert.deepEqual(
    faultsOf(definitionText({ basics: [textBox("a", { constraints: { validations } })] })),
    [],
  );
  for (const key of ["visible", "defaultValue"])
    assert.equal(faultIn({ basics: [textBox("a", { [key]: "[rand(1, 2)]" })] }).code, "unsupported_function");
  // What Curfew never evaluates stops nothing, whatever it is.
  for (const label of ["[later(1)]", "[concat(]"])
    assert.ok(warningIn({ basics: [textBox("a", { label })] }));
  for (const visible of ["[equals(basics('b'), 1)]", "[not(steps('t').e.sku)]"])
    assert.match(warningIn({ basics: [textBox("a", { visible })] }).code, /unknown_(element|step)/);
});

const PUBLISHED = new URL("../../../shared/reference/packages/", import.meta.url);
const isThere = existsSync(PUBLISHED);

test("forms that Microsoft published are read unchanged, described and evaluated", {
  skip: isThere ? false : "the published forms are not beside this folder",
}, () => {
  const folders = readdirSync(PUBLISHED, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  let read = 0;
  for (const { name } of folders) {
    const file = new URL(`${name}/createUiDefinition.json`, PUBLISHED);
    if (!existsSync(file)) continue;
    const createUiDefinition = readFileSync(file, "utf8");
    // One of them is an empty object.
    if (createUiDefinition.trim() === "{}") continue;
    const { uiDefinition } = mustRead(readPackage({ createUiDefinition }));
    assert.ok(describeForm(uiDefinition).steps.length > 0, name);
    evaluateOutputs(uiDefinition, given());
    read++;
  }
  assert.ok(read >= 8, `only ${read} were read`);
});

test("bounds: size, depth, steps, elements, outputs, texts, and fifty faults", () => {
  assert.equal(faultOf(`"${"é".repeat(140_000)}"`).code, "file_too_large");
  const deep = faultOf("[".repeat(100_000));
  assert.deepEqual([deep.code, deep.column], ["too_deep", 33]);
  const many = (count: number) => Array.from({ length: count }, (_, at) => at);
  assert.deepEqual(faultsOf(definitionText({ steps: many(50).map((at) => step(`s${at}`)) })), []);
  assert.equal(faultIn({ steps: many(51).map((at) => step(`s${at}`)) }).code, "too_many");
  assert.deepEqual(faultsOf(definitionText({ basics: many(500).map((at) => textBox(`e${at}`)) })), []);
  assert.equal(faultIn({ basics: many(501).map((at) => textBox(`e${at}`)) }).code, "too_many");
  const outputs = (count: number) => Object.fromEntries(many(count).map((at) => [`o${at}`, "1"]));
  assert.deepEqual(faultsOf(definitionText({ outputs: outputs(100) })), []);
  assert.equal(faultIn({ outputs: outputs(101) }).code, "too_many");
  assert.deepEqual(faultsOf(definitionText({ outputs: { a: "x".repeat(16_384) } })), []);
  assert.equal(faultIn({ outputs: { a: "x".repeat(16_385) } }).code, "text_too_long");
  assert.equal(faultsOf(definitionText({ steps: many(40).flatMap((at) => [at, at]) })).length, 50);
});

test("a file of nothing but faults is refused soon", () => {
  const lists: readonly (readonly Json[])[] = [
    Array(40_000).fill("[]"),
    Array(1_000).fill(`[${"x(".repeat(30)}${")".repeat(30)}]`),
    [`[${"steps('t').a,".repeat(1_200)}]`],
  ];
  for (const list of lists) {
    // Of the processor, not of the clock: what else the machine does is no fault of a file.
    const began = process.cpuUsage();
    const text = JSON.stringify(JSON.parse(definitionText({ outputs: { list } })));
    assert.equal(
      faultsOf(text).filter(({ code }) => code !== "file_too_large").length,
      list.length > 1 ? 50 : 1,
    );
    assert.ok(process.cpuUsage(began).user < 1_000_000);
  }
});

test("what PostgreSQL cannot keep is refused", () => {
  for (const text of ["a\0", "\ud800", "\udc00x"])
    assert.equal(faultIn({ outputs: { a: text } }).code, "unstorable_text");
  assert.equal(faultsOf(definitionText({ outputs: { "\0": "1" } })).length, 1);
  assert.deepEqual(faultsOf(definitionText({ outputs: { a: "\u{1f511}" } })), []);
});

test("view and template are read as strictly, and faults name their file", () => {
  const { createUiDefinition } = sampleTexts();
  const read = readPackage({
    createUiDefinition,
    viewDefinition: "[]",
    mainTemplate: '{\n"parameters": []}',
  });
  assert.ok(!read.ok);
  assert.deepEqual(
    read.faults.map(({ file, line, code }) => [file, line, code]),
    [
      ["viewDefinition.json", 1, "wrong_type"],
      ["mainTemplate.json", 2, "wrong_type"],
    ],
  );
  const bare = mustRead(readPackage({ createUiDefinition, mainTemplate: '{"resources":[]}' }));
  assert.equal(bare.parameters, null);
});
