import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { createLog } from '../../platform/log.ts';
import { listenForGateway } from '../../platform/subgraph/listen.ts';
import { departments } from '../../subgraphs/index.ts';
import { HOME } from '../house/sources.ts';
import { testCity } from '../support/city.ts';
import {
  acceptedBy,
  containersOf,
  kubernetes,
  kubernetesFiles,
  kustomization,
  type Manifest,
  ofKind,
  ours,
  programs,
  settings,
  workloads,
} from './manifests.ts';

// There is no cluster here: nothing of this was run. What can be told from the files is asked of them.

const city = await testCity();
const [department] = city.city.near.values();
if (!department) throw new Error('there are no departments');
const listening = await listenForGateway(department, { host: '127.0.0.1', port: 0 }, createLog('silent'));
afterAll(() => listening.close(1_000));

const documented = readFileSync(join(HOME, 'docs/deploying.md'), 'utf8');

/** Set for the container, not for the program. */
const NOT_OURS = ['POD_NAME'];

const named = (kind: string, name: string): Manifest =>
  kubernetes.find((one) => one.kind === kind && one.metadata.name === name);
const selects = (selector: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): boolean =>
  Object.entries(selector).every(([key, value]) => labels[key] === value);
const labelsOf = (workload: Manifest): Readonly<Record<string, string>> => workload.spec.template.metadata.labels;
const variablesOf = (container: Manifest): readonly string[] => [
  ...(container.env ?? []).map(({ name }: Manifest) => name),
  ...(container.envFrom ?? []).flatMap(({ configMapRef }: Manifest) =>
    Object.keys(named('ConfigMap', configMapRef.name).data),
  ),
];
const probesOf = (container: Manifest): readonly Manifest[] =>
  ['startupProbe', 'livenessProbe', 'readinessProbe'].map((probe) => container[probe]);

