/** A question that the page offers; the gateway serves the list beside the page. */
export interface Example {
  readonly title: string;
  readonly description: string;
  readonly query: string;
  readonly variables?: Record<string, unknown>;
}

export async function fetchExamples(): Promise<readonly Example[]> {
  const response = await fetch(new URL('explorer/examples.json', location.href));
  if (!response.ok) throw new Error(`没有读到示例（HTTP ${response.status}）。`);
  return response.json();
}

/** The question that the code in the bar is put into: the first that takes an identifier. */
export function profileAmong(examples: readonly Example[]): Example | undefined {
  return examples.find((example) => 'identifier' in (example.variables ?? {}));
}

/** What stands in the editor: what the question is for, as a comment, then the question. */
export function documentOf(example: Example): string {
  return `# ${example.title}\n# ${example.description}\n\n${example.query.trim()}\n`;
}

/** The same for a person who opens the page for the first time. */
export function welcomeOf(example: Example): string {
  return [
    `# ${example.title}`,
    `# ${example.description}`,
    '#',
    '# 在页面上方输入代码、按回车，即可看到该主体的信用档案。',
    '# 也可以改写下面的查询，按 Ctrl+Enter 运行。',
    '# 代码写在下方「变量」栏；左侧第一个图标是接口文档。',
    '',
    example.query.trim(),
    '',
  ].join('\n');
}

export function variablesOf(example: Example): string {
  return JSON.stringify(example.variables ?? {}, null, 2);
}
