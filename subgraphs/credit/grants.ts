import type { SchemaGrants } from '../../platform/database/index.ts';

/** What the credit office's roles may do with its tables, where that is not the default (platform/database/grants.ts). */
export const grants: SchemaGrants = {
  // Sealed numbers are written and never read, changed or removed: opening and erasing them is the owner's.
  personal_numbers: {
    app: 'insert, select (number_hash, type, subject_id, registered_at)',
    persons: 'select (number_hash, type, subject_id, registered_at)',
  },
  // A natural person's full name is here alone.
  subjects: { persons: 'select' },
  masked_subjects: { reads: 'select' },
  subject_identifiers: { reads: 'select', app: 'select, insert, update, delete' },
  subject_names: { reads: 'select', app: 'select, insert, update, delete' },
  searched_texts: { reads: 'select', app: 'select, insert' },
  catalogue_items: { reads: 'select', app: 'select, insert, update, delete' },
  followers: { reads: 'select' },
};
