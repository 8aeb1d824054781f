import { DropdownMenu, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { parse } from 'graphql';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { type Answer, sentenceAbout } from './answer.ts';
import { type Asker, askAs } from './asker.ts';
import { documentOf, type Example, profileAmong, variablesOf, welcomeOf } from './examples.ts';

interface BarProps {
  /** Where on the page the bar is drawn: above GraphiQL, whose state it uses. */
  readonly place: HTMLElement;
  readonly examples: readonly Example[];
  readonly askers: readonly Asker[];
}

/** Asks the profile question for a code typed by a person who need not know GraphQL, and offers the examples. */
export function Bar({ place, examples, askers }: BarProps) {
  const { editors, ask } = useAsk(examples);
  const isFetching = useGraphiQL((state) => state.isFetching);
  const [code, setCode] = useState('');
  const [said, setSaid] = useState<Answer>();
  const asked = useRef<string>(undefined);
  const profile = profileAmong(examples);

  useEffect(() => {
    if (isFetching || asked.current === undefined) return;
    setSaid(sentenceAbout(asked.current, editors.responseEditor?.getValue() ?? ''));
    asked.current = undefined;
  }, [isFetching, editors.responseEditor]);

  function submit(event: FormEvent) {
    event.preventDefault();
    const identifier = code.trim();
    if (!profile || !identifier) return;
    setSaid(undefined);
    ask({ ...profile, variables: { ...profile.variables, identifier } });
    asked.current = identifier;
  }

  return createPortal(
    <>
      <form className="bar-form" onSubmit={submit}>
        <input
          type="search"
          aria-label="统一社会信用代码、注册号或组织机构代码"
          placeholder="统一社会信用代码 / 注册号 / 组织机构代码"
          autoComplete="off"
          spellCheck={false}
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
        <button type="submit" disabled={!editors.queryEditor || !profile}>
          查询
        </button>
      </form>
      <output className="bar-answer" data-tone={said?.tone} title={said?.sentence}>
        {said?.sentence}
      </output>
      {askers.length > 0 && <AskerChoice askers={askers} />}
      <DropdownMenu>
        <DropdownMenu.Button className="bar-examples">示例查询</DropdownMenu.Button>
        <DropdownMenu.Content className="graphiql-dropdown-content bar-menu" align="end">
          {examples.map((example) => (
            <DropdownMenu.Item key={example.title} onSelect={() => ask(example)}>
              <strong>{example.title}</strong>
              <span>{example.description}</span>
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu>
    </>,
    place,
  );
}

/** As whom to ask: what the schema shows, and what is answered, follows. */
function AskerChoice({ askers }: Pick<BarProps, 'askers'>) {
  const { introspect } = useGraphiQLActions();

  function choose(client: string) {
    askAs(client || undefined);
    void introspect();
  }

  return (
    <select className="bar-asker" aria-label="以谁的身份查询" onChange={(event) => choose(event.target.value)}>
      <option value="">公众（匿名）</option>
      {askers.map(({ id, title }) => (
        <option key={id} value={id}>
          {title}
        </option>
      ))}
    </select>
  );
}

/** Puts an example into the editors and runs it; a person's own writing is kept, the example then gets a new tab. */
function useAsk(examples: readonly Example[]) {
  const editors = useGraphiQL(({ queryEditor, variableEditor, responseEditor }) => ({
    queryEditor,
    variableEditor,
    responseEditor,
  }));
  const { addTab, run, setOperationFacts, updateActiveTabValues } = useGraphiQLActions();

  function ask(example: Example) {
    const { queryEditor, variableEditor } = editors;
    if (!queryEditor || !variableEditor) return;
    const written = queryEditor.getValue();
    const isOurs = examples.some((ours) => written === documentOf(ours) || written === welcomeOf(ours));
    if (written.trim() && !isOurs) addTab();

    const query = documentOf(example);
    const variables = variablesOf(example);
    queryEditor.setValue(query);
    variableEditor.setValue(variables);
    // The editor tells GraphiQL a moment later what stands in it; running and the history need it now.
    const documentAST = parse(query);
    const operations = documentAST.definitions.filter((part) => part.kind === 'OperationDefinition');
    const operationName = operations[0]?.name?.value;
    setOperationFacts({ documentAST, operations, ...(operationName && { operationName }) });
    updateActiveTabValues({ query, variables, operationName: operationName ?? null });
    run();
  }

  return { editors, ask };
}
