import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cachedDirectory } from './download-cache.ts';
import { findMaven } from './java.ts';

const run = promisify(execFile);
const pom = fileURLToPath(new URL('pom.xml', import.meta.url));
const copy = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
const pomText = readFileSync(pom, 'utf8');
/** Another version has another place. */
const mark = createHash('sha256').update(pomText).digest('hex').slice(0, 12);

export const kafkaVersion = /<artifactId>kafka_[\d.]+<\/artifactId>\s*<version>(.+?)</.exec(pomText)?.[1] ?? '';

/**
 * The directory with the jars of the Kafka that `pom.xml` names. Maven fetches them when they are not in the cache,
 * from the repositories and through the proxies of its own settings.
 */
export const kafkaJars = (): Promise<string> =>
  cachedDirectory(`kafka-${mark}`, (directory) =>
    run(findMaven() ?? 'mvn', ['-B', '-q', '-f', pom, copy, '-DincludeScope=runtime', `-DoutputDirectory=${directory}`]),
  );
