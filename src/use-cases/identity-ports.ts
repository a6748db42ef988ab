/** What sign-in needs of the world, and what the use cases need of sign-in. Types only. */
import type { ObjectId, TenantId } from "../domain/ids.ts";
import type { PrincipalKind, PrincipalRef } from "../domain/principal.ts";
import type { Outcome } from "../domain/rejection.ts";
import type { Right } from "../domain/tenant.ts";
import type { Instant } from "../domain/time.ts";

declare const passwordHashBrand: unique symbol;
/** A PHC string (`$argon2id$v=19$...`); the password itself never reaches a transaction. */
export type PasswordHash = string & { readonly [passwordHashBrand]: true };

/** Makes what a transaction may store: slow or secret work is done before the transaction begins. */
export interface Accounts {
  /** Refuses (`invalid_input`) below 12 characters or above 256 bytes; `too_many_requests` when the queue is full. */
  hashPassword(password: string): Promise<Outcome<PasswordHash>>;
  /** As `hashPassword` would refuse it, at once. */
  passwordFits(password: string): Outcome<void>;
  /** The form of a hash, of no password: it stands for one in what is rolled back. */
  readonly noPassword: PasswordHash;
  /** Makes a TOTP secret (or takes one, in base32) and seals it for this account alone. */
  newTotp(ref: PrincipalRef, label: string, base32?: string): Outcome<NewTotp>;
  /** 256 random bits, shown once; only its hash is stored. */
  newClientSecret(): { readonly secret: string; readonly hash: Buffer };
  /** For a secret that was chosen elsewhere: at least 32 characters. */
  hashClientSecret(secret: string): Outcome<Buffer>;
}

export interface NewTotp {
  readonly base32: string;
  readonly uri: string;
  readonly sealed: Buffer;
}

/**
 * The part of a transaction that changes how principals sign in. Whatever changes a password, a factor or a recovery
 * code makes a new version of the account's credentials: sessions and tokens of the version before are nothing.
 */
export interface AccountRepository {
  /** True while the credentials are of this version, which nobody else then changes until the transaction ends. */
  hold(ref: PrincipalRef, version: number): Promise<boolean>;
  /**
   * The name to sign in by is unique within its tenant. `isGiven`: somebody else knows it, so that its next sign-in changes
   * it; of the same hash as before it stays as it was.
   */
  setPassword(
    ref: PrincipalRef,
    email: string,
    hash: PasswordHash,
    isGiven?: boolean,
  ): Promise<"set" | "email_taken">;
  /** Whether somebody else set the password that the account has. */
  hasGivenPassword(ref: PrincipalRef): Promise<boolean>;
  /** Replaces the second factor, or takes it away with null; recovery codes go with it. */
  setTotp(ref: PrincipalRef, sealed: Buffer | null): Promise<void>;
  setRecoveryCodes(ref: PrincipalRef, hashes: readonly Buffer[]): Promise<void>;
  setClientSecret(ref: PrincipalRef, clientId: string, hash: Buffer): Promise<"set" | "client_id_taken">;
  /** True once for each step of 30 s: a code that was seen is refused ever after. */
  spendTotpStep(ref: PrincipalRef, step: number): Promise<boolean>;
  /** Once for each code: the version of the credentials without it; null when there is no such code. */
  spendRecoveryCode(ref: PrincipalRef, hash: Buffer): Promise<number | null>;
  recoveryCodesLeft(ref: PrincipalRef): Promise<number>;
  /** Open ones, the latest to end first; at most a thousand. */
  sessions(ref: PrincipalRef): Promise<readonly SealedSession[]>;
  /** A new version of the credentials, which stay what they are: whatever was signed in by them is nothing. */
  endSessions(ref: PrincipalRef): Promise<void>;
  /** It succeeded for the account from this network; at most twenty are kept, the latest. */
  /** Resolves to whether it is new, where somebody signed in to the account from another one before. */
  rememberNetwork(ref: PrincipalRef, network: string, at: Instant): Promise<boolean>;
  /**
   * One refusal more; resolves to all that are kept, this one among them. Beyond 200 networks it counts for `others`, as
   * it does where the network must not be told.
   */
  countRefusal(ref: PrincipalRef, network: string | null, at: Instant): Promise<RefusedTries>;
  /** Of the last 30 days; null where there was none. */
  refusedTries(ref: PrincipalRef, now: Instant): Promise<RefusedTries | null>;
  hasConsented(ref: PrincipalRef, clientId: string, scope: string): Promise<boolean>;
  saveConsent(ref: PrincipalRef, clientId: string, scope: string, at: Instant): Promise<void>;
  /** Spends the set-up token and makes tenant, user and rights; on any answer but `done` roll the transaction back. */
  completeSetup(setup: CompleteSetup): Promise<"done" | "token_refused" | "already_set_up" | "name_taken">;
}

