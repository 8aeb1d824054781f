/** A question that the explorer offers; the first with an `identifier` is the one that its bar asks. */
export interface Example {
  readonly title: string;
  readonly description: string;
  readonly query: string;
  readonly variables: Record<string, unknown>;
}
