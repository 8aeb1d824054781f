import { spellings } from '../../generator/days.ts';
import { REGISTRATION_HEADERS, registrationRow, SUBJECT_HEADERS, subjectRow } from '../../generator/registrations.ts';
import { atOnce, type CityItem } from '../item.ts';
import { isPublic } from '../subject.ts';

export const registryItems: readonly CityItem[] = [
  {
    item: 'credit.subject',
    title: '云泽市法人和其他组织统一社会信用代码基础数据',
    headers: SUBJECT_HEADERS,
    batches: atOnce(1),
    rows: ({ registered, index }) => [subjectRow(registered, index + 1)],
    mistakes: {
      name: '机构名称',
      code: '统一社会信用代码',
      required: ['机构名称'],
      date: '成立日期',
      word: '行业分类代码',
      isNameChecked: false,
    },
  },
  {
    item: 'market.registration',
    title: '云泽市经营主体登记信息',
    headers: REGISTRATION_HEADERS,
    batches: atOnce(1),
    rows(subject) {
      if (isPublic(subject.kind)) return [];
      const by = subject.by('registration');
      return [registrationRow(subject.registered, by.pick(spellings), by.happens(80) ? '长期' : '9999-9-9')];
    },
    mistakes: {
      name: '企业名称',
      code: '统一社会信用代码',
      required: ['登记状态', '企业名称'],
      date: '成立日期',
      amount: { header: '注册资本（万元）', unit: '万元' },
      word: '行业代码',
      own: [
        (row) => ({ ...row, 成立日期: '', 核准日期: '' }),
        (row) => ({ ...row, 登记机关: '', 登记机关统一社会信用代码: '' }),
      ],
    },
  },
];
