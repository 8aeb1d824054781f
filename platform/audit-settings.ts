import { basename, dirname, join, resolve } from 'node:path';
import type { Setting } from './config.ts';

/** Where the trace of every look is kept, and who vouches for it. */
export interface AuditConfig {
  /** The audit chain's own database; without one its schema lives where the departments do. */
  readonly databaseUrl: string | undefined;
  /** The file that signed heads are added to. */
  readonly heads: string;
  /** A URL that signed heads are posted to, or a program that is given each on standard input. */
  readonly anchor: string | undefined;
  /** The file of the signing keys. */
  readonly keys: string;
  readonly digest: 'sha256' | 'sm3';
  /** `sm2` for keys that are made from now on; those that there are stay what they are. */
  readonly signature: 'ed25519' | 'sm2';
}

const isAnything = (text: string): boolean => text.trim() !== '';

export const AUDIT_SETTINGS: readonly Setting[] = [
  {
    name: 'AUDIT_DATABASE_URL',
    expected: 'postgres:// 开头的连接串',
    about: '审计链自己的数据库;不设则与各部门同库',
    isValid: (text) => URL.canParse(text) && ['postgres:', 'postgresql:'].includes(new URL(text).protocol),
  },
  {
    name: 'AUDIT_HEADS',
    expected: '一个文件',
    about: '签名链头文件,每分钟与停止时追加一行,宜放在另一台机器;默认在数据目录之旁',
    isValid: isAnything,
  },
  {
    name: 'AUDIT_ANCHOR',
    expected: 'http(s):// 开头的地址,或一个程序的路径',
    about: '每个签名链头另交给它存证(POST,或标准输入);默认不交',
    isValid: isAnything,
  },
  {
    name: 'AUDIT_KEYS',
    expected: '一个文件',
    about: '链头与回执的签名私钥;不设则在数据目录中生成',
    isValid: isAnything,
  },
  {
    name: 'AUDIT_ALGORITHMS',
    expected: 'international 或 national',
    about: '散列与签名:SHA-256、Ed25519,或国密 SM3、SM2',
    standard: 'international',
    isValid: (text) => /^(international|national)$/u.test(text),
  },
];

export function auditConfig(values: Readonly<Record<string, string | undefined>>, dataDirectory: string): AuditConfig {
  const isNational = values.AUDIT_ALGORITHMS === 'national';
  const beside = join(dirname(dataDirectory), `${basename(dataDirectory)}-audit-heads.jsonl`);
  return {
    databaseUrl: values.AUDIT_DATABASE_URL,
    heads: values.AUDIT_HEADS === undefined ? beside : resolve(values.AUDIT_HEADS),
    anchor: values.AUDIT_ANCHOR,
    keys: values.AUDIT_KEYS === undefined ? join(dataDirectory, 'signing-keys.json') : resolve(values.AUDIT_KEYS),
    digest: isNational ? 'sm3' : 'sha256',
    signature: isNational ? 'sm2' : 'ed25519',
  };
}
