/** What a publisher may do at a customer's, in words: read always, more when asked for, or all of it for good. */
import { type Application, roleWords } from "./application.ts";
import { durationWords } from "./duration.ts";

/** In one line, for a list. */
export function accessWords(application: Application): string {
  const { jitPolicy, consumer } = application;
  const roles = roleWords(application);
  if (jitPolicy === null) return `Permanent ${roles}: JIT declined`;
  const decided = jitPolicy.mode === "automatic" ? "approved at once" : `${consumer.name} approves`;
  return `JIT: ask for ${roles}, up to ${durationWords(jitPolicy.maximumDuration)}, ${decided}`;
}

/** What one holds without asking, as a sentence. */
export function alwaysWords(application: Application): string {
  const { name, consumer, jitPolicy } = application;
  if (jitPolicy === null)
    return `You hold ${roleWords(application)} on ${name} permanently, because ${consumer.name} declined JIT when deploying. Only ${consumer.name} can end that, by removing the application.`;
  return `You always hold Reader on ${name}: you may look at everything in it and change nothing. For anything more you ask for a role, from a start and for a duration.`;
}

export function nothingToActivateWords(application: Application): string {
  return `Nothing to activate: ${application.consumer.name} declined JIT when deploying, so you hold ${roleWords(application)} permanently.`;
}

/** "Contoso, 2 approvers": a publisher learns how many decide, and never who. */
export function approvalWords({ jitPolicy, consumer }: Application): string | null {
  if (jitPolicy === null) return null;
  if (jitPolicy.mode === "automatic")
    return `Nobody has to: it is approved at once, and ${consumer.name} is told`;
  const { count } = jitPolicy.approvers;
  if (count === 0) return `${consumer.name}, the owners of the application`;
  const need = jitPolicy.required > 1 ? `, ${jitPolicy.required} have to agree` : "";
  return `${consumer.name}, ${count} ${count === 1 ? "approver" : "approvers"}${need}`;
}
