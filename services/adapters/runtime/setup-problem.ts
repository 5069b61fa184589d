/** Why a start is refused: the setting or file that is wrong and what to do about it, never the value. */
export interface SetupProblem {
  readonly key: string;
  readonly remedy: string;
}
