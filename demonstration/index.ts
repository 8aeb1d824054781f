export const demonstrationFiles: readonly { readonly item: string; readonly path: string }[] = [];
export const examples: readonly {
  readonly title: string;
  readonly description: string;
  readonly query: string;
  readonly variables?: Record<string, unknown>;
}[] = [];
