import { defineConfig } from 'drizzle-kit';

const department = process.env.DEPARTMENT ?? '';

/** One department's tables as migrations of its own; `npm run generate` runs this for each. */
export default defineConfig({
  dialect: 'postgresql',
  casing: 'snake_case',
  schema: `./subgraphs/${department}/tables.ts`,
  out: `./subgraphs/${department}/migrations`,
  migrations: { prefix: 'index' },
});
