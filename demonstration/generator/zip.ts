import { crc32, deflateRawSync } from 'node:zlib';

/** What the headers of a ZIP archive say of one of its parts. */
export interface ZipPart {
  readonly name: string;
  readonly isDeflated: boolean;
  readonly checksum: number;
  readonly packedSize: number;
  readonly size: number;
}

/** A ZIP archive of these parts, dated 1 January 1980, so that the same parts are the same bytes. */
export function zip(
  contents: Iterable<readonly [name: string, content: string | Buffer]>,
  { isDeflated }: { readonly isDeflated: boolean },
): Buffer {
  const bytes: Buffer[] = [];
  const placed: { part: ZipPart; offset: number }[] = [];
  let offset = 0;
  for (const [name, content] of contents) {
    const body = Buffer.from(content);
    const packed = isDeflated ? deflateRawSync(body) : body;
    const part = { name, isDeflated, checksum: crc32(body), packedSize: packed.length, size: body.length };
    const header = localHeader(part);
    bytes.push(header, packed);
    placed.push({ part, offset });
    offset += header.length + packed.length;
  }
  return Buffer.concat([...bytes, directory(placed, offset)]);
}

/** What stands before the bytes of a part; as long whatever its sizes are. */
export function localHeader(part: ZipPart): Buffer {
  return Buffer.concat([Buffer.from('PK\x03\x04'), fieldsOf(part), Buffer.from(part.name)]);
}

/** What stands at the end of an archive: where each part begins, and that this list begins at `at`. */
export function directory(placed: readonly { readonly part: ZipPart; readonly offset: number }[], at: number): Buffer {
  const entries = Buffer.concat(
    placed.flatMap(({ part, offset }) => {
      const placement = Buffer.alloc(14);
      placement.writeUInt32LE(offset, 10);
      return [Buffer.from('PK\x01\x02\x14\x00', 'latin1'), fieldsOf(part), placement, Buffer.from(part.name)];
    }),
  );
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(placed.length, 8);
  end.writeUInt16LE(placed.length, 10);
  end.writeUInt32LE(entries.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([entries, end]);
}

/** Version 2.0, names in UTF-8, method, day, checksum, sizes: the same in both headers. */
function fieldsOf({ name, isDeflated, checksum, packedSize, size }: ZipPart): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(0x800, 2);
  fields.writeUInt16LE(isDeflated ? 8 : 0, 4);
  fields.writeUInt16LE(0x21, 8);
  fields.writeUInt32LE(checksum, 10);
  fields.writeUInt32LE(packedSize, 14);
  fields.writeUInt32LE(size, 18);
  fields.writeUInt16LE(Buffer.byteLength(name), 22);
  return fields;
}
