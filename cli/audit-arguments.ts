import { parseArgs } from 'node:util';
import type { AuditConfig } from '../platform/audit-settings.ts';

export type AuditTask =
  | { readonly kind: 'EXPORT'; readonly file: string | undefined }
  | {
      readonly kind: 'VERIFY';
      readonly file: string;
      readonly heads: string;
      readonly keys: string;
      /** Whether the database's table of authorizations is held against the chain as well. */
      readonly withDatabase: boolean;
    }
  | { readonly kind: 'HEADS' | 'KEYS' | 'ROTATE' };

/** What `npm run audit` is asked. @throws Error with a Chinese sentence. */
export function auditTask(args: readonly string[], config: AuditConfig): AuditTask {
  const { positionals, values } = parsed(args);
  const [what = '', file, ...more] = positionals;
  if (more.length > 0) throw new Error(`多余的参数:${more.join(' ')}。用法见 npm run audit -- --help。`);
  if (what === 'export') return { kind: 'EXPORT', file };
  if (what === 'verify') {
    if (file === undefined) throw new Error('请给出要核验的导出文件:npm run audit -- verify <导出文件>。');
    if (values.keys === undefined)
      throw new Error('请以 --keys 给出公钥文件(JWKS),取自网关 /.well-known/jwks.json 或 npm run audit -- keys。');
    const { keys, heads = config.heads, database = false } = values;
    return { kind: 'VERIFY', file, heads, keys, withDatabase: database };
  }
  const kind = ({ heads: 'HEADS', keys: 'KEYS', rotate: 'ROTATE' } as const)[what];
  if (kind && file === undefined) return { kind };
  throw new Error('请写 export、verify、heads、keys 或 rotate;用法见 npm run audit -- --help。');
}

function parsed(args: readonly string[]) {
  try {
    const options = { heads: { type: 'string' }, keys: { type: 'string' }, database: { type: 'boolean' } } as const;
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    throw new Error('参数有误:用法见 npm run audit -- --help。', { cause: error });
  }
}
