import type { CallerRole } from '../platform/viewer/viewer.ts';
import { cityTax, creditOffice } from './generator/authorities.ts';
import { inventedCode } from './generator/codes.ts';
import { indebtedPerson } from './person.ts';
import { behindWithBills } from './story.ts';

/** A client of the invented city that is ready to ask: one for each role, two for subjects, which are companies and persons. */
export interface ReadyClient {
  readonly id: string;
  readonly role: Exclude<CallerRole, 'ANONYMOUS'>;
  /** Who that is, for the person who chooses. */
  readonly title: string;
  readonly organisationName: string;
  readonly organisationCreditCode: string | null;
  readonly department: string | null;
  /** The credit code under which its person's real name was proven. */
  readonly subjectCreditCode: string | null;
  /** The ID number of a person who acts for nobody else. */
  readonly personIdNumber?: string;
}

const city = (eight: string, kind: string): string => inventedCode(kind, '990100', eight);

/** What the embedded issuer's tokens say of a person whose name was proven. */
export const PROVEN_REAL_NAME = 'VERIFIED';

export const readyClients: readonly ReadyClient[] = [
  {
    id: 'demonstration-portal',
    role: 'PORTAL',
    title: '门户:信用云泽',
    organisationName: '云泽市公共信用信息中心',
    organisationCreditCode: city('MB1A0901', '12'),
    department: null,
    subjectCreditCode: null,
  },
  {
    id: 'demonstration-analyst',
    role: 'ANALYST',
    title: '分析人员:云泽市经济信息中心',
    organisationName: '云泽市经济信息中心',
    organisationCreditCode: city('MB1A0902', '12'),
    department: null,
    subjectCreditCode: null,
  },
  {
    id: 'demonstration-bank',
    role: 'BANK',
    title: '合作银行:云泽农村商业银行',
    organisationName: '云泽农村商业银行股份有限公司',
    organisationCreditCode: city('MA1A0903', '91'),
    department: null,
    subjectCreditCode: null,
  },
  {
    id: 'demonstration-department',
    role: 'DEPARTMENT',
    title: '部门:市税务局',
    organisationName: cityTax.name,
    organisationCreditCode: cityTax.creditCode,
    department: 'tax',
    subjectCreditCode: null,
  },
  {
    id: 'demonstration-subject',
    role: 'SUBJECT',
    title: `主体代表:${behindWithBills.name}`,
    organisationName: '云泽市公共信用信息中心',
    organisationCreditCode: city('MB1A0901', '12'),
    department: null,
    subjectCreditCode: behindWithBills.creditCode,
  },
  {
    id: 'demonstration-person',
    role: 'SUBJECT',
    title: `本人:${indebtedPerson.name}`,
    organisationName: '云泽市公共信用信息中心',
    organisationCreditCode: city('MB1A0901', '12'),
    department: null,
    subjectCreditCode: null,
    personIdNumber: indebtedPerson.idNumber,
  },
  {
    id: 'demonstration-credit-office',
    role: 'CREDIT_OFFICE',
    title: '信用办:市发展和改革委员会',
    organisationName: creditOffice.name,
    organisationCreditCode: creditOffice.creditCode,
    department: 'credit',
    subjectCreditCode: null,
  },
  {
    id: 'demonstration-auditor',
    role: 'AUDITOR',
    title: '审计:云泽市审计局',
    organisationName: '云泽市审计局',
    organisationCreditCode: city('MB1A0904', '11'),
    department: null,
    subjectCreditCode: null,
  },
];
