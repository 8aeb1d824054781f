import { BlockList, isIP } from 'node:net';
import type { Setting } from './config.ts';

/** How callers prove who they are, and where this installation stands in that. */
export interface AccessConfig {
  /** Whether real callers rely on it: nothing of the demonstration is believed then. */
  readonly isProduction: boolean;
  /** Under which address callers know the gateway; undefined: the one at which it listens. */
  readonly publicUrl: URL | undefined;
  /** The OpenID Connect issuer whose tokens are believed. */
  readonly issuer: URL | undefined;
  /** The `aud` that a token for us names. */
  readonly audience: string;
  /** The claim that tells how well a person's name was proven, and its values that count as a real name. */
  readonly realName: { readonly claim: string; readonly values: readonly string[] };
  /** The claim that holds the credit code of the person's own subject. */
  readonly subjectClaim: string;
  /** The claim that holds the person's own ID number. */
  readonly personClaim: string;
  /** Whether the issuer's word that somebody represents a company suffices where its registration holds no number. */
  readonly isIssuerEnough: boolean;
  /** As what the page for companies' representatives logs them in at the issuer; public (PKCE alone) without a secret. */
  readonly page: { readonly clientId: string; readonly clientSecret: string | undefined };
  /** The header in which a proxy of ours hands on the caller's certificate, in lower case. */
  readonly certificateHeader: string;
  /** Addresses or networks (CIDR) of those proxies; nobody else's header is believed. */
  readonly trustedProxies: readonly string[];
  /** The embedded issuer: demanded, forbidden, or (undefined) there where the demonstration is. */
  readonly demonstrationIssuer: boolean | undefined;
}

const isSwitch = (text: string): boolean => /^(on|off)$/u.test(text);
const isClaim = (text: string): boolean => /^[\w:./-]{1,100}$/u.test(text);
const words = (text: string | undefined): readonly string[] => (text ?? '').split(/[\s,]+/u).filter(Boolean);

/** Keys that come over an unprotected network are nobody's: plain HTTP only within this machine. */
function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, search, hash, username } = new URL(text);
  if (search !== '' || hash !== '' || username !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && /^(127\.0\.0\.1|localhost|\[::1\])$/u.test(hostname));
}

function isBaseUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, search, hash, username } = new URL(text);
  return /^https?:$/u.test(protocol) && search === '' && hash === '' && username === '';
}

export const ACCESS_SETTINGS: readonly Setting[] = [
  {
    name: 'PRODUCTION',
    expected: 'on 或 off',
    about: '正式运行:不启用任何演示身份',
    standard: 'off',
    isValid: isSwitch,
  },
  {
    name: 'PUBLIC_URL',
    expected: 'http:// 或 https:// 开头、不含参数的地址',
    about: '调用方所见的网关地址(在代理之后时必须设),DPoP 证明据此核对',
    isValid: isBaseUrl,
  },
  {
    name: 'OIDC_ISSUER',
    expected: 'https:// 开头的地址(本机可用 http://)',
    about: '身份签发方(OpenID Connect issuer);不设则只有匿名访问',
    isValid: isSafeUrl,
  },
  {
    name: 'OIDC_AUDIENCE',
    expected: '令牌的 aud',
    about: '访问令牌须写明的受众',
    standard: 'credit-graph',
    isValid: (text) => text.trim() !== '',
  },
  {
    name: 'OIDC_REAL_NAME_CLAIM',
    expected: '声明(claim)的名称',
    about: '令牌中表示实名核验等级的声明',
    standard: 'real_name_level',
    isValid: isClaim,
  },
  {
    name: 'OIDC_REAL_NAME_VALUES',
    expected: '以逗号分隔的取值',
    about: '该声明的哪些取值算作已实名;不设则无人可查本人档案',
    isValid: (text) => words(text).length > 0,
  },
  {
    name: 'OIDC_SUBJECT_CLAIM',
    expected: '声明(claim)的名称',
    about: '令牌中本人所属主体的统一社会信用代码',
    standard: 'subject_credit_code',
    isValid: isClaim,
  },
  {
    name: 'OIDC_PERSON_CLAIM',
    expected: '声明(claim)的名称',
    about: '令牌中本人的公民身份号码:与登记的法定代表人比对;未写所代表的主体时,也凭以打开本人档案',
    standard: 'citizen_id_number',
    isValid: isClaim,
  },
  {
    name: 'OIDC_VOUCHES_FOR_REPRESENTATIVES',
    expected: 'on 或 off',
    about: '登记未载法定代表人号码的企业,是否仅凭身份签发方所写即可由其代表决定授权',
    standard: 'off',
    isValid: isSwitch,
  },
  {
    name: 'OIDC_PAGE_CLIENT_ID',
    expected: '身份签发方处登记的 client_id',
    about: '企业授权确认页在身份签发方处登录所用的客户(授权码加 PKCE)',
    standard: 'credit-graph-authorizations',
    isValid: (text) => /^[\w.:-]{1,128}$/u.test(text),
  },
  {
    name: 'OIDC_PAGE_CLIENT_SECRET',
    expected: '口令',
    about: '该客户的口令;不设则为公开客户',
    isValid: (text) => text.trim() !== '',
  },
  {
    name: 'CLIENT_CERTIFICATE_HEADER',
    expected: '请求头的名称',
    about: '代理以此请求头转交调用方的 TLS 证书或其 SHA-256 指纹',
    standard: 'client-cert',
    isValid: (text) => /^[\w-]{1,60}$/u.test(text),
  },
  {
    name: 'TRUSTED_PROXIES',
    expected: '以逗号分隔的 IP 地址或网段(如 10.1.0.0/16)',
    about: '只有它们转交的证书才可信',
    isValid: (text) => words(text).length > 0 && words(text).every(isNetwork),
  },
  {
    name: 'DEMONSTRATION_ISSUER',
    expected: 'on 或 off',
    about: '内置的演示身份签发方;默认随虚构的云泽市启用(未设 OIDC_ISSUER 时)',
    isValid: isSwitch,
  },
];

