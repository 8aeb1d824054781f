import { resolve } from 'node:path';
import { ACCESS_SETTINGS, type AccessConfig, accessConfig, accessMistakes } from './access-settings.ts';
import { AUDIT_SETTINGS, type AuditConfig, auditConfig } from './audit-settings.ts';
import { CACHE_SETTINGS, type CacheConfig, cacheConfig } from './cache-settings.ts';
import { OBSERVING_SETTINGS, type ObservingConfig, observingConfig } from './observing-settings.ts';

/** How one installation runs. Everything that can be set is here, and `SETTINGS` tells it to people. */
export interface Config {
  readonly port: number;
  /** A second port, for those who bring a credential; none without it. */
  readonly bankPort: number | undefined;
  readonly host: string;
  readonly dataDirectory: string;
  readonly databaseUrl: string | undefined;
  readonly codesDirectory: string | undefined;
  readonly secret: string | undefined;
  /** The key of natural persons' numbers, where departments of one city have secrets of their own. */
  readonly personsKey: string | undefined;
  readonly logLevel: string;
  /** In place of the table of deadlines. */
  readonly departmentDeadlineMs: number | undefined;
  readonly statementTimeoutMs: number;
  /** What ends or takes back more than this share of an item's records needs to be confirmed. */
  readonly confirmShare: number;
  /** The file of the supergraph, where it is not the one that comes with the product. */
  readonly supergraph: string | undefined;
  /** For how long `/health/ready` says that it stops before it does. */
  readonly drainMs: number;
  /** Whether long and dear questions are answered in a process of their own (docs/limits.md). */
  readonly secondProcess: boolean;
  /** What joins the departments' answers: see gateway/executor. */
  readonly executor: 'apollo' | 'hive';
  /** Whether the invented city is imported into an empty database. */
  readonly demonstration: boolean;
  /** The folder of manifests of trusted documents. */
  readonly trustedDocuments: string | undefined;
  /** Which edition of GraphQL over HTTP decides statuses: see gateway/statuses.ts. */
  readonly statusEdition: 'audited' | 'draft';
  /** The gateway's own database; without one its schema lives where the departments do. */
  readonly gatewayDatabaseUrl: string | undefined;
  readonly access: AccessConfig;
  readonly audit: AuditConfig;
  readonly observing: ObservingConfig;
  readonly cache: CacheConfig;
  readonly departments: Readonly<Record<string, DepartmentConfig>>;
}

/** What may be set for one department. */
export interface DepartmentConfig {
  readonly url: URL | undefined;
  readonly databaseUrl: string | undefined;
  readonly viewerKey: string | undefined;
  readonly port: number | undefined;
}

export interface Setting {
  readonly name: string;
  readonly expected: string;
  readonly about: string;
  readonly standard?: string;
  readonly isValid: (text: string) => boolean;
}

const isPort = (text: string): boolean => /^\d{1,5}$/u.test(text) && Number(text) <= 65_535;
const isMilliseconds = (text: string): boolean => /^\d{2,6}$/u.test(text);
const isUrlOf =
  (...protocols: string[]) =>
  (text: string): boolean =>
    URL.canParse(text) && protocols.includes(new URL(text).protocol);
const isPostgresUrl = isUrlOf('postgres:', 'postgresql:');
const isHttpUrl = isUrlOf('http:', 'https:');
const isAnything = (text: string): boolean => text.trim() !== '';

