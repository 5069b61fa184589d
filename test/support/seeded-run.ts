/** The seed of every property test: fixed, or the one that `TEST_SEED` names, to look further or to replay a failure. */
export const seed = Number(process.env['TEST_SEED'] ?? 20260302);

/** Parameters of a fast-check run that replays; a failure prints the seed and the path. */
export const seededRuns = (numRuns: number): { readonly seed: number; readonly numRuns: number } => ({ seed, numRuns });
