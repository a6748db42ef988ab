/** The device flow, when it is on: the code is typed and the asking device's address is shown before anything happens. */
import type { Client, Context } from "oidc-provider";
import type { ProviderParts } from "./configuration.ts";

interface DeviceInfo {
  readonly ip: string;
}

interface CodeProblem {
  readonly name?: string;
  readonly userCode?: string;
}

export function deviceFlowPages({ pages, addressOf }: Pick<ProviderParts, "pages" | "addressOf">) {
  return {
    enabled: true,
    charset: "base-20",
    mask: "****-****",
    deviceInfo: (ctx: Context): DeviceInfo => ({ ip: addressOf(ctx) }),
    userCodeInputSource: async (ctx: Context, _form: string, _out: unknown, problem?: CodeProblem) =>
      pages.deviceCode(ctx, describe(problem)),
    userCodeConfirmSource: async (
      ctx: Context,
      _form: string,
      client: Client,
      device: DeviceInfo,
      code: string,
    ) => pages.deviceConfirm(ctx, { code, client: client.clientName ?? client.clientId, ip: device.ip }),
    successSource: async (ctx: Context) => pages.deviceDone(ctx),
  };
}

function describe(problem: CodeProblem | undefined): string | null {
  if (problem === undefined) return null;
  if (problem.name === "AbortedError") return "Nothing was allowed. You can close this page.";
  if (problem.userCode !== undefined || problem.name === "NoCodeError") {
    return "That code is not known, was used or has expired. Look at the device again.";
  }
  return "That did not work. Ask for a new code on the device.";
}