const SETTINGS: readonly Setting[] = [
  { name: 'PORT', expected: '0 至 65535 的端口号', about: '网关端口', standard: '4000', isValid: isPort },
  {
    name: 'BANK_PORT',
    expected: '0 至 65535 的端口号',
    about: '另开一个端口,只接受带凭证的请求(合作银行专线),繁忙时不与公众的连接一同等候;不设则没有',
    isValid: isPort,
  },
  {
    name: 'HOST',
    expected: '要监听的地址',
    about: '网关监听地址,默认只有本机可达',
    standard: '127.0.0.1',
    isValid: isAnything,
  },
  {
    name: 'DATA_DIR',
    expected: '一个目录',
    about: '数据目录:内置数据库、密钥、退回行文件',
    standard: '.data',
    isValid: isAnything,
  },
  {
    name: 'DATABASE_URL',
    expected: 'postgres:// 开头的连接串',
    about: '自备 PostgreSQL(15 及以上);不设则用内置数据库',
    isValid: isPostgresUrl,
  },
  {
    name: 'SECRET',
    expected: '至少 32 字节的密钥',
    about: '安装密钥;不设则在数据目录中生成',
    isValid: (text) => text.length >= 32,
  },
  {
    name: 'PERSONS_KEY',
    expected: '至少 32 字节的密钥',
    about: '自然人号码的密钥,同一城市各处须一致;不设则由 SECRET 派生',
    isValid: (text) => text.length >= 32,
  },
  { name: 'CODES_DIR', expected: '一个目录', about: '本市自有代码表,同名文件取代自带的', isValid: isAnything },
  {
    name: 'LOG_LEVEL',
    expected: 'debug、info、warn、error 或 silent',
    about: '日志级别',
    standard: 'warn',
    isValid: (text) => /^(debug|info|warn|error|silent)$/u.test(text),
  },
  {
    name: 'DEPARTMENT_DEADLINE_MS',
    expected: '10 至 999999 的毫秒数',
    about: '等待一个部门应答的上限;不设则按时限表,默认 1500(见 docs/silence.md)',
    isValid: isMilliseconds,
  },
  {
    name: 'STATEMENT_TIMEOUT_MS',
    expected: '10 至 999999 的毫秒数',
    about: '一条数据库语句的上限',
    standard: '5000',
    isValid: isMilliseconds,
  },
  {
    name: 'IMPORT_CONFIRM_PERCENT',
    expected: '0 至 100 的百分数',
    about: '全量名单终止、撤回批次超过现有记录的这一比例时,须加 --confirm',
    standard: '20',
    isValid: (text) => /^(\d{1,2}|100)$/u.test(text),
  },
  {
    name: 'SUPERGRAPH',
    expected: '一个文件',
    about: '所用的超图(schema/supergraph.graphql 的替代);文件换了即换用,不能组合的不采用',
    isValid: isAnything,
  },
  {
    name: 'DRAIN_MS',
    expected: '0 至 60000 的毫秒数',
    about: '停止之前,/health/ready 先以 503 告知调用方转往别处的时间',
    standard: '0',
    isValid: (text) => /^\d{1,5}$/u.test(text) && Number(text) <= 60_000,
  },
  {
    name: 'EXECUTOR',
    expected: 'apollo 或 hive',
    about:
      '汇合各部门应答的执行器:@apollo/gateway,或 Hive 的查询规划器与本产品的执行程序(须 glibc 或 macOS;见 docs/executors.md)',
    standard: 'hive',
    isValid: (text) => /^(apollo|hive)$/u.test(text),
  },
  {
    name: 'SECOND_PROCESS',
    expected: 'on 或 off',
    about: '长的与昂贵的查询是否由第二个进程回答,使他人不必等候(见 docs/limits.md)',
    standard: 'on',
    isValid: (text) => /^(on|off)$/u.test(text),
  },
  {
    name: 'DEMONSTRATION',
    expected: 'on 或 off',
    about: '空库首次启动时导入虚构的云泽市(先是演示文件,随后在后台是其余文件);内置数据库默认 on,自备数据库默认 off',
    isValid: (text) => /^(on|off)$/u.test(text),
  },
  {
    name: 'TRUSTED_DOCUMENTS',
    expected: '一个目录',
    about: '可信查询清单的目录:<客户端>.json 或 <角色>.json(见 docs/limits.md)',
    isValid: isAnything,
  },
  {
    name: 'STATUS_EDITION',
    expected: 'audited 或 draft',
    about: 'HTTP 状态码按 graphql-http 的检验(400、200)还是 2026 年 8 月草案(422、294)',
    standard: 'audited',
    isValid: (text) => /^(audited|draft)$/u.test(text),
  },
  {
    name: 'GATEWAY_DATABASE_URL',
    expected: 'postgres:// 开头的连接串',
    about: '网关自己的数据库(客户登记等);不设则与各部门同库',
    isValid: isPostgresUrl,
  },
  ...ACCESS_SETTINGS,
  ...AUDIT_SETTINGS,
  ...OBSERVING_SETTINGS,
  ...CACHE_SETTINGS,
];

const DEPARTMENT_SETTINGS: readonly Setting[] = [
  {
    name: 'URL',
    expected: 'http:// 或 https:// 开头的地址',
    about: '该部门子图的地址;设后由网关经 HTTP 调用',
    isValid: isHttpUrl,
  },
  { name: 'DATABASE_URL', expected: 'postgres:// 开头的连接串', about: '该部门自己的数据库', isValid: isPostgresUrl },
  {
    name: 'VIEWER_KEY',
    expected: '至少 32 字节的密钥',
    about: '网关与该部门共用的签名密钥;不设则由 SECRET 派生',
    isValid: (text) => text.length >= 32,
  },
  { name: 'PORT', expected: '0 至 65535 的端口号', about: '单独运行该部门时的端口', isValid: isPort },
];

