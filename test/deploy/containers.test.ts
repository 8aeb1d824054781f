import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { departmentDeployment } from '../../cli/deployment.ts';
import { departments } from '../../subgraphs/index.ts';
import { HOME, ROOMS } from '../house/sources.ts';
import { acceptedBy, compose, environmentIn, programs, services, settings } from './manifests.ts';

// There is no container engine here: nothing of this was run. What can be told from the files is asked of them.

const containerfile = readFileSync(join(HOME, 'deploy/Containerfile'), 'utf8').replaceAll(/\\\n\s*/gu, '');
const instructions = containerfile
  .split('\n')
  .filter((line) => /^[A-Z]+ /u.test(line))
  .map((line) => ({ word: line.split(' ')[0], rest: line.slice(line.indexOf(' ') + 1) }));
const of = (word: string): readonly string[] => instructions.filter((one) => one.word === word).map(({ rest }) => rest);

describe('What follows from the list of departments', () => {
  it('is as npm run generate writes it', () => {
    const written = Object.entries(departmentDeployment(departments));
    expect(written.length).toBe(3);
    for (const [path, text] of written)
      expect({ path, text: readFileSync(join(HOME, path), 'utf8') }).toEqual({ path, text });
  });
});

describe('The Containerfile', () => {
  const sources = of('COPY')
    .filter((rest) => !rest.startsWith('--from'))
    .flatMap((rest) => rest.split(' ').slice(0, -1));

  it('copies every room of what runs, and only what there is', () => {
    expect(sources.filter((source) => !existsSync(join(HOME, source)))).toEqual([]);
    expect(ROOMS.filter((room) => !sources.includes(room))).toEqual([]);
    const admitted = readFileSync(join(HOME, 'deploy/Containerfile.dockerignore'), 'utf8').split('\n');
    expect(sources.filter((source) => !admitted.includes(`!${source}`))).toEqual([]);
  });

  it('fetches nothing but packages of the lock file, whose scripts it does not run', () => {
    expect(of('ADD')).toEqual([]);
    const commands = of('RUN').join('\n');
    expect(commands).toMatch(/npm pkg delete devDependencies && npm ci --ignore-scripts/u);
    expect(commands).not.toMatch(/curl|wget|apt-get|npm install|npx/u);
    for (const image of [...of('ARG'), ...of('FROM')]) expect(image).not.toMatch(/latest/u);
  });

  it('ends as nobody in particular, who owns nothing of the program, and looks at its own health', () => {
    expect(of('USER')).toEqual(['10001:10001']);
    const last = instructions.findLastIndex(({ word }) => word === 'FROM');
    expect(instructions.findIndex(({ word }) => word === 'USER')).toBeGreaterThan(last);
    expect(of('COPY').filter((rest) => rest.includes('--chown'))).toEqual([]);
    expect(of('HEALTHCHECK').join()).toContain('"deploy/health.mjs"');
    expect(of('ENTRYPOINT')).toEqual(['["node", "--max-semi-space-size=8", "cli/run.mjs"]']);
    expect(of('RUN'), 'nothing can be written at run time').toContain('node cli/run.mjs --prepare');
    expect(programs).toContain(JSON.parse(of('CMD')[0] ?? '[]')[0]);
    const given = [
      ...of('ENV')
        .join(' ')
        .matchAll(/([A-Z_]+)=/gu),
    ].map(([, name]) => name ?? '');
    expect(given.filter((name) => !settings.has(name)).sort()).toEqual(['HEALTH_URL', 'NODE_ENV']);
  });
});

