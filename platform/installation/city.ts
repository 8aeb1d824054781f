import { fileURLToPath } from 'node:url';
import { chooseCityCodes } from '../../schema/codes/city.ts';
import type { Config } from '../config.ts';
import { type Database, openDatabase, type SchemaGrants } from '../database/index.ts';
import type { Log } from '../log.ts';
import type { Observing } from '../observing/index.ts';
import { type PersonKeys, personKeys } from '../persons/seal.ts';
import { installationSecret, parseSecret } from '../secrets.ts';
import type { DepartmentCard } from '../subgraph/card.ts';
import { createDepartment, type Department, viewerKeyOf } from '../subgraph/department.ts';
import { farTransport, nearTransport, type Transport } from '../subgraph/transport.ts';
import { viewerHander } from '../viewer/handed.ts';
import { viewerSigner } from '../viewer/token.ts';
import { readsObserver } from './reads-figures.ts';

/** All departments of an installation as this process reaches them: near ones live here, far ones behind their URL. */
export interface City {
  readonly database: Database;
  readonly secret: Uint8Array;
  readonly personKeys: PersonKeys;
  readonly cards: readonly DepartmentCard[];
  /** The department that knows who the subjects are. */
  readonly directory: string;
  /** The departments that live in this process, by name. */
  readonly near: ReadonlyMap<string, Department>;
  readonly transports: ReadonlyMap<string, Transport>;
  /** Where figures and spans of the work of this process go; nowhere without it. */
  readonly observing?: Observing | undefined;
  /** Applies missing migrations of the near departments and of the schemas of one's own; tells how many. */
  migrate(): Promise<number>;
  stop(): Promise<void>;
}

/** A schema beside the departments' that a process keeps for itself. */
export interface OwnSchema {
  readonly name: string;
  /** The folder of its committed migrations. */
  readonly migrations: string;
  /** A database of its own; without one it lives where the departments do. */
  readonly databaseUrl: string | undefined;
  /** What its roles may do with its tables, where that is not the default. */
  readonly grants?: SchemaGrants;
}

export interface CityOptions {
  readonly config: Config;
  readonly cards: readonly DepartmentCard[];
  readonly directory: string;
  readonly log: Log;
  /** Departments to run here; the others are far where they have a URL, and absent otherwise. Default: those without URL. */
  readonly only?: readonly string[];
  /** Schemas of this process's own, opened and migrated with the departments. */
  readonly own?: readonly OwnSchema[];
  /** Connections of each department for hot reads (platform/database/clients.ts). */
  readonly hotConnections?: number;
  /** By how much PostgreSQL's processes for departments' reads come after others, where they can. */
  readonly nicerBy?: number;
  readonly say?: (sentence: string) => void;
  /** Departments read their schemas when they are asked, as suits a command that asks few; whoever serves reads them first. */
  readonly asksFew?: boolean;
  /** Where figures and spans of the near departments go; nowhere without it. */
  readonly observing?: Observing | undefined;
  /** Called with the text of each SQL statement of a department's reads. */
  readonly onStatement?: (text: string) => void;
}

export async function openCity(options: CityOptions): Promise<City> {
  const { config, log, cards, own = [] } = options;
  const figures = options.observing?.figures;
  chooseCityCodes(config.codesDirectory);
  const secret = await installationSecret({ dataDirectory: config.dataDirectory, given: config.secret });
  const persons = personKeys(config.personsKey ? parseSecret(config.personsKey, 'PERSONS_KEY') : secret);
  const here = cards.filter((card) =>
    options.only ? options.only.includes(card.name) : !config.departments[card.name]?.url,
  );
  const databaseUrls = Object.fromEntries([
    ...here.map((card) => [card.name, config.departments[card.name]?.databaseUrl] as const),
    ...own.map(({ name, databaseUrl }) => [name, databaseUrl] as const),
  ]);
  const database = await openDatabase({
    dataDirectory: config.dataDirectory,
    databaseUrl: config.databaseUrl,
    departmentUrls: databaseUrls,
    secret,
    departments: [...here.map((card) => card.name), ...own.map(({ name }) => name)],
    say: options.say,
  });
  const near = new Map<string, Department>();
  const transports = new Map<string, Transport>();
  for (const card of cards) {
    const given = config.departments[card.name];
    const viewerKey = given?.viewerKey
      ? Buffer.from(parseSecret(given.viewerKey, `${card.name.toUpperCase()}_VIEWER_KEY`))
      : viewerKeyOf(secret, card.name);
    if (here.includes(card)) {
      const clients = database.clients(card.name, {
        statementTimeoutMs: config.statementTimeoutMs,
        onStatement: options.onStatement,
        hotConnections: options.hotConnections,
        nicerBy: options.nicerBy,
        observer: readsObserver(card.name, figures),
      });
      const department = createDepartment(card, {
        ...{ clients, secret, personKeys: persons, viewerKey, log },
        spans: options.observing?.spans,
      });
      if (!options.asksFew) void department.schema;
      near.set(card.name, department);
      transports.set(card.name, nearTransport(department, viewerHander(card.name, viewerKey)));
    } else if (given?.url) {
      transports.set(card.name, farTransport(card.name, card.title, given.url, viewerSigner(card.name, viewerKey)));
    }
  }
  return {
    database,
    secret,
    personKeys: persons,
    cards,
    directory: options.directory,
    near,
    transports,
    observing: options.observing,
    async migrate() {
      let applied = 0;
      for (const { name, folder, grants } of here)
        applied += (await database.migrate(name, fileURLToPath(new URL('migrations', folder)), grants)).applied;
      for (const { name, migrations, grants } of own)
        applied += (await database.migrate(name, migrations, grants)).applied;
      return applied;
    },
    async stop() {
      for (const transport of transports.values()) await transport.close();
      await database.stop();
    },
  };
}
