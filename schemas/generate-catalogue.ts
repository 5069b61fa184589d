import { parseCsv } from './csv.ts';

const list = (cell: string | undefined): string[] => (cell ?? '').split('|').filter((v) => v !== '' && v !== '-');
const quote = (values: readonly string[]): string => `[${values.map((v) => `'${v}'`).join(', ')}]`;
const text = (value: string | undefined): string => `'${(value ?? '').replaceAll("'", "\\'")}'`;

/** Writes `services/domain/events/catalogue.generated.ts` from the catalogue of status codes, `schemas/events.csv`. */
export function generateCatalogue(csv: string): string {
  const rows = parseCsv(csv).map((row) => {
    const milestones = list(row['milestone']);
    const fields = [
      `agency: ${text(row['agency'])}`,
      `subjects: ${quote(list(row['subject']))}`,
      `classifiers: ${quote(list(row['classifiers']))}`,
      `effect: ${text(row['effect'])}`,
      ...(milestones.length > 0 ? [`milestone: ${text(milestones[0])}`] : []),
      `lane: ${text(row['lane'])}`,
      `directions: ${quote(list(row['directions']))}`,
      `en: ${text(row['name_en'])}`,
      `zh: ${text(row['name_zh'])}`,
    ];
    return `  '${row['code']}': { ${fields.join(', ')} },`;
  });
  return `// Generated from schemas/events.csv by \`pnpm generate\`; do not edit.

/** Every status code: who publishes it, of what it speaks, what it does and what it is called. */
export const catalogue = {
${rows.join('\n')}
} as const;

/** A status code of the catalogue, \`namespace.verb\`. */
export type Code = keyof typeof catalogue;
`;
}