/** A browser's sign-in, or what a program renews its tokens by, as it is stored. */
export interface SealedSession {
  readonly model: string;
  readonly id: Buffer;
  readonly sealed: Buffer;
  readonly endsAt: Instant;
  /** Of the account as it is now. */
  readonly version: number;
}

export interface SessionFacts {
  /** Null for a browser, which every page of ours uses. */
  readonly client: string | null;
  readonly signedInAt: Instant | null;
  /** As RFC 8176 names them. */
  readonly methods: readonly string[];
}

/** What was tried in vain at one account: how often, from where, in which span. */
export interface RefusedTries {
  readonly count: number;
  readonly since: Instant;
  readonly until: Instant;
  /** The busiest first. */
  readonly networks: readonly { readonly network: string; readonly count: number }[];
}

export interface CompleteSetup {
  readonly tokenHash: Buffer;
  readonly at: Instant;
  readonly tenantName: string;
  readonly tenantDisplayName: string;
  readonly objectId: ObjectId;
  readonly displayName: string;
  readonly email: string;
  readonly passwordHash: PasswordHash;
}

/** What is asked before a tenant is known: each question names exactly one key and lists nothing. */
export interface IdentityStore {
  /** Who could sign in by that name, in an order that nobody chooses: in one tenant, or, with null, in all of them. */
  accountsNamed(email: string, tenantId: TenantId | null, most: number): Promise<LocalAccount[]>;
  accountById(objectId: ObjectId): Promise<LocalAccount | null>;
  clientById(clientId: string): Promise<WorkloadClient | null>;
  standing(ref: PrincipalRef, clientId: string): Promise<Standing | null>;
  readonly records: ProtocolRecords;
  readonly buckets: Buckets;
  readonly lines: Lines;
  /** Those among them that somebody got into from this network since then. */
  accountsReachedFrom(
    accounts: readonly ObjectId[],
    network: string,
    since: Instant,
  ): Promise<readonly ObjectId[]>;
  readonly setupTokens: SetupTokens;
  readonly signingKeys: SigningKeys;
}

export interface LocalAccount {
  readonly ref: PrincipalRef;
  readonly email: string;
  readonly displayName: string;
  readonly passwordHash: PasswordHash;
  readonly totpSealed: Buffer | null;
  /** Grows with every change of password, factor or recovery code; every proof carries it and dies with it. */
  readonly version: number;
  /** False when the principal was deleted or its tenant closed. */
  readonly active: boolean;
}

export interface WorkloadClient {
  readonly ref: PrincipalRef;
  readonly clientId: string;
  readonly displayName: string;
  readonly secretHash: Buffer;
  readonly version: number;
  readonly active: boolean;
}

/** Where a principal stands now, whatever its token says. */
export interface Standing {
  readonly kind: PrincipalKind;
  readonly active: boolean;
  readonly rights: readonly Right[];
  /** Null when it has no credential of the kind that the token was issued for. */
  readonly credentialVersion: number | null;
}

/** Codes, sessions, refresh tokens: found by hash, and unreadable in a copy of the database. */
export interface ProtocolRecords {
  /** New, or in place of what it was; nothing when that has ended meanwhile. */
  put(record: ProtocolRecord): Promise<void>;
  find(model: string, by: "id" | "uid" | "userCode", hash: Buffer): Promise<StoredRecord | null>;
  /** False when somebody consumed it before: of two exchanges of one code, one is told so. */
  consume(model: string, id: Buffer): Promise<boolean>;
  destroy(model: string, id: Buffer): Promise<void>;
  revokeGrant(model: string, grant: Buffer): Promise<void>;
}

