import type { IncomingMessage } from 'node:http';
import { badRequest, questionTooLarge } from '../../../platform/errors.ts';

const LARGEST_BYTES = 4_096;

/** The fields of a form. @throws Refusal for what is none, or is too large. */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  if (!(request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded'))
    throw badRequest('此处只接受本页的表单。');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BYTES)
      throw questionTooLarge(`表单超过 ${LARGEST_BYTES} 字节的上限。`, { limit: LARGEST_BYTES });
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}
