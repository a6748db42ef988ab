/** The real program over TLS, and Microsoft's own unmodified clients against it. */
import { readFileSync } from "node:fs";
import tls from "node:tls";
import { AuthorizationManagementClient } from "@azure/arm-authorization";
import { ApplicationClient } from "@azure/arm-managedapplications";
import { ClientSecretCredential } from "@azure/identity";
import { TOTP } from "otpauth";
import { signInByForm } from "../../src/client/form-sign-in.ts";
import { type Demo, startDemo } from "../fixtures/program.ts";
import { type Contract, type ContractAnswer, loadContract, MISSING } from "./contract.ts";

export interface Credential {
  getToken(): Promise<{ token: string; expiresOnTimestamp: number }>;
}

export interface Azure {
  readonly demo: Demo;
  readonly endpoint: string;
  /** Everything that came back from the surfaces, as it came. */
  readonly answers: readonly ContractAnswer[];
  person(name: string): Promise<Credential>;
  workload(name: string): ClientSecretCredential;
  applications(credential: Credential | ClientSecretCredential, subscription?: string): ApplicationClient;
  authorization(
    credential: Credential | ClientSecretCredential,
    subscription?: string,
  ): AuthorizationManagementClient;
  /** A call that no client makes, over the same connection. */
  raw(
    credential: Credential,
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<RawAnswer>;
  /** Of everything that came back: what Microsoft's descriptions find wrong. Null where they are not at hand. */
  contractFaults(): string[] | null;
  close(): Promise<void>;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: the body of any answer; the tests say what they expect of it
  readonly body: any;
}

export async function startAzure(): Promise<Azure> {
  const demo = await startDemo();
  trust(demo.ready.caFile);
  const endpoint = demo.ready.https;
  const answers: ContractAnswer[] = [];
  const recording = { policy: recorder(answers), position: "perCall" } as const;
  const options = { endpoint, additionalPolicies: [recording], retryOptions: { maxRetries: 0 } };
  const ours = demo.ready.subscriptions["contoso-production"] ?? "";
  return {
    demo,
    endpoint,
    answers,
    async person(name) {
      const persona = demo.ready.personas[name];
      if (persona === undefined) throw new Error(`nobody is called ${name}`);
      const { email, password, totpSecret } = persona;
      const code =
        totpSecret === undefined ? {} : { code: () => new TOTP({ secret: totpSecret }).generate() };
      const { accessToken } = await signInByForm({ baseUrl: demo.ready.http, email, password, ...code });
      const token = { token: accessToken, expiresOnTimestamp: Date.now() + 8 * 60_000 };
      return { getToken: async () => token };
    },
    workload(name) {
      const found = demo.ready.servicePrincipals[name];
      if (found === undefined) throw new Error(`no workload is called ${name}`);
      const authorityHost = endpoint.replace("127.0.0.1", "localhost");
      return new ClientSecretCredential(found.tenantId, found.clientId, found.clientSecret, {
        authorityHost,
        disableInstanceDiscovery: true,
      });
    },
    applications: (credential, subscription = ours) =>
      new ApplicationClient(credential as never, subscription, options as never),
    authorization: (credential, subscription = ours) =>
      new AuthorizationManagementClient(credential as never, subscription, options as never),
    async raw(credential, method, path, body, headers = {}) {
      const { token } = await credential.getToken();
      const response = await fetch(`${endpoint}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const parsed = text === "" ? undefined : JSON.parse(text);
      answers.push({ method, url: path, status: response.status, body: parsed });
      return { status: response.status, headers: response.headers, body: parsed };
    },
    contractFaults: () => faultsIn(answers),
    close: () => demo.close(),
  };
}

function faultsIn(answers: readonly ContractAnswer[]): string[] | null {
  if (MISSING !== undefined) return null;
  const contract: Contract = loadContract();
  return answers.flatMap((answer) => {
    const found = contract.faults(answer);
    return (found?.faults ?? []).map(
      (fault) =>
        `${found?.operationId} ${answer.status} ${fault}: ${JSON.stringify(answer.body)?.slice(0, 300)}`,
    );
  });
}

/** The demo's own certificate authority, for every client of this process. */
function trust(caFile: string): void {
  tls.setDefaultCACertificates([...tls.getCACertificates("default"), readFileSync(caFile, "utf8")]);
}

interface PipelineRequest {
  readonly url: string;
  readonly method: string;
}
interface PipelineResponse {
  readonly status: number;
  readonly bodyAsText?: string | null;
}

function recorder(answers: ContractAnswer[]) {
  return {
    name: "recordAnswers",
    async sendRequest(
      request: PipelineRequest,
      next: (request: PipelineRequest) => Promise<PipelineResponse>,
    ) {
      const response = await next(request);
      const text = response.bodyAsText ?? "";
      const { pathname, search } = new URL(request.url);
      answers.push({
        method: request.method,
        url: `${pathname}${search}`,
        status: response.status,
        body: text === "" ? undefined : JSON.parse(text),
      });
      return response;
    },
  };
}