describe('The manifests', () => {
  it('are all applied, each object once', () => {
    const files = kubernetesFiles.filter((file) => file !== 'kustomization.yaml');
    expect([...kustomization.resources].sort()).toEqual(files.sort());
    const objects = kubernetes.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(new Set(objects).size).toBe(objects.length);
    expect(objects.length).toBeGreaterThan(25);
  });

  it('have a Deployment, a Service, a disruption budget and an address for every department, apart from the gateway', () => {
    for (const { name } of departments) {
      for (const kind of ['Deployment', 'Service', 'PodDisruptionBudget'])
        expect({ kind, name, is: named(kind, `department-${name}`) !== undefined }).toEqual({ kind, name, is: true });
      const [container] = containersOf(named('Deployment', `department-${name}`));
      expect(container.args).toEqual(['cli/department.ts', name]);
      const own = Object.fromEntries(container.env.map(({ name: key, value }: Manifest) => [key, value]));
      const port = container.ports.find(({ name: of }: Manifest) => of === 'graphql').containerPort;
      expect(own).toMatchObject({ [`${name.toUpperCase()}_PORT`]: String(port), [`${name.toUpperCase()}_URL`]: '' });
      const [service] = named('Service', `department-${name}`).spec.ports;
      const address = named('ConfigMap', 'credit-graph-departments').data[`${name.toUpperCase()}_URL`];
      expect(address).toBe(`http://department-${name}:${service.port}/graphql`);
    }
    expect(ofKind('Deployment').map(({ metadata }) => metadata.name)).toHaveLength(departments.length + 1);
  });

  it('run programs that package.json names, with variables that the program reads and values that it accepts', () => {
    expect(programs.size).toBeGreaterThan(5);
    expect(settings.size).toBeGreaterThan(40);
    const containers = ours.flatMap(containersOf);
    expect(containers).toHaveLength(departments.length + 1);
    for (const container of containers) {
      expect(programs).toContain(container.args[0]);
      const unknown = variablesOf(container).filter((name) => !settings.has(name) && !NOT_OURS.includes(name));
      expect(unknown).toEqual([]);
      const shared = container.envFrom.map(({ configMapRef }: Manifest) => named('ConfigMap', configMapRef.name).data);
      const own = container.env.map(({ name, value }: Manifest) => [name, value ?? '']);
      acceptedBy(Object.assign({}, ...shared, Object.fromEntries(own)));
    }
  });

  it('have Services and disruption budgets that select exactly one workload each, at ports that it has', () => {
    for (const { metadata, spec } of [...ofKind('Service'), ...ofKind('PodDisruptionBudget')]) {
      const selector = spec.selector.matchLabels ?? spec.selector;
      const found = workloads.filter((workload) => selects(selector, labelsOf(workload)));
      expect(found.map(({ metadata: of }) => of.name)).toEqual([metadata.name]);
      const ports = found.flatMap(containersOf).flatMap(({ ports: of }) => of.map(({ name }: Manifest) => name));
      for (const { targetPort } of spec.ports ?? []) expect(ports).toContain(targetPort);
    }
    for (const workload of workloads)
      expect(selects(workload.spec.selector.matchLabels, labelsOf(workload))).toBe(true);
  });

  it('probe addresses that a started gateway or department serves, and stop no later than the longest answer allows', async () => {
    for (const workload of ours) {
      const [container] = containersOf(workload);
      const { terminationGracePeriodSeconds } = workload.spec.template.spec;
      for (const probe of probesOf(container)) {
        const { path, port } = probe.httpGet;
        expect(container.ports.map(({ name }: Manifest) => name)).toContain(port);
        const served = workload.metadata.name === 'gateway' ? city.url : `http://127.0.0.1:${listening.port}`;
        const { status } = await fetch(new URL(path, served));
        expect({ path, status }).toEqual({ path, status: 200 });
      }
      const [, pause] = container.lifecycle.preStop.exec.command;
      expect(terminationGracePeriodSeconds).toBeGreaterThan(Number(pause) + 15 + 5);
    }
  });

  it('give every container nothing more than it needs: no root, no capabilities, no writable root, no token, bounds', () => {
    for (const workload of workloads) {
      const { securityContext, automountServiceAccountToken, enableServiceLinks } = workload.spec.template.spec;
      expect({ automountServiceAccountToken, enableServiceLinks }).toEqual({
        automountServiceAccountToken: false,
        enableServiceLinks: false,
      });
      expect(securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
      for (const container of containersOf(workload)) {
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(container.resources.limits.memory).toBeDefined();
        expect(container.resources.requests).toMatchObject({ cpu: expect.anything(), memory: expect.anything() });
        expect(container.volumeMounts.map(({ mountPath }: Manifest) => mountPath)).toContain('/tmp');
      }
    }
  });

  const kubectl = '/usr/bin/kubectl';
  it.runIf(existsSync(kubectl))('take the overlay of docs/deploying.md, as kubectl puts them together', () => {
    const folder = mkdtempSync(join(tmpdir(), 'credit-graph-overlay-'));
    try {
      const [, overlay = ''] = /```yaml\n(apiVersion: kustomize[\s\S]*?)```/u.exec(documented) ?? [];
      mkdirSync(join(folder, 'overlay'));
      symlinkSync(HOME, join(folder, 'credit-graph'));
      writeFileSync(join(folder, 'overlay', 'kustomization.yaml'), overlay);
      const said = execFileSync(kubectl, ['kustomize', join(folder, 'overlay')], { encoding: 'utf8' });
      const rendered = parseAllDocuments(said).map((one): Manifest => one.toJS());
      expect(rendered).toHaveLength(kubernetes.length);
      const images = rendered.filter(({ kind }) => kind === 'Deployment').flatMap(containersOf);
      for (const { image } of images) expect(image).toBe('harbor.city.internal/credit-graph:0.1.0');
      const policies = rendered.filter(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name === 'gateway');
      expect(policies[0].spec.egress[2].to[0].ipBlock.cidr).toBe('10.20.0.9/32');
      expect(said).not.toContain('example.city\n');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('hold no secret: passwords and keys are references', () => {
    expect(ofKind('Secret')).toEqual([]);
    const secret = /SECRET|PASSWORD|_KEY$|^DATABASE_URL$|_DATABASE_URL$/u;
    const variables = workloads.flatMap(containersOf).flatMap(({ env }) => env ?? []);
    const kept = variables.filter(({ name }: Manifest) => secret.test(name));
    expect(kept.length).toBeGreaterThan(departments.length * 2);
    for (const { valueFrom } of kept) expect(valueFrom.secretKeyRef).toMatchObject({ key: expect.any(String) });
    const configured = ofKind('ConfigMap').flatMap(({ data }) => Object.keys(data));
    expect(configured.filter((name) => secret.test(name))).toEqual([]);
  });
});

describe('The network policies', () => {
  const policies = ofKind('NetworkPolicy');
  const component = (name: string): Manifest =>
    workloads.find((one) => one.metadata.name === name) ?? { spec: { template: { metadata: { labels: {} } } } };

  /** Whether some policy lets a pod of `from` reach a pod of `to` at this port, both of our namespace. */
  function mayReach(from: string, to: string, port: number): boolean {
    const [asking, asked] = [labelsOf(component(from)), labelsOf(component(to))];
    const names = containersOf(component(to))
      .flatMap(({ ports }) => ports)
      .filter(({ containerPort }: Manifest) => containerPort === port)
      .map(({ name }: Manifest) => name);
    const of = (labels: Manifest, type: string) =>
      policies.filter(
        ({ spec }) => spec.policyTypes.includes(type) && selects(spec.podSelector.matchLabels ?? {}, labels),
      );
    const names_ = (rule: Manifest, other: Manifest, peers: string): boolean =>
      rule[peers].some(
        ({ podSelector, namespaceSelector }: Manifest) =>
          podSelector && !namespaceSelector && selects(podSelector.matchLabels, other),
      ) && rule.ports.some(({ port: at }: Manifest) => at === port || names.includes(at));
    const mayLeave = of(asking, 'Egress').some(({ spec }) =>
      (spec.egress ?? []).some((rule: Manifest) => names_(rule, asked, 'to')),
    );
    const mayEnter = of(asked, 'Ingress').some(({ spec }) =>
      (spec.ingress ?? []).some((rule: Manifest) => names_(rule, asking, 'from')),
    );
    return mayLeave && mayEnter;
  }

  it('begin with nobody reaching anybody', () => {
    expect(named('NetworkPolicy', 'nobody').spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
    for (const { spec } of policies)
      for (const rule of [...(spec.ingress ?? []), ...(spec.egress ?? [])]) {
        expect(rule.ports.length).toBeGreaterThan(0);
        for (const peer of rule.from ?? rule.to) expect(Object.keys(peer).length).toBeGreaterThan(0);
        expect((rule.from ?? rule.to).length).toBeGreaterThan(0);
      }
  });

  it('let gateways and the keeper of the index ask departments, imports ask it, and nobody else', () => {
    const others = departments.map(({ name }) => name).filter((name) => name !== 'credit');
    for (const name of others) {
      expect(mayReach('gateway', `department-${name}`, 4001)).toBe(true);
      expect(mayReach('department-credit', `department-${name}`, 4001)).toBe(true);
      expect(mayReach(`department-${name}`, 'department-credit', 4001)).toBe(true);
      for (const other of others) expect(mayReach(`department-${other}`, `department-${name}`, 4001)).toBe(false);
      expect(mayReach('postgresql', `department-${name}`, 4001)).toBe(false);
      expect(mayReach(`department-${name}`, 'gateway', 4000)).toBe(false);
    }
  });

  it('let gateway and departments reach PostgreSQL, and PostgreSQL nobody', () => {
    for (const { metadata } of ours) {
      expect(mayReach(metadata.name, 'postgresql', 5432)).toBe(true);
      expect(mayReach('postgresql', metadata.name, metadata.name === 'gateway' ? 4000 : 4001)).toBe(false);
    }
  });

  it('let figures be read at their port alone, by namespaces that watch, from the gateway and every department', () => {
    const { METRICS_PORT, METRICS_HOST } = named('ConfigMap', 'credit-graph').data;
    expect(METRICS_HOST).toBe('0.0.0.0');
    for (const workload of ours) {
      const [{ ports }] = containersOf(workload);
      expect(ports).toContainEqual({ name: 'metrics', containerPort: Number(METRICS_PORT) });
      const letsIn = policies.filter(
        ({ spec }) =>
          selects(spec.podSelector.matchLabels ?? {}, labelsOf(workload)) &&
          (spec.ingress ?? []).some((rule: Manifest) => rule.ports.some(({ port }: Manifest) => port === 'metrics')),
      );
      expect(letsIn.map(({ metadata }) => metadata.name)).toEqual(['metrics']);
      const at = ports.filter(({ name }: Manifest) => name === 'metrics');
      for (const { metadata } of ours)
        expect(mayReach(metadata.name, workload.metadata.name, at[0].containerPort)).toBe(false);
    }
    const watching = { matchLabels: { 'credit-graph.example.city/watching': 'yes' } };
    expect(named('NetworkPolicy', 'metrics').spec.ingress).toEqual([
      { from: [{ namespaceSelector: watching }], ports: [{ protocol: 'TCP', port: 'metrics' }] },
    ]);
  });

  it('let nobody out but to names, and the gateway to one address', () => {
    const ways = policies.flatMap(({ metadata, spec }) =>
      (spec.egress ?? []).flatMap((rule: Manifest) =>
        rule.to
          .filter(({ ipBlock, namespaceSelector }: Manifest) => ipBlock || namespaceSelector)
          .map(() => metadata.name),
      ),
    );
    expect(ways).toEqual(['names', 'gateway']);
  });
});
