import { type Base, findErrorBy } from '@platformatic/kafka';

/** A client of the library that can be replaced by a fresh one. */
export interface TurningClient<Client extends Base> {
  readonly current: Client;
  /** To be called when a request of `client` failed: brokers that were out of reach are asked last from now on. */
  failed(client: Client, error: unknown): void;
  close(): Promise<void>;
}

/**
 * The library asks the first broker that takes its connection, and asks it again at the next request although it never
 * answered. So a client that was not answered makes way for one that begins with the next broker.
 */
export function createTurningClient<Client extends Base>(
  brokers: readonly string[],
  create: (brokers: string[]) => Client,
): TurningClient<Client> {
  let order = [...brokers];
  let current = create(order);
  let isClosed = false;
  return {
    get current() {
      return current;
    },
    failed(client, error) {
      if (isClosed || client !== current || !(error instanceof Error) || !findErrorBy(error, 'code', 'PLT_KFK_NETWORK')) return;
      order = [...order.slice(1), ...order.slice(0, 1)];
      current = create(order);
      client.close().catch(() => undefined);
    },
    close() {
      isClosed = true;
      return current.close();
    },
  };
}
