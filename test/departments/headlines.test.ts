import { describe, expect, it } from 'vitest';
import { courts } from '../../subgraphs/courts/index.ts';
import { tax } from '../../subgraphs/tax/index.ts';

const documentNumber = '（2025）泽0104执1194号';

describe('the line about a record', () => {
  it.each([
    [tax, 'MajorTaxViolation', { grounds: ['TAX_EVASION', 'ABSCONDING'] }, '偷税、走逃（失联）'],
    [tax, 'AdministrativePenalty', { violationType: '未按期申报' }, '未按期申报'],
    [tax, 'TaxPayment', { year: 2025, taxType: 'VALUE_ADDED_TAX' }, '2025年度 增值税'],
    [courts, 'ConsumptionRestriction', { documentNumber }, documentNumber],
    [courts, 'EnforcementCase', { documentNumber, cause: '买卖合同纠纷' }, `${documentNumber} 买卖合同纠纷`],
    [courts, 'EnforcementCase', { documentNumber, cause: null }, documentNumber],
    [
      courts,
      'JudgmentSummary',
      { documentNumber, documentType: 'JUDGMENT', role: 'DEFENDANT', cause: null },
      `${documentNumber} 判决书 被告`,
    ],
  ] as const)('number %#', (department, type, columns, line) => {
    expect(department.records[type]?.headline?.(columns)).toBe(line);
  });
});
