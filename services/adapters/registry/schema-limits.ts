/** Bounds of one writer schema, far above any of ours: the text, the nesting of its definitions, the fields in all. */
export const schemaLimits = { maxCharacters: 256 * 1024, maxDepth: 64, maxFields: 2_000 } as const;

/** False for a schema whose reading alone could cost too much; throws on what is no JSON. */
export function isWithinLimits(text: string): boolean {
  if (text.length > schemaLimits.maxCharacters) return false;
  let fields = 0;
  const waiting: [value: unknown, depth: number][] = [[JSON.parse(text), 0]];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [value, depth] = next;
    if (typeof value !== 'object' || value === null) continue;
    if (depth > schemaLimits.maxDepth) return false;
    if ('fields' in value && Array.isArray(value.fields)) fields += value.fields.length;
    if (fields > schemaLimits.maxFields) return false;
    for (const inner of Object.values(value)) waiting.push([inner, depth + 1]);
  }
  return true;
}
