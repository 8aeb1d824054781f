import type { Body, ChangeLine, Intent, Line, OutcomeLine, RefusalLine } from '../gateway/audit/line.ts';
import { codeTable } from '../schema/codes/city.ts';

/** What the audit chain knows of one request, in Chinese sentences for an operator. */
export function explained(lines: readonly Line[], titles: ReadonlyMap<string, string>): readonly string[] {
  if (lines.length === 0)
    return [
      '审计链中没有这个请求编号。可能是:只查公开信息(不留痕);未带凭证或凭证无效(401,见应答中的 reason);编号有误;或审计链当时不能写入(应答为 503 AUDIT_UNAVAILABLE,见日志)。',
    ];
  const bodies = lines.map(({ body }) => body);
  const ended = new Set(bodies.flatMap((body) => (body.kind === 'OUTCOME' ? [body.question] : [])));
  return lines.flatMap(({ sequence, body }) => [
    ...(body.kind === 'INTENT' && ended.has(body.question) ? [] : [`第 ${sequence} 行,${body.at}:${whoAsked(body)}`]),
    ...(body.kind === 'OUTCOME' ? outcome(body, titles) : []),
    ...(body.kind === 'REFUSAL' ? refusal(body) : []),
    ...(body.kind === 'CHANGE' ? [changed(body)] : []),
    ...(body.kind === 'INTENT' && !ended.has(body.question) ? [unended(body)] : []),
  ]);
}

const ROLES: Readonly<Record<string, string>> = {
  PORTAL: '门户',
  ANALYST: '分析人员',
  BANK: '银行',
  DEPARTMENT: '部门',
  SUBJECT: '信用主体',
  CREDIT_OFFICE: '信用办',
  AUDITOR: '审计人员',
};

function whoAsked({ who, purpose, authorizations }: Body): string {
  const { client, role, organisation, department, ownSubject } = who;
  const of = [
    organisation?.name,
    department === null ? undefined : `部门 ${department}`,
    ownSubject === null ? undefined : `本人主体 ${ownSubject}`,
  ];
  const label = purpose === null ? undefined : codeTable('usage-items').get(purpose)?.label;
  return [
    `客户 ${client ?? '(无)'}(${[ROLES[role] ?? role, ...of.filter(Boolean)].join(',')})`,
    purpose === null ? '未注明应用事项' : `应用事项 ${purpose}${label ? `(${label})` : ''}`,
    authorizations.length === 0 ? '未凭授权' : `凭授权 ${authorizations.join('、')}`,
  ].join(',');
}

const OUTCOMES: Readonly<Record<OutcomeLine['outcome'], string>> = {
  ANSWERED: '已完整答复。',
  PARTIAL: '部分答复,部分字段为空并附有错误。',
  REFUSED: '被拒绝,没有答复任何数据。',
  FAILED: '本系统出错,没有答复任何数据。',
  TIMED_OUT: '回答时限已到,未及查询的部分为空。',
  ABORTED: '调用方在答复之前断开,没有收到答复。',
};

function outcome(
  { outcome: ended, codes, silent, looks, packages = [], question }: OutcomeLine,
  titles: ReadonlyMap<string, string>,
): readonly string[] {
  return [
    `  结果:${OUTCOMES[ended]}回执 ${question}。`,
    ...looks.map(({ subjects, items }) => `  查了 ${subjects.join('、')} 的 ${items.map(itemName).join('、')}。`),
    ...packages.map(
      (one) =>
        `  数据包:${one.subject ?? '(未能识别的企业)'},凭授权 ${one.authorization ?? '(无效的标识)'}:${one.outcome}(${REASONS[one.outcome] ?? '见应答中的说明'})。`,
    ),
    ...(looks.length === 0 ? ['  没有查看任何主体的记录。'] : []),
    ...silent.map((name) => `  ${titles.get(name) ?? name}未应答:它的数据此次未知,不等于没有。`),
    ...reasons(codes),
  ];
}

