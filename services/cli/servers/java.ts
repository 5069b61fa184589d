import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { programsOnPath } from './programs.ts';

/** Where Debian and macOS put Java. */
const homes = ['/usr/lib/jvm', '/Library/Java/JavaVirtualMachines'];

function javas(): string[] {
  const installed = homes.filter((home) => existsSync(home)).flatMap((home) => readdirSync(home).map((name) => join(home, name)));
  const roots = [process.env['JAVA_HOME'], ...installed].filter((root) => root !== undefined);
  const programs = roots.flatMap((root) => [join(root, 'bin/java'), join(root, 'Contents/Home/bin/java')]).filter((p) => existsSync(p));
  return [...programs, ...programsOnPath('java')];
}

/** The path of a Java of at least a major version; nothing when there is none. */
export function findJava(major: number): string | undefined {
  return javas().find((java) => Number(/version "(\d+)/.exec(spawnSync(java, ['-version']).stderr?.toString())?.[1]) >= major);
}

/** The path of Maven, which fetches what Java runs; nothing when there is none. */
export const findMaven = (): string | undefined => programsOnPath('mvn')[0];
