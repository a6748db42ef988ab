/** What must be said: a justification, a ticket. */
import { NAME_THE_TICKET } from "../../domain/rule.ts";
import type { GivingRule, Rule } from "../activation.ts";
import { ticketMatches } from "../ticket-pattern.ts";
import { notApplicable, satisfied, unsatisfied } from "./outcome.ts";

export const justificationRule: Rule = ({ ask, settings }) => {
  if (!settings.justificationRequired)
    return notApplicable("JustificationRule", "no justification is demanded");
  if (isBlank(ask.justification)) {
    return unsatisfied("JustificationRule", "say why you need it", "justification");
  }
  return satisfied("JustificationRule", "justification given");
};

/** Of whoever gives something without a request. */
export const givenJustification: GivingRule = ({ justificationRequired }, { justification }) =>
  justificationRequired && isBlank(justification)
    ? unsatisfied("JustificationRule", "say why it is assigned", "justification")
    : satisfied("JustificationRule", "nothing more is asked");

export const ticketingRule: Rule = ({ ask, settings }) => {
  const { required, patterns } = settings.ticket;
  if (!required && ask.ticket === null) return notApplicable("TicketingRule", "no ticket is demanded");
  if (ask.ticket === null || isBlank(ask.ticket.number)) {
    return unsatisfied("TicketingRule", NAME_THE_TICKET, "ticket");
  }
  const { number } = ask.ticket;
  const wrong = patterns.find((pattern) => !ticketMatches(pattern, number));
  if (wrong === undefined) return satisfied("TicketingRule", `ticket ${number}`);
  return unsatisfied(
    "TicketingRule",
    `the ticket number \`${number}\` does not match \`${wrong}\``,
    "ticket",
  );
};

/** Nothing was said, or only spaces. */
export function isBlank(text: string | null): boolean {
  return text === null || text.trim() === "";
}
