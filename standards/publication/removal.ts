import { coded, date, labelIn, OCCASIONAL, text } from '../../platform/sheets/index.ts';

/** The columns of who left a list, when, why and by which document (移出), where lists have a decision for it. */
export const decidedRemovalColumns = {
  removedOn: date(['移出日期', '移出时间'], { describes: OCCASIONAL }),
  removalReason: coded(['移出原因'], labelIn('removal-reasons'), { describes: OCCASIONAL }),
  removalDocumentNumber: text(['移出决定书文号', '移出决定文书号', '移出文号'], {
    maxLength: 128,
    describes: OCCASIONAL,
  }),
};
