/** What a reader of XML is told. Names come without their namespace prefix; text comes decoded. */
export interface XmlListener {
  open?(name: string, attributes: string): void;
  close?(name: string): void;
  text?(text: string): void;
}

export interface XmlReader {
  write(chunk: string): void;
  /** Throws unless the document was whole. */
  end(): void;
}

/** Longest piece of markup or text held at once; the longest cell that a spreadsheet may hold is 32,767 characters. */
const MAX_PIECE = 1_000_000;
const MAX_DEPTH = 64;

/**
 * Reads the XML of workbook parts in pieces, as they are inflated. It knows elements, attributes, text, CDATA, comments
 * and processing instructions. A document type is refused: it is what entity bombs and external entities need, and no
 * spreadsheet has one.
 */
export function createXmlReader(listener: XmlListener): XmlReader {
  const openElements: string[] = [];
  let rest = '';
  let sawRoot = false;

  function element(markup: string): void {
    if (markup.startsWith('/')) {
      const name = localName(markup.slice(1).trimEnd());
      if (openElements.pop() !== name) throw new Error(`XML: </${name}> closes nothing`);
      listener.close?.(name);
      return;
    }
    const isEmpty = markup.endsWith('/');
    const body = isEmpty ? markup.slice(0, -1) : markup;
    const nameEnd = body.search(/\s/u);
    const name = localName(nameEnd < 0 ? body : body.slice(0, nameEnd));
    if (name === '') throw new Error('XML: element without a name');
    if (sawRoot && openElements.length === 0) throw new Error('XML: more than one root');
    sawRoot = true;
    listener.open?.(name, nameEnd < 0 ? '' : body.slice(nameEnd));
    if (isEmpty) listener.close?.(name);
    else if (openElements.push(name) > MAX_DEPTH) throw new Error('XML: nested too deeply');
  }

  /** Reads one piece of markup that starts at `start`; returns where it ends, or -1 if it is not all there yet. */
  function markup(input: string, start: number): number {
    if (input.startsWith('<!--', start)) return after(input, '-->', start + 4);
    if (input.startsWith('<?', start)) return after(input, '?>', start + 2);
    if (input.startsWith('<![CDATA[', start)) {
      const end = after(input, ']]>', start + 9);
      if (end > 0) listener.text?.(input.slice(start + 9, end - 3));
      return end;
    }
    if (input.startsWith('<!', start)) {
      if (input.length - start < 9) return -1;
      throw new Error('XML: document types are refused');
    }
    const end = tagEnd(input, start + 1);
    if (end < 0) return -1;
    element(input.slice(start + 1, end));
    return end + 1;
  }

  return {
    write(chunk) {
      const input = rest + chunk;
      let position = 0;
      for (;;) {
        const start = input.indexOf('<', position);
        if (start < 0) break;
        if (start > position && openElements.length > 0) listener.text?.(decodeEntities(input.slice(position, start)));
        position = start;
        const end = markup(input, start);
        if (end < 0) break;
        position = end;
      }
      rest = input.slice(position);
      if (rest.length > MAX_PIECE) throw new Error('XML: a piece is too long');
    },
    end() {
      if (rest.trim() !== '' || openElements.length > 0 || !sawRoot) throw new Error('XML: the document is cut off');
    },
  };
}

/** The value of one attribute out of an element's attribute text; the name without its namespace prefix. */
export function attribute(attributes: string, name: string): string | undefined {
  let found: string | undefined;
  eachAttribute(attributes, (one, value) => {
    if (one === name) found ??= value;
  });
  return found;
}

/** Tells the attributes of an element's attribute text in order, names without their namespace prefixes. */
export function eachAttribute(attributes: string, visit: (name: string, value: string) => void): void {
  const hasEntities = attributes.includes('&');
  let from = 0;
  for (;;) {
    const equals = attributes.indexOf('=', from);
    if (equals < 0) return;
    let start = equals + 1;
    while (isSpace(attributes.charCodeAt(start))) start += 1;
    const quote = attributes.charCodeAt(start);
    const end =
      quote === 0x22 ? attributes.indexOf('"', start + 1) : quote === 0x27 ? attributes.indexOf("'", start + 1) : -1;
    if (end < 0) throw new Error('XML: an attribute without quotes');
    let first = from;
    let last = equals;
    while (isSpace(attributes.charCodeAt(first))) first += 1;
    while (last > first && isSpace(attributes.charCodeAt(last - 1))) last -= 1;
    // Most attributes of a sheet have one letter.
    const name = last - first === 1 ? attributes.charAt(first) : localName(attributes.slice(first, last));
    const value = attributes.slice(start + 1, end);
    visit(name, hasEntities ? decodeEntities(value) : value);
    from = end + 1;
  }
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
}

function localName(name: string): string {
  const colon = name.lastIndexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
}

function after(input: string, mark: string, from: number): number {
  const at = input.indexOf(mark, from);
  return at < 0 ? -1 : at + mark.length;
}

/** Where a tag closes: a `>` inside a quoted attribute does not count. */
function tagEnd(input: string, from: number): number {
  let quote = '';
  for (let index = from; index < input.length; index += 1) {
    const character = input[index];
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '>') return index;
  }
  return -1;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&([^;&\s]{1,12};)?/gu, (_, reference: string | undefined) => {
    const name = reference?.slice(0, -1) ?? '';
    const known = Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : undefined;
    if (known !== undefined) return known;
    const number = /^#(?:x([0-9a-f]+)|(\d+))$/iu.exec(name);
    const point = number?.[1] === undefined ? Number.parseInt(number?.[2] ?? '', 10) : Number.parseInt(number[1], 16);
    if (!(point > 0 && point <= 0x10ffff)) throw new Error('XML: unknown entity');
    return String.fromCodePoint(point);
  });
}
