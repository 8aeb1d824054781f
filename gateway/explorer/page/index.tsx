import './workers.ts';
// Imported here although GraphiQL loads it by itself: this is how Monaco's styles come into the page's style sheet.
import 'monaco-graphql/esm/monaco-editor.js';
import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-history/style.css';
import 'graphiql/graphiql.css';
import './palette.css';
import './page.css';
import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';
import { fetchAskers } from './asker.ts';
import { Bar } from './bar.tsx';
import { fetchExamples, profileAmong, variablesOf, welcomeOf } from './examples.ts';
import { fetcher } from './fetcher.ts';

async function show(place: HTMLElement, bar: HTMLElement): Promise<void> {
  const [examples, askers] = await Promise.all([fetchExamples(), fetchAskers()]);
  const first = profileAmong(examples) ?? examples[0];
  const start = first && isFirstVisit() && { initialQuery: welcomeOf(first), initialVariables: variablesOf(first) };
  createRoot(place).render(
    <GraphiQL
      fetcher={fetcher}
      {...start}
      defaultQuery=""
      defaultEditorToolsVisibility="variables"
      showPersistHeadersSettings={false}
    >
      <GraphiQL.Logo> </GraphiQL.Logo>
      <GraphiQL.Footer>
        未选身份时仅含依法公开且在公示期内的信息。部门栏目为 null 是暂未答复，空列表是没有您可见的记录。
      </GraphiQL.Footer>
      <Bar place={bar} examples={examples} askers={askers} />
    </GraphiQL>,
  );
}

/** Later visits begin with the tabs that GraphiQL has kept in this browser. */
function isFirstVisit(): boolean {
  try {
    return localStorage.getItem('graphiql:tabState') === null;
  } catch {
    return true; // A browser may forbid storage.
  }
}

const place = document.getElementById('explorer');
const bar = document.getElementById('bar');
if (place && bar) {
  show(place, bar).catch((problem: unknown) => {
    place.textContent = `页面没有准备好：${problem instanceof Error ? problem.message : String(problem)}`;
  });
}
