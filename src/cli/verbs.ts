/** Every verb, in the order of help. */
import type { Verb } from "./verb.ts";
import { accept, cancel } from "./verbs/answer.ts";
import { applications, catalogue, deploy, jit } from "./verbs/applications.ts";
import { apply } from "./verbs/apply.ts";
import { approve, deny } from "./verbs/approve.ts";
import { audit, auditHead, auditVerify } from "./verbs/audit.ts";
import { deactivate, extend, review, revoke } from "./verbs/end.ts";
import { grants } from "./verbs/grants.ts";
import { login, logout, token } from "./verbs/login.ts";
import { notifications } from "./verbs/notifications.ts";
import { packageValidate } from "./verbs/package.ts";
import { preview } from "./verbs/preview.ts";
import { request } from "./verbs/request.ts";
import { requests } from "./verbs/requests.ts";
import { secret } from "./verbs/secret.ts";
import { shellVerbs } from "./verbs/shell.ts";
import { check, eligible, whoami } from "./verbs/who.ts";

export const VERBS: readonly Verb[] = [
  login,
  logout,
  token,
  whoami,
  eligible,
  preview,
  request,
  requests,
  approve,
  deny,
  accept,
  cancel,
  grants,
  secret,
  extend,
  deactivate,
  revoke,
  review,
  notifications,
  check,
  catalogue,
  applications,
  deploy,
  jit,
  apply,
  audit,
  auditHead,
  auditVerify,
  packageValidate,
  ...shellVerbs(() => VERBS),
];
