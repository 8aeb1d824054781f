import { defineConfig } from 'drizzle-kit';

const department = process.env.DEPARTMENT ?? '';
const OWN: Readonly<Record<string, string>> = { gateway: './gateway', audit: './gateway/audit' };
const folder = OWN[department] ?? `./subgraphs/${department}`;

/** One department's tables, or one of the gateway's own schemas', as migrations of its own; `npm run generate` runs this for each. */
export default defineConfig({
  dialect: 'postgresql',
  casing: 'snake_case',
  schema: `${folder}/tables.ts`,
  out: `${folder}/migrations`,
  migrations: { prefix: 'index' },
});