describe('compose.yaml', () => {
  const own = Object.entries(services).filter(([, { image }]) => image.startsWith('credit-graph:'));

  it('has the gateway, every department and PostgreSQL', () => {
    const names = ['gateway', 'postgresql', ...departments.map(({ name }) => name)];
    expect(Object.keys(services).sort()).toEqual(names.sort());
    for (const { name } of departments) expect(services[name].command).toEqual(['cli/department.ts', name]);
  });

  it('runs programs that package.json names, with variables that the program reads and values that it accepts', () => {
    const shared = Object.keys(environmentIn('compose/departments.env'));
    expect(shared).toEqual(departments.map(({ name }) => `${name.toUpperCase()}_URL`));
    for (const [, { command, environment }] of own) {
      expect(programs).toContain(command[0]);
      const unknown = [...shared, ...Object.keys(environment)].filter((name) => !settings.has(name));
      expect(unknown).toEqual(['HEALTH_URL']);
      const example = environmentIn('compose.env.example');
      const filled = Object.entries<string>(environment).map(([key, value]) => [
        key,
        value.replace(/^\$\{([A-Z_]+):.*\}$/u, (_, name: string) => example[name] ?? ''),
      ]);
      acceptedBy({ ...environmentIn('compose/departments.env'), ...Object.fromEntries(filled) });
    }
  });

  it('has each department listen where the others look for it, and where its health is asked', () => {
    const urls = environmentIn('compose/departments.env');
    for (const { name } of departments) {
      const { environment } = services[name];
      const port = environment[`${name.toUpperCase()}_PORT`];
      expect(urls[`${name.toUpperCase()}_URL`]).toBe(`http://${name}:${port}/graphql`);
      expect(environment.HEALTH_URL).toBe(`http://127.0.0.1:${port}/health/live`);
      expect(environment[`${name.toUpperCase()}_URL`]).toBe('');
    }
    const { environment, ports } = services.gateway;
    expect(environment.HEALTH_URL).toBe(`http://127.0.0.1:${environment.PORT}/health/live`);
    expect(ports).toEqual([`127.0.0.1:${environment.PORT}:4000`]);
  });

  it('gives no container more than it needs, and departments and PostgreSQL no way out', () => {
    for (const [name, service] of own) {
      expect({ name, ...service }).toMatchObject({
        read_only: true,
        user: '10001:10001',
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
      });
      expect(service.tmpfs).toContain('/tmp');
    }
    expect(compose.networks.inside).toEqual({ internal: true });
    const inNetwork = (network: string) =>
      Object.entries(services)
        .filter(([, { networks }]) => networks.includes(network))
        .map(([name]) => name)
        .sort();
    expect(inNetwork('outside')).toEqual(['gateway']);
    // Who reads figures joins a network without a way out, in which PostgreSQL is not.
    expect(compose.networks.watching).toEqual({ internal: true });
    expect(inNetwork('watching')).toEqual(own.map(([name]) => name).sort());
    expect(Object.keys(compose.networks).sort()).toEqual(['inside', 'outside', 'watching']);
    for (const [, { environment }] of own)
      expect(environment).toMatchObject({ METRICS_PORT: '9464', METRICS_HOST: '0.0.0.0' });
  });

  it('believes by default the one proxy that stands on this machine, as the gateway sees it', () => {
    const defaultOf = (text: string): string => /^\$\{[A-Z_]+:-([^}]+)\}$/u.exec(text)?.[1] ?? '';
    const subnet = defaultOf(compose.networks.outside.ipam.config[0].subnet);
    const [first = ''] = subnet.split('/');
    expect(defaultOf(services.gateway.environment.TRUSTED_PROXIES)).toBe(first.replace(/\.0$/u, '.1'));
    const example = environmentIn('compose.env.example');
    expect(example).toMatchObject({ OUTSIDE_SUBNET: subnet, TRUSTED_PROXIES: first.replace(/\.0$/u, '.1') });
  });

  it('holds no secret: they come from the operator’s file, whose example names each and fills in none', () => {
    const text = ['compose.yaml', 'compose/department.yaml'].map((path) =>
      readFileSync(join(HOME, 'deploy', path), 'utf8'),
    );
    const wanted = new Set([...text.join('\n').matchAll(/\$\{([A-Z_]+):\?/gu)].map(([, name]) => name ?? ''));
    const example = environmentIn('compose.env.example');
    expect([...wanted].filter((name) => !(name in example))).toEqual([]);
    expect([example.SECRET, example.POSTGRES_PASSWORD]).toEqual(['', '']);
    for (const [, { environment }] of Object.entries(services))
      for (const [name, value] of Object.entries<string>(environment))
        if (/SECRET|PASSWORD|DATABASE_URL/u.test(name)) expect(value).toMatch(/^\$\{[A-Z_]+:\?/u);
  });
});
