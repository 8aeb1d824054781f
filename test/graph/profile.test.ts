import { expect, it } from 'vitest';
import { isFar, testCity } from '../support/city.ts';

const city = await testCity();
const CODE = '91990102MA0000015T';

await city.take('credit.subject', `机构名称,统一社会信用代码,行政区划\n云泽晨光机械有限公司,${CODE},990102\n`);
await city.take(
  'tax.credit-rating',
  `纳税人名称,统一社会信用代码,评价年度,信用等级,评价单位\n云泽晨光机械有限公司,${CODE},2025,A,云泽市税务局\n`,
);

const PROFILE = `query Profile($identifier: String!) {
  subject(identifier: $identifier) {
    id name district { label }
    listings { totalCount }
    market { registration { status { label } } penalties { totalCount nodes { id } } }
    tax { creditRatings { totalCount nodes { year grade { code } } } arrears { totalCount } }
    courts { dishonestDebtorEntries { totalCount } }
    environment { creditRatings { totalCount } penalties { totalCount } }
  }
}`;

it('A profile joins what five departments hold', async () => {
  const { status, data, errors } = await city.ask(PROFILE, { identifier: CODE });
  expect({ status, errors }).toEqual({ status: 200, errors: [] });
  expect(data.subject).toEqual({
    id: CODE,
    name: '云泽晨光机械有限公司',
    district: { label: '临江区' },
    listings: { totalCount: 0 },
    market: { registration: null, penalties: { totalCount: 0, nodes: [] } },
    tax: {
      creditRatings: { totalCount: 1, nodes: [{ year: 2025, grade: { code: 'A' } }] },
      arrears: { totalCount: 0 },
    },
    courts: { dishonestDebtorEntries: { totalCount: 0 } },
    environment: { creditRatings: { totalCount: 0 }, penalties: { totalCount: 0 } },
  });
});

it.skipIf(isFar)(
  'A profile costs each department one statement (counted in this process, so only where they are near)',
  async () => {
    await city.ask(PROFILE, { identifier: CODE });
    expect(city.statements.map((text) => /\/\* (\w+)/u.exec(text)?.[1]).sort()).toEqual([
      'courts',
      'credit',
      'environment',
      'market',
      'tax',
    ]);
  },
);
