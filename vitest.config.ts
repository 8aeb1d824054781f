import { defineConfig } from 'vitest/config';
import { isDriversOwn } from './platform/database/driver-faults.ts';

/** What the gateway, the credit office or a department alone decides, wherever departments are. */
const NEAR_ENOUGH = [
  ...['http', 'messages', 'question-size', 'strange-input', 'strange-values', 'hidden-rows', 'catalogue', 'questions'],
  ...['executors', 'executors-odd', 'silence-late', 'silence-wrong', 'silence-errors', 'filters', 'supervision'],
  ...['matching', 'names', 'search-many', 'search', 'records-searched', 'identification', 'boards', 'tax-and-courts'],
  ...['commitments-and-lists', 'identifiers', 'labour-and-utilities', 'places', 'term'],
];

/** One more than the two processors that a run may count on: many tests wait for processes and servers of their own. */
const WORKERS = 3;

/** Asked far as well by `npm run prove`. */
const WHO_SEES_WHAT = ['access-matrix', 'natural-persons', 'viewer'].map((name) => `test/security/${name}.test.ts`);

/** What both projects share. The set-up is the run's, not theirs: one PostgreSQL for both. */
const project = {
  // Apollo's packages require graphql's CommonJS build; two builds in one process do not know each other's types.
  resolve: { alias: [{ find: /^graphql$/u, replacement: 'graphql/index.js' }] },
  test: {
    // Real servers, files and child processes: slow machines get their time. No test asserts a duration.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: WORKERS,
    // The files of a worker share their modules: loading the house takes longer than most files' questions. A file that
    // changes what is the process's own (its environment, the city's code tables) undoes it at its end.
    isolate: false,
  },
} as const;

export default defineConfig({
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    teardownTimeout: 60_000,
    // As the programs that serve do (cli/production.ts).
    onUnhandledError: (error) => !isDriversOwn(error),
    maxWorkers: WORKERS,
    projects: [
      { ...project, test: { ...project.test, name: 'near', include: ['test/**/*.test.ts'] } },
      // The same questions once more, with the departments in processes of their own, behind HTTP; `npm run prove` asks
      // what is left out here far, too.
      {
        ...project,
        test: {
          ...project.test,
          name: 'far',
          include: ['test/graph/**/*.test.ts', ...(process.env.FAR === 'all' ? WHO_SEES_WHAT : [])],
          exclude: process.env.FAR === 'all' ? [] : NEAR_ENOUGH.map((name) => `test/graph/${name}.test.ts`),
          env: { DEPARTMENTS: 'far' },
        },
      },
    ],
  },
});
