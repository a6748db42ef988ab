/** `preferences`: what one hears by mail, and when; of the whole tenant with `--tenant`. */
import type { Answer, Input } from "../../client/client.ts";
import type { Given } from "../arguments.ts";
import { DIGEST_PERIODS } from "../choices.ts";
import { EXIT, usage } from "../exit.ts";
import { oneOf } from "../values.ts";
import type { Run } from "../verb.ts";

type View = Answer<"readMyNotificationPreferences">;
type Said = Input<"setMyNotificationPreferences">["body"];

const FLAGS = ["quiet", "zone", "automatic", "reminders", "escalation", "off", "reset"] as const;

export const preferences: Run = async (context, given) => {
  const client = await context.client();
  const ofTenant = given.has("tenant");
  const read = ofTenant ? "readNotificationPreferences" : "readMyNotificationPreferences";
  const set = ofTenant ? "setNotificationPreferences" : "setMyNotificationPreferences";
  const before: View = await client.call(read, {});
  const isChange = FLAGS.some((flag) => given.has(flag));
  const body = isChange ? changed(given, given.has("reset") ? {} : (before.said as Said)) : null;
  const view: View = body === null ? before : await client.call(set, { body });
  context.screen.json(view);
  const { said, inForce } = view;
  const from = (name: keyof View["inForce"]) =>
    said[name] === undefined
      ? ofTenant
        ? "built in"
        : "the organisation's"
      : ofTenant
        ? "the organisation's"
        : "yours";
  const quiet = inForce.quietHours;
  const rows = [
    ["quiet hours", quiet === null ? "none" : `${quiet.from} to ${quiet.to}`, from("quietHours")],
    ["time zone", inForce.timeZone, from("timeZone")],
    ["approved without a decision", PERIOD_WORDS[inForce.automatic], from("automatic")],
    ["reminders", inForce.reminders ? "mailed" : "not mailed", from("reminders")],
    ["escalations", inForce.escalation ? "mailed" : "not mailed", from("escalation")],
    ["not mailed", inForce.off.length === 0 ? "nothing is off" : inForce.off.join(", "), from("off")],
  ];
  context.screen.table(
    ["WHAT", "IS", "FROM"].map((title) => ({ title })),
    rows,
  );
  return EXIT.done;
};

const PERIOD_WORDS: Readonly<Record<View["inForce"]["automatic"], string>> = {
  each: "a mail for each",
  daily: "a digest a day",
  weekly: "a digest a week",
  never: "not mailed",
};

function changed(given: Given, before: Said): Said {
  const quiet = given.text("quiet");
  const automatic = oneOf(given, "automatic", DIGEST_PERIODS);
  const off = given.list("off");
  return {
    ...before,
    ...(quiet === null ? {} : { quietHours: quietIn(quiet) }),
    ...(given.has("zone") ? { timeZone: given.text("zone") ?? "UTC" } : {}),
    ...(automatic === undefined ? {} : { automatic }),
    ...onOff(given, "reminders"),
    ...onOff(given, "escalation"),
    // Which kinds there are, the server says.
    ...(off.length === 0 ? {} : { off: (off.includes("none") ? [] : off) as Said["off"] }),
  };
}

function quietIn(text: string): NonNullable<Said["quietHours"]> | null {
  if (text === "none") return null;
  const found = /^(\d\d:\d\d)-(\d\d:\d\d)$/.exec(text);
  if (found === null) throw usage("--quiet takes two times of day, such as 22:00-07:00, or none");
  const [, from = "", to = ""] = found;
  return { from, to };
}

function onOff<F extends "reminders" | "escalation">(given: Given, flag: F): { readonly [K in F]?: boolean } {
  const said = oneOf(given, flag, ["on", "off"]);
  return (said === undefined ? {} : { [flag]: said === "on" }) as { readonly [K in F]?: boolean };
}
