import type { Environment } from 'monaco-editor';

/** Monaco asks for its workers here; they stand beside this script, so no other origin is ever asked. */
const environment: Environment = {
  getWorker(_id, label) {
    const name = label === 'json' || label === 'graphql' ? label : 'editor';
    return new Worker(new URL(`./${name}.worker.js`, import.meta.url), { type: 'module', name });
  },
};

Object.assign(globalThis, { MonacoEnvironment: environment });
