import { authorityOf, providerOf } from '../../platform/import/authority.ts';
import { counterpartOf } from '../../platform/import/counterpart.ts';
import { type RecordSheet, recordSheet } from '../../platform/import/draft.ts';
import { defineSheet } from '../../platform/sheets/index.ts';
import { nameKey } from '../../schema/identifiers/name-key.ts';
import { withheldByItsSource } from '../double-publicity/columns.ts';
import { publicationDeadlineOf } from '../publication/terms.ts';
import { licenceSheetColumns } from './columns.ts';
import { licenceFindings, licenceStatus, validityOf } from './rules.ts';

/** 行政许可: a row is one licence to one counterpart (发改办财金〔2018〕424号). */
export function licenceSheet(): RecordSheet {
  return recordSheet({
    type: 'AdministrativeLicence',
    title: '行政许可',
    sheet: defineSheet({ columns: licenceSheetColumns, check: licenceFindings }),
    draft(values) {
      const counterpart = counterpartOf(values);
      if ('rejected' in counterpart) return counterpart;
      const authority = authorityOf(values);
      if ('rejected' in authority) return authority;
      const number = values.documentNumber ?? values.certificateNumber ?? '';
      const { validFrom, validTo } = validityOf(values);
      const known = values.status === null ? null : licenceStatus(values.status, standardOf(values));
      const status = known === undefined ? 'OTHER' : known;
      return {
        counterpart,
        keyedBy: 'NAME',
        naturalKey: [nameKey(number), authority.creditCode ?? nameKey(authority.name), values.decidedOn],
        authority,
        provider: providerOf(values, authority),
        documentNumber: values.documentNumber,
        decidedOn: values.decidedOn,
        effectiveUntil: validTo,
        publishedOn: null,
        ...publicationDeadlineOf(values.decidedOn),
        publicationEndsOn: values.publicationEndsOn,
        accessLevel: values.publicity ?? 'PUBLIC',
        withheldReason: withheldByItsSource({ ...values, isWithdrawn: status === 'WITHDRAWN' }),
        sortedOn: values.decidedOn,
        marks: known === undefined ? ['CODE_UNKNOWN'] : [],
        own: {
          counterpartCategory: values.counterpartCategory,
          legalRepresentativeName: values.legalRepresentativeName,
          documentName: values.documentName ?? values.projectName,
          licenceCategory: values.licenceCategory,
          certificateName: values.certificateName,
          certificateNumber: values.certificateNumber,
          content: values.content,
          validFrom,
          validTo,
          status,
        },
      };
    },
  });
}

/** The standard of 2015 knew projects (项目名称) and neither named documents nor a first day of validity. */
function standardOf(values: {
  readonly projectName: string | null;
  readonly documentName: string | null;
  readonly validFrom: string | null;
}): 'in2015' | 'in2018' {
  return values.projectName !== null && values.documentName === null && values.validFrom === null ? 'in2015' : 'in2018';
}
