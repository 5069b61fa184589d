import type { Code } from '@clearquay/domain/events/catalogue.generated.ts';
import { isCode } from '@clearquay/domain/events/codes.ts';
import type { Action } from '@clearquay/domain/events/status-event.ts';
import type { Partner } from './partner.ts';

/** The physical move that a document code reports. */
export type Move = 'gate-in' | 'gate-out' | 'discharge' | 'load';

/** One document code (BGM 1001) of one message. `custom` marks codes that mean other things in the plain directory. */
export interface DocumentCode {
  readonly message: string;
  readonly bgm: string;
  readonly basis: 'custom' | 'directory';
  readonly move: Move;
}

/** Document codes by custom and of the D.00B directory; both are valid under either release. */
export const documentCodes: readonly DocumentCode[] = [
  { message: 'CODECO', bgm: '34', basis: 'custom', move: 'gate-in' },
  { message: 'CODECO', bgm: '109', basis: 'directory', move: 'gate-in' },
  { message: 'CODECO', bgm: '36', basis: 'custom', move: 'gate-out' },
  { message: 'CODECO', bgm: '111', basis: 'directory', move: 'gate-out' },
  { message: 'COARRI', bgm: '44', basis: 'custom', move: 'discharge' },
  { message: 'COARRI', bgm: '98', basis: 'custom', move: 'discharge' },
  { message: 'COARRI', bgm: '119', basis: 'directory', move: 'discharge' },
  { message: 'COARRI', bgm: '46', basis: 'custom', move: 'load' },
  { message: 'COARRI', bgm: '270', basis: 'custom', move: 'load' },
  { message: 'COARRI', bgm: '122', basis: 'directory', move: 'load' },
];

/** The status code of a move, for a full box (or one of unknown load) and for an empty one. */
export const moveCodes: Readonly<Record<Move, { readonly full: Code; readonly empty: Code }>> = {
  'gate-in': { full: 'terminal.gated-in', empty: 'terminal.empty-returned' },
  'gate-out': { full: 'terminal.gated-out', empty: 'terminal.empty-picked-up' },
  discharge: { full: 'terminal.discharged', empty: 'terminal.discharged' },
  load: { full: 'terminal.loaded', empty: 'terminal.loaded' },
};

/** What a document code stands for: a move, to be ignored, or nothing known. */
export type DocumentMeaning = { readonly move: Move; readonly code?: Code } | 'ignore' | undefined;

const moveOf = (code: string): Move | undefined =>
  (Object.keys(moveCodes) as Move[]).find((move) => moveCodes[move].full === code || moveCodes[move].empty === code);

/** Where a code that is no move of its own takes place: at the gate or at the quay. */
const usualMoves: Readonly<Record<string, Move>> = { CODECO: 'gate-in', COARRI: 'discharge' };

/**
 * Looks in the partner's own table first, then in the common one. A partner row that gives a full-box code stands for
 * the move, so an empty box still becomes a return or a pick-up; any other code is taken as it is.
 */
export function meaningOf(partner: Partner, message: string, release: string, bgm: string): DocumentMeaning {
  const own = partner.codes.find((row) => row.message === message && row.bgm === bgm && (row.release === release || row.release === '*'));
  if (own?.code === 'ignore') return 'ignore';
  if (own && isCode(own.code)) {
    const move = moveOf(own.code) ?? usualMoves[message];
    if (move) return moveCodes[move].full === own.code ? { move } : { move, code: own.code };
  }
  const row = documentCodes.find((r) => r.message === message && r.bgm === bgm);
  return row && { move: row.move };
}

/** Message function (1225) → action. 6 confirms and 7 repeats what was said; a repetition keeps the identity of the first. */
export const functionActions: Readonly<Record<string, Action>> = {
  '1': 'cancel',
  '2': 'report',
  '3': 'cancel',
  '4': 'correct',
  '5': 'correct',
  '7': 'report',
  '9': 'report',
};
