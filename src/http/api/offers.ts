/** The forms that offers are deployed by: described, filled in, and checked before they are published. */

import { z } from "zod";
import type { SubscriptionId } from "../../domain/ids.ts";
import { accept } from "../../domain/rejection.ts";
import type { JsonObject } from "../../domain/target-binding.ts";
import { jitSettingFaults } from "../../offer-package/check-jit-setting.ts";
import { describeForm } from "../../offer-package/describe-form.ts";
import { PACKAGE_FAULT_CODES, PACKAGE_FILES } from "../../offer-package/package-fault.ts";
import { readPackage } from "../../offer-package/read-package.ts";
import { guid, idOf, text } from "../../use-cases/values.ts";
import { evaluateOfferForm, readOfferForm, readOfferLogo } from "../../use-cases/views/read-offer-form.ts";
import { answer, callerOf } from "../caller.ts";
import { sendRejection } from "../problem.ts";
import type { Api, ApiContext } from "./context.ts";
import { asIs, type Shown } from "./shown.ts";

const tags = ["offers"];
const params = z.object({ id: guid });
const logoParams = params.extend({ hash: z.string().regex(/^[0-9a-f]{64}$/) });
const MAX_FILE_CHARS = 262_144;
// Three files of that many characters, which JSON may write in several bytes each.
const BODY_LIMIT_BYTES = 8 * 1_048_576;

const elementShape = z.looseObject({
  name: z.string(),
  type: z.string(),
  kind: z.string().meta({
    description:
      "how to ask for it: one field, or `parts` in `elements`; `plain` is a text that may be JSON, `unseen` is not asked",
  }),
  label: z.string(),
  note: z
    .string()
    .nullable()
    .meta({ description: "what Azure's portal would offer here and is not offered" }),
});

const formShape = z.object({
  steps: z.array(
    z.object({
      name: z.string(),
      label: z.string(),
      elements: z.array(elementShape).meta({ description: "sections hold elements of their own" }),
    }),
  ),
  outputs: z.array(z.string()),
});

const offerFormShape = z.object({
  version: z.number().int(),
  form: formShape.nullable().meta({ description: "null where the offer came without a package" }),
});

const values = z.record(z.string().max(128), z.unknown());

const filledBody = z.strictObject({
  basics: values.default({}),
  steps: z.record(z.string().max(128), values).default({}).meta({ description: "by step, then by element" }),
  location: text(90).default("global"),
  subscriptionId: guid,
  resourceGroup: text(90).min(1),
});

const resultShape = z.object({
  outputs: z.record(z.string(), z.unknown()),
  jitAccessPolicy: z
    .object({
      jitAccessEnabled: z.boolean(),
      jitApprovalMode: z.enum(["AutoApprove", "ManualApprove"]),
      jitApprovers: z.array(
        z.object({ id: z.string(), type: z.enum(["user", "group"]), displayName: z.string() }),
      ),
      maximumJitAccessDuration: z.string().meta({ format: "duration" }),
    })
    .nullable(),
  jit: z.record(z.string(), z.unknown()).nullable().meta({
    description:
      "the same as `jit` of an Application document; null where the form does not ask. Declined, add `acknowledgePermanentAccess`, the application's name, when its consumer has typed it",
  }),
});

const packageBody = z.strictObject({
  createUiDefinition: z.string().max(MAX_FILE_CHARS),
  viewDefinition: z.string().max(MAX_FILE_CHARS).optional(),
  mainTemplate: z.string().max(MAX_FILE_CHARS).optional(),
  jitOffered: z.boolean().optional().meta({ description: "the offer's setting; checked against the form" }),
});

const packageFaultShape = z.object({
  file: z.enum(PACKAGE_FILES),
  line: z.number().int(),
  column: z.number().int(),
  path: z.string(),
  code: z.enum(PACKAGE_FAULT_CODES),
  message: z.string(),
});

const checkedShape = z.object({
  faults: z.array(packageFaultShape),
  warnings: z
    .array(packageFaultShape)
    .meta({ description: "what Azure tolerates, and is passed over or has no value here; it stops nothing" }),
  form: formShape.nullable(),
});

export function offerRoutes(api: Api, { deps }: ApiContext): void {
  api.get(
    "/offers/:id/form",
    { schema: { tags, operationId: "readOfferForm", params, response: { 200: offerFormShape } } },
    async (request, reply) => {
      const outcome = await readOfferForm(deps, callerOf(request), idOf(request.params.id));
      return answer(reply, outcome, asIs(offerFormShape));
    },
  );

  api.get(
    "/offers/:id/logo/:hash",
    {
      schema: {
        tags,
        operationId: "readOfferLogo",
        description: "the picture that `logo` of an offer says; its address changes with it",
        params: logoParams,
        produces: ["image/png"],
        response: { 200: z.string() },
      },
    },
    async (request, reply) => {
      const { id, hash } = request.params;
      const outcome = await readOfferLogo(deps, callerOf(request), { id: idOf(id), hash });
      if (!outcome.ok) return sendRejection(reply, outcome.rejection);
      // Whoever opens it alone has a picture and nothing that runs, whatever their browser takes it for.
      return reply
        .type("image/png")
        .headers({
          "content-security-policy": "default-src 'none'; sandbox",
          "cache-control": "private, max-age=31536000, immutable",
          "content-disposition": 'inline; filename="logo.png"',
        })
        .send(outcome.value as unknown as string);
    },
  );

  api.post(
    "/offers/:id/form/evaluate",
    {
      schema: {
        tags,
        operationId: "evaluateOfferForm",
        params,
        body: filledBody,
        response: { 200: resultShape },
      },
    },
    async (request, reply) => {
      const { subscriptionId, basics, steps, ...rest } = request.body;
      const outcome = await evaluateOfferForm(deps, callerOf(request), {
        ...rest,
        offerId: idOf(request.params.id),
        basics: basics as JsonObject,
        steps: steps as JsonObject,
        subscriptionId: idOf<SubscriptionId>(subscriptionId),
      });
      return answer(reply, outcome, asIs(resultShape));
    },
  );

  api.post(
    "/offer-packages/validate",
    {
      bodyLimit: BODY_LIMIT_BYTES,
      schema: {
        tags,
        operationId: "validateOfferPackage",
        body: packageBody,
        response: { 200: checkedShape },
      },
    },
    async (request, reply) => answer(reply, accept(checked(request.body)), asIs(checkedShape)),
  );
}

/** What a publisher is told before anything is published; nothing is stored. */
function checked({ jitOffered, ...texts }: z.output<typeof packageBody>): Shown<typeof checkedShape> {
  const read = readPackage(texts);
  const { warnings } = read;
  if (!read.ok) return { faults: read.faults, warnings, form: null };
  const faults =
    jitOffered === undefined ? [] : jitSettingFaults(read.package, jitOffered, texts.createUiDefinition);
  return { faults, warnings, form: describeForm(read.package.uiDefinition) };
}
