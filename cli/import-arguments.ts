/** What `npm run import` is to do. */
export type ImportTask =
  | {
      readonly kind: 'IMPORT';
      readonly item: string;
      readonly paths: readonly string[];
      readonly again: boolean;
      readonly isDryRun: boolean;
      readonly isConfirmed: boolean;
    }
  | { readonly kind: 'WITHDRAW'; readonly batch: string; readonly isConfirmed: boolean }
  | { readonly kind: 'LIST'; readonly item: string | undefined; readonly page: number };

const SEE_HELP = '用 npm run import -- --help 查看用法。';
/** Which options go with which task; those with a value. */
const ALLOWED = {
  IMPORT: ['--again', '--dry-run', '--confirm'],
  WITHDRAW: ['--withdraw', '--confirm'],
  LIST: ['--list', '--page'],
} as const;
const WITH_VALUE = ['--withdraw', '--page'];

/** @throws Error with a Chinese sentence for whatever is not one of the tasks. */
export function importTask(args: readonly string[]): ImportTask {
  const options = new Map<string, string>();
  const words: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const [name = '', given] = (args[at] ?? '').split(/=(.*)/su);
    if (!name.startsWith('--')) {
      words.push(args[at] ?? '');
      continue;
    }
    if (!Object.values<readonly string[]>(ALLOWED).some((known) => known.includes(name)))
      throw new Error(`不认识选项 ${name}。${SEE_HELP}`);
    const value = WITH_VALUE.includes(name) ? (given ?? args[++at]) : given;
    if (WITH_VALUE.includes(name) && (value === undefined || value === '' || value.startsWith('--')))
      throw new Error(`选项 ${name} 之后应写明${name === '--page' ? '页码' : '批次'}。${SEE_HELP}`);
    options.set(name, value ?? '');
  }
  const kind = options.has('--list') ? 'LIST' : options.has('--withdraw') ? 'WITHDRAW' : 'IMPORT';
  const stray = [...options.keys()].find((name) => !(ALLOWED[kind] as readonly string[]).includes(name));
  if (stray) throw new Error(`选项 ${stray} 不能用在这里。${SEE_HELP}`);
  return taskOf(kind, options, words);
}

function taskOf(kind: ImportTask['kind'], options: ReadonlyMap<string, string>, words: readonly string[]): ImportTask {
  const [item, ...paths] = words;
  const isConfirmed = options.has('--confirm');
  if (kind === 'LIST') {
    const page = options.get('--page') ?? '1';
    if (paths.length > 0 || !/^[1-9]\d{0,5}$/u.test(page))
      throw new Error('用法:npm run import -- --list [目录项] [--page <页码>]。');
    return { kind, item, page: Number(page) };
  }
  if (kind === 'WITHDRAW') {
    if (item !== undefined) throw new Error('用法:npm run import -- --withdraw <批次> [--confirm]。');
    return { kind, batch: options.get('--withdraw') ?? '', isConfirmed };
  }
  if (item === undefined || paths.length === 0)
    throw new Error('用法:npm run import -- <目录项> <文件…>。用 --help 查看目录项。');
  return { kind, item, paths, again: options.has('--again'), isDryRun: options.has('--dry-run'), isConfirmed };
}
