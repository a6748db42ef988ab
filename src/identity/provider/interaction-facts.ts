/** What a page says of the interaction it is part of. */
import type { Interaction } from "oidc-provider";
import { MFA_ACR } from "../sign-in/sign-in.ts";
import { CLI_CLIENT, PORTAL_CLIENT } from "./clients.ts";

export function clientNameOf({ params }: Interaction): string {
  switch (params.client_id) {
    case CLI_CLIENT:
      return "the Curfew command line";
    case PORTAL_CLIENT:
      return "the Curfew portal";
    default:
      return "Curfew";
  }
}

export function destinationOf({ params, deviceCode }: Interaction): string {
  if (deviceCode !== undefined) return "the device whose code you typed";
  const uri = String(params.redirect_uri);
  return URL.canParse(uri)
    ? `a program on this computer (${new URL(uri).host})`
    : "a program on this computer";
}

/** A form's answer leads on to the client, and browsers check that hop too; they know no IPv6 address there. */
export function formTargetsOf({ params }: Interaction): string[] {
  const uri = String(params.redirect_uri);
  if (!URL.canParse(uri)) return [];
  const { hostname, origin, protocol } = new URL(uri);
  return [hostname.startsWith("[") ? protocol : origin];
}

export function wantsSecondFactor({ params }: Interaction): boolean {
  return typeof params.acr_values === "string" && params.acr_values.split(" ").includes(MFA_ACR);
}
