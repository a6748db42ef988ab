import { postgresHarness } from "./postgres-harness.ts";
import { targetContract } from "./target-contract.ts";

targetContract("postgres", postgresHarness);
