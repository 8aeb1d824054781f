/** One sentence for the bar about what came back. */
export interface Answer {
  readonly tone: 'found' | 'partial' | 'absent' | 'problem';
  readonly sentence: string;
}

interface ProfileAnswer {
  readonly data?: { readonly subject?: { readonly name?: unknown } | null } | null;
  readonly errors?: readonly { readonly message: string }[];
}

export function sentenceAbout(identifier: string, text: string): Answer | undefined {
  const answer = parseAnswer(text);
  if (!answer) return undefined;
  const subject = answer.data?.subject;
  const errors = answer.errors ?? [];
  if (subject) {
    const name = typeof subject.name === 'string' ? subject.name : identifier;
    return errors.length
      ? { tone: 'partial', sentence: `${name}：部分内容暂缺，原因见结果末尾` }
      : { tone: 'found', sentence: `${name}：信用档案见右侧` };
  }
  const [first] = errors;
  return first
    ? { tone: 'problem', sentence: first.message }
    : { tone: 'absent', sentence: `没有查到 ${identifier} 对应的主体` };
}

function parseAnswer(text: string): ProfileAnswer | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