/** What settings that are each valid cannot mean together, a sentence each. */
export function accessMistakes(values: Readonly<Record<string, string | undefined>>): readonly string[] {
  const mistakes: string[] = [];
  if (values.PRODUCTION === 'on') {
    for (const name of ['DEMONSTRATION', 'DEMONSTRATION_ISSUER'])
      if (values[name] === 'on') mistakes.push(`PRODUCTION=on 时不能设 ${name}=on:正式运行不启用演示数据与演示身份。`);
  }
  if (values.DEMONSTRATION_ISSUER === 'on' && values.OIDC_ISSUER !== undefined)
    mistakes.push('OIDC_ISSUER 与 DEMONSTRATION_ISSUER=on 只能设其一:只信一个身份签发方。');
  return mistakes;
}

export function accessConfig(values: Readonly<Record<string, string | undefined>>): AccessConfig {
  const given = values.DEMONSTRATION_ISSUER;
  return {
    isProduction: values.PRODUCTION === 'on',
    publicUrl: values.PUBLIC_URL === undefined ? undefined : new URL(values.PUBLIC_URL),
    issuer: values.OIDC_ISSUER === undefined ? undefined : new URL(values.OIDC_ISSUER),
    audience: values.OIDC_AUDIENCE ?? '',
    realName: { claim: values.OIDC_REAL_NAME_CLAIM ?? '', values: words(values.OIDC_REAL_NAME_VALUES) },
    subjectClaim: values.OIDC_SUBJECT_CLAIM ?? '',
    personClaim: values.OIDC_PERSON_CLAIM ?? '',
    isIssuerEnough: values.OIDC_VOUCHES_FOR_REPRESENTATIVES === 'on',
    page: { clientId: values.OIDC_PAGE_CLIENT_ID ?? '', clientSecret: values.OIDC_PAGE_CLIENT_SECRET },
    certificateHeader: (values.CLIENT_CERTIFICATE_HEADER ?? '').toLowerCase(),
    trustedProxies: words(values.TRUSTED_PROXIES),
    demonstrationIssuer: given === undefined ? undefined : given === 'on',
  };
}

/** Whether an address is one of these addresses or in one of these networks. */
export function networks(texts: readonly string[]): (address: string | undefined) => boolean {
  const list = new BlockList();
  for (const text of texts) {
    const [address = '', prefix] = text.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return (address) => {
    // A server that listens on both families sees IPv4 callers in IPv6's clothes.
    const plain = address?.replace(/^::ffff:(?=\d+\.)/u, '') ?? '';
    const family = isIP(plain);
    return family !== 0 && list.check(plain, family === 6 ? 'ipv6' : 'ipv4');
  };
}

function isNetwork(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/u.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128));
}
