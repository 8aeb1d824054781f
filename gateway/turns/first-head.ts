import type { Socket } from 'node:net';

/** The most that is read of a connection that waits: a whole head. */
const HEAD_BYTES = 16 * 1024;

/**
 * Reads the head of a connection's first request before a server does.
 * @param heard told what there is of it, each time that more came, until it is whole.
 * @returns what stops it and puts all that was read back, for the server to read.
 */
export function hearFirstHead(socket: Socket, heard: (head: string) => void): () => void {
  const chunks: Buffer[] = [];
  const look = (): void => {
    const more = socket.read() as Buffer | null;
    if (more === null) return;
    chunks.push(more);
    const [head = '', ...body] = Buffer.concat(chunks).toString('latin1').split('\r\n\r\n', 2);
    if (body.length > 0 || head.length >= HEAD_BYTES) socket.off('readable', look);
    heard(head);
  };
  socket.on('readable', look);
  return () => {
    socket.off('readable', look);
    const read = Buffer.concat(chunks.splice(0));
    if (read.length > 0 && !socket.destroyed) socket.unshift(read);
  };
}
