/** Keeps what the OpenID provider must remember: keys hashed, bodies sealed, so that a stolen table opens nothing. */
import { createHmac } from "node:crypto";
import { type Adapter, type AdapterPayload, errors } from "oidc-provider";
import { sealedPlaces } from "../../domain/sealed-places.ts";
import { SECOND_MS } from "../../domain/time.ts";
import type { ProtocolRecords, Sealer, StoredRecord } from "../../use-cases/identity-ports.ts";
import { readProof } from "../sign-in/proof.ts";

const DEFAULT_LIFETIME_SECONDS = 24 * 60 * 60;

export type AdapterClass = new (model: string) => Adapter;

export function adapterOn(
  records: ProtocolRecords,
  key: Sealer,
  findClient: (clientId: string) => Promise<AdapterPayload | undefined>,
): AdapterClass {
  const secret = key.lasting("oidc record keys");
  const hash = (model: string, kind: string, value: string) =>
    createHmac("sha256", secret).update([model, kind, value].join("\0")).digest();
  const open = (model: string, stored: StoredRecord | null): AdapterPayload | undefined => {
    if (stored === null) return undefined;
    const payload: AdapterPayload = JSON.parse(
      key.open(sealedPlaces.record(model, stored.id), stored.sealed),
    );
    if (stored.consumedAt !== null) payload.consumed = Math.floor(stored.consumedAt / SECOND_MS);
    return payload;
  };

  return class DatabaseAdapter implements Adapter {
    readonly #model: string;

    constructor(model: string) {
      this.#model = model;
    }

    /** Of a record that has ended by now nothing is stored: what was read before is not brought back. */
    async upsert(id: string, payload: AdapterPayload, expiresIn = DEFAULT_LIFETIME_SECONDS): Promise<void> {
      const model = this.#model;
      const keyed = (kind: string, value: string | undefined) =>
        value === undefined ? null : hash(model, kind, value);
      const idHash = hash(model, "id", id);
      await records.put({
        model,
        id: idHash,
        uid: model === "Session" ? keyed("uid", payload.uid) : null,
        userCode: keyed("userCode", payload.userCode),
        grant: keyed("grant", payload.grantId),
        accountId: readProof(payload.accountId)?.ref.objectId ?? null,
        sealed: key.seal(sealedPlaces.record(model, idHash), JSON.stringify(payload)),
        expiresInSeconds: expiresIn,
      });
    }

    async find(id: string): Promise<AdapterPayload | undefined> {
      if (this.#model === "Client") return findClient(id);
      return open(this.#model, await records.find(this.#model, "id", hash(this.#model, "id", id)));
    }

    async findByUid(uid: string): Promise<AdapterPayload | undefined> {
      return open(this.#model, await records.find(this.#model, "uid", hash(this.#model, "uid", uid)));
    }

    async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
      const wanted = hash(this.#model, "userCode", userCode);
      return open(this.#model, await records.find(this.#model, "userCode", wanted));
    }

    /** Of two exchanges of one code at the same moment, the second is refused here. */
    async consume(id: string): Promise<void> {
      const first = await records.consume(this.#model, hash(this.#model, "id", id));
      if (!first) throw new errors.InvalidGrant("it was used at this very moment");
    }

    async destroy(id: string): Promise<void> {
      await records.destroy(this.#model, hash(this.#model, "id", id));
    }

    async revokeByGrantId(grantId: string): Promise<void> {
      await records.revokeGrant(this.#model, hash(this.#model, "grant", grantId));
    }
  };
}