function itemName(item: string): string {
  return { '*': '全部栏目(时间线或条数)', subject: '登记信息(名称、代码等)', accesses: '查询记录' }[item] ?? item;
}

const CHANGES: Readonly<Record<ChangeLine['change'], string>> = {
  REQUEST: '银行请求授权',
  GRANT: '企业同意授权',
  DECLINE: '企业不同意授权',
  REVOKE: '企业撤回授权',
};

const BASES: Readonly<Record<NonNullable<ChangeLine['basis']>, string>> = {
  REGISTRATION: '登记的法定代表人',
  DELEGATION: '委托',
  ISSUER: '身份签发方所写',
};

function changed({ change, subject, grantee, blocks, until, isContinuous, authorizations, basis }: ChangeLine): string {
  const times = `${isContinuous ? '期内多次' : '一次'}${basis ? `,依据${BASES[basis]}` : ''}`;
  return `  ${CHANGES[change]}:${authorizations.join()},企业 ${subject},客户 ${grantee},数据块 ${blocks.join('、')},至 ${until},${times}。`;
}

function refusal({ codes }: RefusalLine): readonly string[] {
  return ['  没有答复任何非公开信息;所问的以下各处没有答复:', ...reasons(codes)];
}

function unended({ question }: Intent): string {
  return `  已登记要查(${question}),此后没有结果:网关在答复之前中断或审计链不能写入,答复没有发出。`;
}

const REASONS: Readonly<Record<string, string>> = {
  FORBIDDEN: '身份或用途不够:官方身份须以请求头 Credit-Purpose 注明已登记的应用事项,本人档案须经实名认证',
  AUTHORIZATION_REQUIRED: '须经信用主体授权:请先取得并出示对该主体、该目录项有效的授权',
  AUTHORIZATION_ENDED: '授权已撤回、到期或用尽:如仍需查询,须请企业重新授权',
  AUTHORIZATION_STATE: '授权所处的状态不容此项办理',
  AUTHORIZATION_UNKNOWN: '没有这份授权,或它与该客户无关',
  IDEMPOTENCY_KEY_REUSED: '此幂等键已用于另一内容',
  SUBJECT_UNKNOWN: '没有此企业',
  COMPLETE: '数据包完整',
  PARTIAL: '数据包不全:有部门未应答,可稍后重试',
  UNAVAILABLE: '有关部门都未应答,可稍后重试',
  TOO_MANY_SUBJECTS: '一小时内查询的主体过多,已报告审计人员,期满即恢复',
  SERVICE_UNAVAILABLE: '本系统的登记(客户、授权)当时无法查询,可稍后重试',
  AUDIT_UNAVAILABLE: '审计链当时不能写入,可稍后重试',
  SOURCE_UNAVAILABLE: '该处的部门未应答,可稍后重试',
  TIME_BUDGET_EXCEEDED: '回答时限已到',
  BAD_USER_INPUT: '参数有误,见应答中的说明',
  GRAPHQL_VALIDATION_FAILED: '查询与该身份可见的结构不符(字段不存在或对该身份不存在)',
  GRAPHQL_PARSE_FAILED: '查询文本有语法错误',
  QUESTION_TOO_LARGE: '查询过大',
  RATE_LIMITED: '提问过快',
  QUOTA_EXCEEDED: '当日额度用尽',
  TRUSTED_DOCUMENT_REQUIRED: '该客户只能提交已登记的查询',
  PERSISTED_QUERY_NOT_FOUND: '没有此哈希的已登记查询',
  INTERNAL_SERVER_ERROR: '本系统出错,原因在日志中',
};

function reasons(codes: Readonly<Record<string, number>>): readonly string[] {
  return Object.entries(codes).map(([code, count]) => `  ${code} ${count} 处:${REASONS[code] ?? '见应答中的说明'}。`);
}
