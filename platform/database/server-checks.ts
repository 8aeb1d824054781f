import type postgres from 'postgres';

type Session = postgres.Sql | postgres.TransactionSql;

export interface ServerFacts {
  readonly version: string;
  readonly database: string;
  readonly role: string;
  /** Whether our role may create roles and let them create schemas here. */
  readonly mayCreateRoles: boolean;
}

interface Facts {
  readonly number: number;
  readonly version: string;
  readonly database: string;
  readonly role: string;
  readonly encoding: string;
  readonly ctype: string;
  readonly provider: string;
  readonly may_create: boolean;
  readonly may_create_roles: boolean;
}

/**
 * Whether this database can serve us: PostgreSQL 15 or newer, UTF-8, room for schemas, and trigrams of Chinese names.
 * With the locale `C` the last finds nothing and says nothing, so it is tried.
 * @throws Error with a Chinese sentence for the first thing that is wrong.
 */
export async function checkServer(sql: Session): Promise<ServerFacts> {
  const [facts] = await sql<Facts[]>`
    select current_setting('server_version_num')::int as number,
           split_part(current_setting('server_version'), ' ', 1) as version,
           current_database()::text as database,
           current_user::text as role,
           pg_encoding_to_char(d.encoding)::text as encoding,
           d.datctype::text as ctype,
           case d.datlocprovider when 'b' then 'builtin' when 'i' then 'icu' else 'libc' end as provider,
           has_database_privilege(d.oid, 'create') as may_create,
           r.rolsuper or (r.rolcreaterole and has_database_privilege(d.oid, 'create with grant option')) as may_create_roles
    from pg_database d, pg_roles r
    where d.datname = current_database() and r.rolname = current_user`;
  if (facts === undefined) throw new Error('数据库没有回答关于自身的查询。');
  const { number, version, database, role, encoding } = facts;
  if (number < 150_000) throw new Error(`PostgreSQL 版本过低：需要 15 或更高，实际为 ${version}。`);
  if (encoding !== 'UTF8')
    throw new Error(`数据库 ${database} 的编码是 ${encoding}，需要 UTF8；请用 ENCODING 'UTF8' 新建一个库。`);
  if (!facts.may_create) {
    throw new Error(
      `角色 ${role} 无权在数据库 ${database} 中建立模式；请执行 GRANT CREATE ON DATABASE ${database} TO ${role}。`,
    );
  }
  await ensureTrigrams(sql, facts);
  return { version, database, role, mayCreateRoles: facts.may_create_roles };
}

async function ensureTrigrams(sql: Session, { database, ctype, provider }: Facts): Promise<void> {
  const installed = await sql`select 1 from pg_extension where extname = 'pg_trgm'`;
  if (installed.length === 0) {
    await sql`create extension pg_trgm with schema public`.catch((error: unknown) => {
      throw new Error(
        `数据库 ${database} 缺少扩展 pg_trgm，而当前角色无法安装它；请由管理员执行 CREATE EXTENSION pg_trgm。`,
        {
          cause: error,
        },
      );
    });
  }
  // As parameters: esbuild escapes no templates, and V8 keeps a whole program in two bytes a character for one that is not Latin-1.
  const [found] = await sql<{ trigrams: number; lower: string }[]>`
    select cardinality(show_trgm(${'食品安全'}::text)) as trigrams, lower(${'Ａ'}::text) as lower`.catch(
    (error: unknown) => {
      throw new Error(`数据库 ${database} 的扩展 pg_trgm 不在搜索路径中；请把它装在模式 public 里。`, { cause: error });
    },
  );
  if ((found?.trigrams ?? 0) > 0 && found?.lower === 'ａ') return;
  throw new Error(
    `数据库 ${database} 的区域设置（LC_CTYPE 为 ${ctype}，由 ${provider} 提供）不认识汉字，名称检索会悄悄地查不到任何结果；请用 LOCALE 'C.UTF-8' TEMPLATE template0 新建一个库，已有数据用 pg_dump 迁入，再把 DATABASE_URL 指向它。`,
  );
}
