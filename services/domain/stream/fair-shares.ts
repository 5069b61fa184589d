/**
 * Divides `total` among those who could take `available` each: nobody gets more than it can take, nobody gets less
 * than another unless it takes all. What cannot be divided goes round from index `first`.
 */
export function fairShares(available: readonly number[], total: number, first: number): number[] {
  const shares = available.map(() => 0);
  const order = available.map((_, at) => (at + first) % available.length);
  for (let left = total; left > 0; ) {
    const open = order.filter((at) => (shares[at] ?? 0) < (available[at] ?? 0));
    if (open.length === 0) break;
    const each = Math.max(1, Math.floor(left / open.length));
    for (const at of open) {
      const more = Math.min(each, (available[at] ?? 0) - (shares[at] ?? 0), left);
      shares[at] = (shares[at] ?? 0) + more;
      left -= more;
    }
  }
  return shares;
}
