import { SCOPES } from '../gateway/access/scopes.ts';
import { CLIENT_ROLES, type ClientRole } from '../gateway/register/client.ts';
import { isCreditCode, parse } from '../schema/identifiers/credit-code.ts';

/** What `npm run clients` is to do. */
export type ClientsTask =
  | {
      readonly kind: 'ADD';
      readonly id: string;
      readonly role: ClientRole;
      readonly organisationName: string;
      readonly organisationCreditCode: string | null;
      readonly department: string | null;
      readonly scopes: readonly string[];
      readonly quota: number | null;
      readonly credential: GivenCredential;
    }
  | { readonly kind: 'ROTATE'; readonly id: string; readonly credential: GivenCredential; readonly overlapMs: number }
  | { readonly kind: 'SUSPEND'; readonly id: string; readonly reason: string | null }
  | { readonly kind: 'RESUME'; readonly id: string }
  | { readonly kind: 'LIST'; readonly id: string | undefined };

/** How credentials come: public keys in a file, a secret that we make, or nothing. */
export type GivenCredential =
  | { readonly kind: 'PRIVATE_KEY_JWT'; readonly path: string }
  | { readonly kind: 'CLIENT_SECRET' }
  | { readonly kind: 'ISSUER' };

const SEE_HELP = '用 npm run clients -- --help 查看用法。';
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  add: ['--role', '--organisation', '--credit-code', '--department', '--scopes', '--quota', '--jwks', '--secret'],
  rotate: ['--jwks', '--secret', '--overlap'],
  suspend: ['--reason'],
  resume: [],
  list: [],
};
const WITHOUT_VALUE = ['--secret'];
const HOUR_MS = 3_600_000;

/** @throws Error with a Chinese sentence for whatever is not one of the tasks. */
export function clientsTask(args: readonly string[], departments: readonly string[]): ClientsTask {
  const [command = '', ...rest] = args;
  const allowed = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  if (!allowed)
    throw new Error(
      `应写明 ${Object.keys(COMMANDS).join('、')} 之一${command === '' ? '' : `,现为“${command}”`}。${SEE_HELP}`,
    );
  const { options, words } = split(rest, allowed);
  const [id, ...more] = words;
  if (more.length > 0 || (id === undefined && command !== 'list'))
    throw new Error(`${command} 之后应写明一个客户代号。${SEE_HELP}`);
  if (command === 'list') return { kind: 'LIST', id };
  const client = id ?? '';
  if (command === 'suspend') return { kind: 'SUSPEND', id: client, reason: options.get('--reason') ?? null };
  if (command === 'resume') return { kind: 'RESUME', id: client };
  const credential = credentialOf(options);
  if (command === 'rotate') {
    if (credential.kind === 'ISSUER')
      throw new Error(`rotate 须以 --jwks <文件> 给出新公钥,或以 --secret 换发口令。${SEE_HELP}`);
    const hours = whole(options, '--overlap', '小时数', 0, 24 * 90) ?? 24;
    return { kind: 'ROTATE', id: client, credential, overlapMs: hours * HOUR_MS };
  }
  return { ...addition(options, departments), kind: 'ADD', id: client, credential };
}

function addition(options: ReadonlyMap<string, string>, departments: readonly string[]) {
  const role = CLIENT_ROLES.find((one) => one === options.get('--role'));
  if (!role) throw new Error(`--role 应为 ${CLIENT_ROLES.join('、')} 之一。`);
  const organisationName = options.get('--organisation');
  if (organisationName === undefined) throw new Error('须以 --organisation 写明客户所属单位的名称。');
  const code = options.get('--credit-code') ?? null;
  if (code !== null && !isCreditCode(code))
    throw new Error('--credit-code 应为单位的统一社会信用代码(18 位,校验位正确)。');
  const department = options.get('--department') ?? null;
  if ((role === 'DEPARTMENT' || role === 'CREDIT_OFFICE') !== (department !== null))
    throw new Error('角色 DEPARTMENT 与 CREDIT_OFFICE 须以 --department 写明是哪个部门,其他角色不写。');
  if (department !== null && !departments.includes(department))
    throw new Error(`--department 应为 ${departments.join('、')} 之一。`);
  const scopes = (options.get('--scopes') ?? '').split(',').filter(Boolean);
  const wrong = scopes.find((scope) => !(scope in SCOPES));
  if (wrong !== undefined) throw new Error(`--scopes 应为以逗号分隔的权限范围:${named(SCOPES)};不认识 ${wrong}。`);
  return {
    role,
    organisationName,
    organisationCreditCode: code === null ? null : parse(code),
    department,
    scopes,
    quota: whole(options, '--quota', '每日额度(点数)', 1, 2_000_000_000) ?? null,
  };
}

function credentialOf(options: ReadonlyMap<string, string>): GivenCredential {
  const path = options.get('--jwks');
  if (path !== undefined && options.has('--secret')) throw new Error('--jwks 与 --secret 只能用其一。');
  if (path !== undefined) return { kind: 'PRIVATE_KEY_JWT', path };
  return options.has('--secret') ? { kind: 'CLIENT_SECRET' } : { kind: 'ISSUER' };
}

function whole(
  options: ReadonlyMap<string, string>,
  name: string,
  what: string,
  least: number,
  most: number,
): number | undefined {
  const text = options.get(name);
  if (text === undefined) return undefined;
  if (/^\d{1,10}$/u.test(text) && Number(text) >= least && Number(text) <= most) return Number(text);
  throw new Error(`${name} 应为 ${least} 至 ${most} 的整数:${what}。`);
}

function split(args: readonly string[], allowed: readonly string[]) {
  const options = new Map<string, string>();
  const words: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const [name = '', given] = (args[at] ?? '').split(/=(.*)/su);
    if (!name.startsWith('--')) {
      words.push(args[at] ?? '');
      continue;
    }
    if (!allowed.includes(name)) throw new Error(`选项 ${name} 不能用在这里。${SEE_HELP}`);
    const value = WITHOUT_VALUE.includes(name) ? '' : (given ?? args[++at]);
    if (value === undefined || (value === '' && !WITHOUT_VALUE.includes(name)) || value.startsWith('--'))
      throw new Error(`选项 ${name} 之后应写明其值。${SEE_HELP}`);
    options.set(name, value);
  }
  return { options, words };
}

function named(scopes: Readonly<Record<string, string>>): string {
  return Object.entries(scopes)
    .map(([code, label]) => `${code}(${label})`)
    .join('、');
}
