import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** A service of `docker-compose.yml`, as far as tests look at it. */
export interface ComposedService {
  readonly image: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly deploy?: { readonly replicas: number };
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

/** The services of `docker-compose.yml`, every variable replaced by its value in `variables`. */
export function readCompose(variables: Readonly<Record<string, string>>): Readonly<Record<string, ComposedService>> {
  const text = readFileSync(new URL('../../docker-compose.yml', import.meta.url), 'utf8');
  const filled = text.replaceAll(/\$\{(\w+)(?::\?[^}]*)?\}/g, (_, name: string) => {
    const value = variables[name];
    if (value === undefined) throw new Error(`docker-compose.yml asks for ${name}`);
    return value;
  });
  return parse(filled, { merge: true }).services;
}

/** The same settings with the places of the containers replaced by those of plain processes. */
export function elsewhere(environment: Readonly<Record<string, string>>, places: Readonly<Record<string, string>>): Record<string, string> {
  const moved = (value: string) => Object.entries(places).reduce((text, [from, to]) => text.replaceAll(from, to), value);
  return Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, moved(value)]));
}

/** What a process decides by itself: where it listens and where it writes. */
const placed = new Set(['listeners', 'advertised.listeners', 'controller.quorum.voters', 'log.dirs']);

/** The broker properties that the settings of the Kafka image stand for, without its places. */
export function brokerProperties(environment: Readonly<Record<string, string>>): Record<string, string> {
  const named = Object.entries(environment).map(([key, value]) => [key.replace('KAFKA_', '').toLowerCase().replaceAll('_', '.'), value]);
  return Object.fromEntries(named.filter(([key = '']) => !placed.has(key)));
}
