/** The parts of a visit's id that are keys of its tables. */
export interface VisitKey {
  readonly port: string;
  readonly container: string;
  readonly visitId: string;
}

const shape = /^([A-Z]{2}[A-Z0-9]{3})-([A-Z]{3}[UJZ][0-9]{7})-[0-9A-Za-z_-]{1,64}$/;

/** Reads the keys out of `{port}-{container}-{hash}`; any other shape names no visit. */
export function parseVisitId(visitId: string): VisitKey | undefined {
  const [, port, container] = shape.exec(visitId) ?? [];
  return port && container ? { port, container, visitId } : undefined;
}
