/** crypto/ed25519.js, which verifies each signature once. */

import { isSigned as verify } from "../../crypto/ed25519.js";
import { remember } from "./remember.mjs";

export * from "../../crypto/ed25519.js";
export const isSigned = remember(verify);
