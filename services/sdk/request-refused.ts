/** The server refused a request; `code` is a `CQ_` code when the answer was problem details (RFC 9457). */
export class RequestRefused extends Error {
  readonly status: number;
  readonly code: string | undefined;
  /** The body as sent, for what is in `errors`. */
  readonly body: string;

  constructor(status: number, body: string) {
    const details = problemOf(body);
    super(details.detail ?? `The server answered ${status}.`);
    this.name = 'RequestRefused';
    this.status = status;
    this.code = details.code;
    this.body = body;
  }
}

function problemOf(body: string): { readonly code?: string; readonly detail?: string } {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
