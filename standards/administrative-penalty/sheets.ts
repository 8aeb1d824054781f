import { authorityOf, providerOf } from '../../platform/import/authority.ts';
import { counterpartOf } from '../../platform/import/counterpart.ts';
import { type RecordSheet, recordSheet } from '../../platform/import/draft.ts';
import { defineSheet } from '../../platform/sheets/index.ts';
import { nameKey } from '../../schema/identifiers/name-key.ts';
import { withoutIdNumbers } from '../../schema/identifiers/redact.ts';
import { withheldByItsSource } from '../double-publicity/columns.ts';
import { publicationOfPenalty } from '../publication/penalty-publication.ts';
import { penaltySheetColumns } from './columns.ts';
import { isPositive, penaltyFindings } from './rules.ts';

/** What a department's own law adds to the shared standard. */
export interface PenaltyRules {
  /** Why a penalty of these types is kept and not published; null where it is. */
  readonly withheldReason?: (penaltyTypes: readonly string[]) => string | null;
}

/** 行政处罚: a row is one decision against one counterpart (发改办财金〔2018〕424号). */
export function penaltySheet(rules: PenaltyRules = {}): RecordSheet {
  return recordSheet({
    type: 'AdministrativePenalty',
    title: '行政处罚',
    sheet: defineSheet({ columns: penaltySheetColumns, check: penaltyFindings }),
    draft(values) {
      const counterpart = counterpartOf(values);
      if ('rejected' in counterpart) return counterpart;
      const authority = authorityOf(values);
      if ('rejected' in authority) return authority;
      const penaltyTypes = [...new Set([...values.penaltyTypes, ...(values.furtherPenaltyTypes ?? [])])];
      const fine = isPositive(values.fine) ? values.fine : null;
      const confiscated = isPositive(values.confiscated) ? values.confiscated : null;
      const legalBasis = withoutIdNumbers(values.legalBasis);
      const { procedure, severity, decidedOn, publicationEndsOn, isPublished } = values;
      const weighed = { penaltyTypes, procedure, severity, fine, confiscated, legalBasis };
      const {
        publicationRule,
        marks,
        withheldReason: ruleReason,
        ...publication
      } = publicationOfPenalty({ ...weighed, decidedOn, publicationEndsOn, isPublished });
      return {
        counterpart,
        keyedBy: 'NAME',
        naturalKey: [nameKey(values.documentNumber), authority.creditCode ?? nameKey(authority.name), values.decidedOn],
        authority,
        provider: providerOf(values, authority),
        documentNumber: values.documentNumber,
        decidedOn: values.decidedOn,
        effectiveUntil: values.effectiveUntil,
        publishedOn: null,
        ...publication,
        accessLevel: values.publicity ?? 'PUBLIC',
        withheldReason: withheldByItsSource(values) ?? rules.withheldReason?.(penaltyTypes) ?? ruleReason,
        sortedOn: values.decidedOn,
        marks,
        own: {
          counterpartCategory: values.counterpartCategory,
          legalRepresentativeName: values.legalRepresentativeName,
          violationType: withoutIdNumbers(values.violationType ?? values.penaltyTitle ?? ''),
          violationFacts: withoutIdNumbers(values.violationFacts),
          legalBasis,
          penaltyTypes,
          content: withoutIdNumbers(values.content),
          fine,
          fineCurrency: fine === null ? null : 'CNY',
          confiscated,
          confiscatedCurrency: confiscated === null ? null : 'CNY',
          affectedLicence: values.affectedLicence === null ? null : withoutIdNumbers(values.affectedLicence),
          procedure,
          severity,
          publicationRule,
        },
      };
    },
  });
}
