import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';

/**
 * Gives Monaco's menus and messages in Chinese. The package carries translations only as an array that belongs to
 * its AMD build, numbered there; its ES modules, which are bundled here, have the English sentence and no number.
 * So the AMD build tells which number is which English sentence, and the one function that every sentence of the
 * ES modules passes through looks it up.
 */
export const speakChinese: Plugin = {
  name: 'monaco-chinese',
  setup({ onLoad }) {
    onLoad({ filter: /monaco-editor[\\/]esm[\\/]vs[\\/]nls\.js$/ }, async ({ path }) => {
      const amd = path.replace(/esm([\\/]vs[\\/])nls\.js$/, 'dev$1');
      const [numbered, translated, source] = await Promise.all([
        readFile(join(amd, 'editor', 'editor.main.js'), 'utf8'),
        readFile(join(amd, 'nls.messages.zh-cn.js'), 'utf8'),
        readFile(path, 'utf8'),
      ]);
      const chinese = dictionary(numbered, translated);
      const head = 'function _format(message, args) {';
      if (!source.includes(head) || Object.keys(chinese).length < 500) {
        throw new Error('查询页面打包失败：没有找到编辑器的中文');
      }
      const lookup = `const chinese = ${JSON.stringify(chinese)};\n${head}\n    message = chinese[message] ?? message;`;
      return { contents: source.replace(head, () => lookup), loader: 'js' };
    });
  },
};

const literal = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/;
const entry = new RegExp(`null|${literal.source}`, 'g');
const call = new RegExp(`localize2?\\)?\\((\\d+), (${literal.source})`, 'g');

/** English sentence → Chinese sentence. */
function dictionary(numbered: string, translated: string): Record<string, string> {
  const array = translated.slice(translated.indexOf('["'), translated.lastIndexOf('"]') + 1);
  // A sentence without translation stands as null, and counts.
  const sentences = Array.from(array.matchAll(entry), ([text]) => (text === 'null' ? undefined : unquote(text)));
  const found: Record<string, string> = {};
  for (const [, number, english] of numbered.matchAll(call)) {
    const sentence = sentences[Number(number)];
    if (sentence && english) found[unquote(english)] = sentence;
  }
  return found;
}

function unquote(text: string): string {
  return text.slice(1, -1).replace(/\\(?:u([\da-fA-F]{4})|(.))/g, (_, code?: string, character = '') => {
    if (code) return String.fromCharCode(Number.parseInt(code, 16));
    return character === 'n' ? '\n' : character;
  });
}
