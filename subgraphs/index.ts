import type { DepartmentCard } from '../platform/subgraph/card.ts';
import { courts } from './courts/index.ts';
import { credit } from './credit/index.ts';
import { environment } from './environment/index.ts';
import { labour } from './labour/index.ts';
import { market } from './market/index.ts';
import { tax } from './tax/index.ts';
import { utilities } from './utilities/index.ts';

/** The one list of departments. Their order is the order of everything that is done department by department. */
export const departments: readonly DepartmentCard[] = [market, tax, courts, environment, labour, utilities, credit];

/** The department that knows who the subjects are: importers ask it whom a row is about. */
export const subjectDirectory = credit.name;
