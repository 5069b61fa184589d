import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);
const rules = readFileSync(new URL('test/SPEC.md', root), 'utf8')
  .split('\n')
  .filter((line) => /^\| [A-Z][0-9]+ \|/.test(line))
  .map((line) => {
    const [, rule = '', , held = ''] = line.split('|').map((cell) => cell.trim());
    const [, file = '', title = ''] = /^`([^`]+)` › (.+)$/.exec(held) ?? [];
    return { rule, file, title };
  });

test('there are rules', () => {
  expect(rules.length).toBeGreaterThan(50);
});

test.each(rules)('$rule is held by "$title"', ({ file, title }) => {
  expect(title).not.toBe('');
  expect(readFileSync(new URL(file, root), 'utf8')).toContain(title);
});