/** A configuration that cannot be: one Chinese sentence per mistake. */
export class ConfigError extends Error {
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(mistakes.join('\n'));
    this.mistakes = mistakes;
  }
}

/**
 * Reads the configuration of the given departments from environment variables.
 * @throws ConfigError with a sentence for each mistake.
 */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>>,
  departments: readonly string[],
): Config {
  const mistakes: string[] = [];
  const read = (setting: Setting, prefix = ''): string | undefined => {
    const name = `${prefix}${setting.name}`;
    const text = environment[name];
    if (text === undefined || text === '') return setting.standard;
    if (setting.isValid(text)) return text;
    const shown = /SECRET|KEY|URL|HEADERS|ENDPOINT/u.test(name) ? '' : `,现为“${text}”`;
    mistakes.push(`${name} 应为 ${setting.expected.trim()}${shown}。`);
    return undefined;
  };
  const values = Object.fromEntries(SETTINGS.map((setting) => [setting.name, read(setting)]));
  const perDepartment = departments.map((department) => {
    const prefix = `${department.toUpperCase()}_`;
    const own = Object.fromEntries(DEPARTMENT_SETTINGS.map((setting) => [setting.name, read(setting, prefix)]));
    const port = own.PORT === undefined ? undefined : Number(own.PORT);
    return [
      department,
      {
        url: own.URL === undefined ? undefined : new URL(own.URL),
        databaseUrl: own.DATABASE_URL,
        viewerKey: own.VIEWER_KEY,
        port,
      },
    ] as const;
  });
  mistakes.push(...accessMistakes(values));
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return {
    port: Number(values.PORT),
    bankPort: values.BANK_PORT === undefined ? undefined : Number(values.BANK_PORT),
    host: values.HOST ?? '',
    dataDirectory: resolve(values.DATA_DIR ?? ''),
    databaseUrl: values.DATABASE_URL,
    codesDirectory: values.CODES_DIR === undefined ? undefined : resolve(values.CODES_DIR),
    secret: values.SECRET,
    personsKey: values.PERSONS_KEY,
    logLevel: values.LOG_LEVEL ?? '',
    departmentDeadlineMs:
      values.DEPARTMENT_DEADLINE_MS === undefined ? undefined : Number(values.DEPARTMENT_DEADLINE_MS),
    statementTimeoutMs: Number(values.STATEMENT_TIMEOUT_MS),
    confirmShare: Number(values.IMPORT_CONFIRM_PERCENT) / 100,
    supergraph: values.SUPERGRAPH === undefined ? undefined : resolve(values.SUPERGRAPH),
    drainMs: Number(values.DRAIN_MS),
    executor: values.EXECUTOR === 'apollo' ? 'apollo' : 'hive',
    secondProcess: values.SECOND_PROCESS !== 'off',
    demonstration:
      (values.DEMONSTRATION ?? (values.DATABASE_URL === undefined && values.PRODUCTION !== 'on' ? 'on' : 'off')) ===
      'on',
    trustedDocuments: values.TRUSTED_DOCUMENTS === undefined ? undefined : resolve(values.TRUSTED_DOCUMENTS),
    statusEdition: values.STATUS_EDITION === 'draft' ? 'draft' : 'audited',
    gatewayDatabaseUrl: values.GATEWAY_DATABASE_URL,
    access: accessConfig(values),
    audit: auditConfig(values, resolve(values.DATA_DIR ?? '')),
    observing: observingConfig(values),
    cache: cacheConfig(values),
    departments: Object.fromEntries(perDepartment),
  };
}

/** The settings as help text, a line each. */
export function settingsHelp(departments: readonly string[]): string {
  const line = ({ name, about, standard }: Setting, prefix = ''): string =>
    `  ${`${prefix}${name}`.padEnd(28)} ${about}${standard === undefined ? '' : `(默认 ${standard})`}`;
  const names = departments.map((department) => department.toUpperCase()).join('、');
  return [
    '环境变量:',
    ...SETTINGS.map((setting) => line(setting)),
    `各部门(<部门> 为 ${names}):`,
    ...DEPARTMENT_SETTINGS.map((setting) => line(setting, '<部门>_')),
  ].join('\n');
}