export interface ProtocolRecord {
  readonly model: string;
  readonly id: Buffer;
  readonly uid: Buffer | null;
  readonly userCode: Buffer | null;
  readonly grant: Buffer | null;
  readonly accountId: string | null;
  readonly sealed: Buffer;
  readonly expiresInSeconds: number;
}

export interface StoredRecord {
  readonly id: Buffer;
  readonly sealed: Buffer;
  readonly consumedAt: Instant | null;
}

/** Token buckets in the database, so that replicas share them and a restart resets none. */
export interface Buckets {
  /** Takes one if there is one. */
  take(key: Buffer, bucket: Bucket, at: Instant): Promise<boolean>;
  giveBack(key: Buffer, bucket: Bucket): Promise<void>;
}

export interface Bucket {
  readonly capacity: number;
  readonly refillMs: number;
}

/** What strangers stand in to try something, and who has its turn. Keys are hashes: none says whose it is. */
export interface Lines {
  /** Joins where one stands in it not yet; `spend`: on one's turn, leaves with it. */
  step(place: Place, rules: LineRules, spend: boolean, at: Instant): Promise<Stepped>;
  /** Back to the front, for somebody whose turn came to nothing. */
  stepBack(place: Place, until: Instant): Promise<void>;
  /** A try that need not have stood in it. */
  shorten(line: Buffer, byMs: number): Promise<void>;
}

export interface Place {
  readonly line: Buffer;
  readonly network: Buffer;
  readonly holder: Buffer;
}

export interface LineRules {
  /** A try is made as often as this. */
  readonly everyMs: number;
  /** So much earlier than its time: a first few need not wait. */
  readonly slackMs: number;
  /** Who may wait. */
  readonly most: number;
  /** Who has not looked for as long is gone. */
  readonly awayMs: number;
  /** For as long it stays one's turn. */
  readonly turnMs: number;
  /** How many lines a network may join; null where that is not counted. */
  readonly crowd: { readonly key: Buffer; readonly bucket: Bucket } | null;
}

/**
 * `shared`: somebody of the same network stands there, `full`: too many do, `crowded`: the network joins too many lines.
 * Of these three none has a place.
 */
export interface Stepped {
  readonly answer: "turn" | "wait" | "shared" | "full" | "crowded";
  readonly waitMs: number;
}

export interface SetupTokens {
  administratorExists(): Promise<boolean>;
  stands(hash: Buffer, at: Instant): Promise<boolean>;
  /** Voids every earlier one. */
  replace(hash: Buffer, expiresAt: Instant): Promise<void>;
  voidAll(): Promise<void>;
}

export interface SigningKeys {
  /** The one of the current generation of the installation's key first: it signs. */
  all(): Promise<{ readonly kid: string; readonly generation: number; readonly sealed: Buffer }[]>;
  /** Stores it only where its generation has none yet: of two replicas that make one at once, one key wins. */
  add(kid: string, generation: number, sealed: Buffer): Promise<void>;
}

/** The installation's key, as sign-in uses it. While it is rotated there are two. */
export interface Sealer {
  /** A secret of the current key's for one purpose. */
  derive(purpose: string): Buffer;
  /** The current key's, and those of the others that are accepted: none of these is given to anybody. */
  deriveAll(purpose: string): readonly Buffer[];
  /** For what is kept as a hash of something nobody here knows: it stays the same, whatever becomes of the key. */
  lasting(purpose: LastingPurpose): Buffer;
  seal(context: string, clear: string): Buffer;
  /** Whichever accepted key it was sealed with. @throws when that was none, or it was altered or moved */
  open(context: string, sealed: Buffer): string;
  /** The key that comes into use next, or the current one. */
  readonly newest: { readonly generation: number; seal(context: string, clear: string): Buffer };
  /** Calls back when other keys are accepted or another is the current one, and waits for what that does. */
  onChange(callback: () => Promise<void>): void;
}

export type LastingPurpose = "recovery codes" | "oidc record keys";
