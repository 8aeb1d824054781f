import type { Readable } from 'node:stream';
import { TextDecoder } from 'node:util';
import { crc32 } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';

import { encrypted, SheetError } from './sheet-error.ts';
import { createXmlReader, type XmlListener } from './xml.ts';

/** How much a workbook may unpack to. Sheets are streamed; the other parts are held in memory. */
export interface UnpackLimits {
  readonly sheetBytes: number;
  readonly otherBytes: number;
  /** Texts that cells share (default 8 million). */
  readonly sharedStrings?: number;
}

/** The parts of a workbook file, which is a ZIP archive of XML documents. */
export interface Archive {
  has(name: string): boolean;
  /** Reads one part, telling the listener as it goes and pausing after each piece. */
  read(name: string, listener: XmlListener, limit: 'sheetBytes' | 'otherBytes'): AsyncGenerator<void>;
  close(): void;
}

export async function openArchive(path: string, limits: UnpackLimits): Promise<Archive> {
  const zip = await openPromise(path, { autoClose: false, strictFileNames: false });
  const entries = new Map<string, Entry>();
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.isEncrypted()) throw encrypted();
      // Some producers write other letter cases than the specification's.
      const name = entry.fileName.toLowerCase();
      if (entries.has(name)) throw new Error('the archive names a part twice');
      entries.set(name, entry);
      if (entries.size > 10_000) throw new Error('the archive has too many parts');
    }
  } catch (error) {
    zip.close();
    throw error;
  }
  const unpacked = { sheetBytes: 0, otherBytes: 0 };

  return {
    has: (name) => entries.has(name.toLowerCase()),
    close: () => zip.close(),
    async *read(name, listener, limit) {
      const entry = entries.get(name.toLowerCase());
      if (entry === undefined) throw new Error('a part of the workbook is missing');
      // The declared size can be trusted: yauzl stops a part that inflates to another size.
      unpacked[limit] += entry.uncompressedSize;
      if (unpacked[limit] > limits[limit]) {
        const megabytes = Math.floor(limits[limit] / 1_048_576);
        throw new SheetError(
          'FILE_TOO_LARGE',
          `文件解压后超过 ${megabytes} MB 的上限，请拆分成几个文件，或另存为 CSV 后提交。`,
        );
      }
      const reader = createXmlReader(listener);
      for await (const piece of decoded(zip, entry)) {
        reader.write(piece);
        yield;
      }
      reader.end();
    },
  };
}

/** Reads a part to its end. */
export async function readWhole(archive: Archive, name: string, listener: XmlListener): Promise<void> {
  for await (const _ of archive.read(name, listener, 'otherBytes'));
}

/** A part's text, checked against the archive's checksum: a wrong bit would otherwise be a wrong amount. */
async function* decoded(zip: ZipFile, entry: Entry): AsyncGenerator<string> {
  const stream: Readable = await zip.openReadStreamPromise(entry);
  let decoder: TextDecoder | undefined;
  let checksum = 0;
  for await (const bytes of stream as AsyncIterable<Buffer>) {
    checksum = crc32(bytes, checksum);
    decoder ??= new TextDecoder(encodingOf(bytes), { fatal: true });
    yield decoder.decode(bytes, { stream: true });
  }
  if (decoder !== undefined) yield decoder.decode();
  if (checksum !== entry.crc32) throw new Error('a part of the workbook does not match its checksum');
}

function encodingOf(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}
