import { defineConfig } from 'drizzle-kit';

const department = process.env.DEPARTMENT ?? '';
const folder = department === 'gateway' ? './gateway' : `./subgraphs/${department}`;

/** One department's tables, or the gateway's own, as migrations of its own; `npm run generate` runs this for each. */
export default defineConfig({
  dialect: 'postgresql',
  casing: 'snake_case',
  schema: `${folder}/tables.ts`,
  out: `${folder}/migrations`,
  migrations: { prefix: 'index' },
});
