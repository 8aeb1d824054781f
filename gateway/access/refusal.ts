import { type ErrorCode, Refusal } from '../../platform/errors.ts';

/** Why a credential does not hold, for the caller's program; the sentence is for its people. */
export type CredentialProblem =
  | 'REQUEST_MALFORMED'
  | 'ISSUER_NOT_CONFIGURED'
  | 'ISSUER_UNREACHABLE'
  | 'KEY_UNKNOWN'
  | 'TOKEN_INVALID'
  | 'TOKEN_EXPIRED'
  | 'PROOF_INVALID'
  | 'PROOF_USED'
  | 'CERTIFICATE_MISMATCH'
  | 'CLIENT_UNKNOWN'
  | 'CLIENT_SUSPENDED';

const SENTENCES: Readonly<Record<CredentialProblem, string>> = {
  REQUEST_MALFORMED: '请求头 Authorization 应为 Bearer 或 DPoP 加一个访问令牌,各请求头只出现一次。',
  ISSUER_NOT_CONFIGURED: '本系统没有配置身份签发方,不接受访问令牌;不带令牌即按匿名访问回答。',
  ISSUER_UNREACHABLE: '身份签发方暂时无法连接,签发此令牌的密钥尚未取得,因此无法核对。请稍后重试。',
  KEY_UNKNOWN: '签发此令牌的密钥不在身份签发方公布的密钥之中。请重新取得令牌。',
  TOKEN_INVALID: '访问令牌无效:签名、签发方、受众、类型或算法不符。请向本系统的身份签发方重新取得令牌。',
  TOKEN_EXPIRED: '访问令牌已过期或尚未生效。请重新取得令牌,并核对本机时钟。',
  PROOF_INVALID: 'DPoP 证明无效:须由令牌所绑定的密钥新近(60 秒内)签署,并写明本次请求的方法、地址与令牌。',
  PROOF_USED: '此 DPoP 证明已经用过。每次请求须有新的证明。',
  CERTIFICATE_MISMATCH: '此令牌绑定了 TLS 客户端证书,而本次连接没有出示该证书。',
  CLIENT_UNKNOWN: '令牌所属的客户没有在本系统登记。请与信用办联系。',
  CLIENT_SUSPENDED: '令牌所属的客户已被停用。请与信用办联系。',
};

/** The algorithms that a token or a proof may be signed with. */
export const ALGORITHMS = ['ES256', 'PS256', 'EdDSA', 'RS256'] as const;

/** A credential that does not hold: HTTP 401 with these challenges. Nothing of the credential is repeated. */
export class CredentialRefusal extends Refusal {
  /** Values of `WWW-Authenticate` (RFC 6750, RFC 9449). */
  readonly challenges: readonly string[];

  constructor(problem: CredentialProblem, retryAfter?: number) {
    const code: ErrorCode = 'UNAUTHENTICATED';
    super(SENTENCES[problem], {
      extensions: { code, reason: problem, ...(retryAfter === undefined ? {} : { retryAfter }) },
    });
    const isProof = problem === 'PROOF_INVALID' || problem === 'PROOF_USED';
    const error = problem === 'REQUEST_MALFORMED' ? 'invalid_request' : 'invalid_token';
    this.challenges = [
      ...(isProof ? [] : [`Bearer realm="credit-graph", error="${error}"`]),
      `DPoP algs="${ALGORITHMS.join(' ')}", error="${isProof ? 'invalid_dpop_proof' : error}"`,
    ];
  }
}
