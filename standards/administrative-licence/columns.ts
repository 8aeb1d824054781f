import { authorityColumns } from '../../platform/import/authority.ts';
import { coded, date, OCCASIONAL, period, telling, text, wordsOf } from '../../platform/sheets/index.ts';
import { codeIn } from '../../schema/codes/city.ts';
import {
  alsoNamed,
  doublePublicityCounterpart,
  doublePublicityScope,
  legalRepresentativeColumn,
} from '../double-publicity/columns.ts';

/**
 * The items of a licence in the double-publicity data standard (发改办财金〔2018〕424号) with their XK_ codes, the names of
 * its predecessor of 2015, and headers seen in published files. 备注 is not public and stays in `source`.
 */
export const licenceSheetColumns = {
  ...doublePublicityCounterpart,
  counterpartName: alsoNamed(doublePublicityCounterpart.counterpartName, [
    '单位',
    '被许可人',
    '被许可人名称',
    'XK_XDR',
  ]),
  counterpartCategory: alsoNamed(doublePublicityCounterpart.counterpartCategory, ['XK_XDR_TYPE']),
  organizationCode: alsoNamed(doublePublicityCounterpart.organizationCode, ['机构代码', 'XK_XDR_ZDM']),
  registrationNumber: alsoNamed(doublePublicityCounterpart.registrationNumber, ['XK_XDR_GSDJ']),
  othersIdNumbers: alsoNamed(doublePublicityCounterpart.othersIdNumbers, ['XK_FR_ZJHM', 'XK_FR_ZJLX']),
  ...authorityColumns(['许可机关', '许可机构', '许可部门', '行政许可机关', '许可机关名称', 'XK_XKJG', 'XK_XZJG']),
  legalRepresentativeName: legalRepresentativeColumn(['XK_FRDB', 'XK_FDDB', 'XK_FR']),
  documentName: text(['行政许可决定文书名称', '许可决定文书名称', '许可文书名称', 'XK_XKWS'], {
    maxLength: 200,
    describes: { example: '准予行政许可决定书' },
  }),
  /** Of 2015, in place of the document's name. */
  projectName: text(['项目名称', '许可名称', '许可事项', '许可事项名称', 'XK_XMMC'], {
    maxLength: 200,
    describes: OCCASIONAL,
  }),
  documentNumber: text(
    [
      '行政许可决定文书号',
      '行政许可决定书文号',
      '行政许可决定文书文号',
      '许可决定文书号',
      '许可决定书文号',
      '许可文书号',
      '许可书文号',
      '行政许可文号',
      'XK_WSH',
    ],
    { maxLength: 128, describes: { example: '云审许〔2026〕7号' } },
  ),
  licenceCategory: coded(
    ['许可类别', '许可类型', '审批类别', '审批类型', 'XK_XKLB', 'XK_SPLB'],
    telling(categoryOf, wordsOf('licence-categories')),
    {
      isRequired: true,
      otherwise: '06',
    },
  ),
  certificateName: text(['许可证书名称', '许可证名称', '证书名称', 'XK_XKZS'], {
    maxLength: 200,
    describes: { example: '许可证' },
  }),
  certificateNumber: text(['许可编号', '许可证编号', '许可证书编号', '许可证号', '证书编号', 'XK_XKBH'], {
    maxLength: 128,
    describes: { example: 'XK9901020007' },
  }),
  content: text(['许可内容', '行政许可内容', '许可范围', 'XK_NR'], {
    isRequired: true,
    maxLength: 4000,
    describes: { example: '准予从事所申请的活动。' },
  }),
  decidedOn: date(['许可决定日期', '行政许可决定日期', '作出行政许可的日期', '作出行政许可决定的日期', 'XK_JDRQ'], {
    isRequired: true,
  }),
  validFrom: date(['有效期自', '有效期起', '有效期起始日期', '许可生效期', '许可有效期自', 'XK_YXQZ']),
  validTo: date(
    ['有效期至', '有效期止', '有效期截止日期', '许可有效期至', '许可截止期', '许可截至期', 'XK_YXQZI', 'XK_JZQ'],
    { openEnded: true },
  ),
  validity: period(['有效期', '有效期限', '许可有效期', '许可有效期限'], { describes: OCCASIONAL }),
  publicationEndsOn: date(['公示截止期', '公示截止日期', 'XK_GSJZQ'], { openEnded: true }),
  status: text(['当前状态', '许可状态', '许可证状态', '状态', 'XK_ZT'], {
    maxLength: 32,
    describes: { kind: 'CODE', words: wordsOf('licence-statuses'), isOpen: true },
  }),
  ...doublePublicityScope,
};

/** 其他 comes with what it is: 其他-备案. */
function categoryOf(word: string): string | undefined {
  return codeIn('licence-categories', word.replace(/^(其他|其它)[\s\p{Pd}::(（].*$/su, '$1')) ?? undefined;
}
