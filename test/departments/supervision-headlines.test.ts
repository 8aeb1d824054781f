import { describe, expect, it } from 'vitest';
import { environment } from '../../subgraphs/environment/index.ts';
import { market } from '../../subgraphs/market/index.ts';
import { tax } from '../../subgraphs/tax/index.ts';

describe('The line about a record in the index across departments', () => {
  it.each([
    [
      market,
      'AbnormalOperationEntry',
      { form: 'MARKED', grounds: ['UNREACHABLE'] },
      /^标记为经营异常状态：通过登记的/u,
    ],
    [market, 'SeriousViolationEntry', { reason: '受到较重行政处罚' }, /^受到较重行政处罚$/u],
    [market, 'SeriousViolationEntry', { reason: '罚'.repeat(61) }, /^罚{60}…$/u],
    [
      market,
      'SpotCheckResult',
      { checkType: 'TARGETED', results: ['UNREACHABLE', 'CORRECTION_ORDERED'] },
      /^定向抽查：通过登记的住所（经营场所）无法联系；发现问题已责令改正$/u,
    ],
    // Nobody who sees no figures is told one here.
    [market, 'AnnualReport', { year: 2025 }, /^2025年度$/u],
    [
      market,
      'AdministrativeLicence',
      { licenceCategory: '01', certificateName: '食品经营许可证' },
      /^食品经营许可证$/u,
    ],
    [tax, 'AdministrativeLicence', { licenceCategory: '05', documentName: '准予许可决定书' }, /^准予许可决定书$/u],
    [environment, 'AdministrativeLicence', { licenceCategory: '04' }, /^核准$/u],
    [environment, 'PollutantDischargePermit', { permitNumber: '91130200699229617X001P' }, /^91130200699229617X001P$/u],
    [
      environment,
      'PollutantDischargePermit',
      { permitNumber: '91130200699229617X001P', managementCategory: 'KEY' },
      /^重点管理 91130200699229617X001P$/u,
    ],
  ] as const)('%# says what it is', (department, type, columns, line) => {
    expect(department.records[type]?.headline?.(columns)).toMatch(line);
  });
});
