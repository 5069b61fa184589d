/** Who calls. `parties`, `sources` and `ports` narrow what the roles other than admin may see or send. */
export interface Principal {
  readonly id: string;
  readonly role: 'admin' | 'operator' | 'subscriber' | 'analyst';
}

/** Turns a bearer token into a caller, or into nothing. */
export interface Authenticator {
  authenticate(token: string): Principal | undefined;
}
