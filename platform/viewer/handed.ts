import type { Question } from './token.ts';
import type { Viewer } from './viewer.ts';

/**
 * A viewer on its way to a department of the same process: what a token says, for one department and one question, without
 * being written, signed and read again. It cannot be sent anywhere, and only who holds the department's key can make one.
 */
export class HandedViewer {
  readonly #viewer: Viewer;
  readonly #question: Question;
  readonly #department: string;
  readonly #key: Buffer;

  constructor(viewer: Viewer, question: Question, department: string, key: Buffer) {
    const {
      role,
      department: home,
      ownSubject,
      purpose,
      coversPersons,
      grants,
      today,
      known,
      requestId,
      trace,
    } = viewer;
    const facts = { role, department: home, ownSubject, purpose, coversPersons, grants, today, known, requestId };
    this.#viewer = trace === undefined ? facts : { ...facts, trace };
    this.#question = question;
    this.#department = department;
    this.#key = key;
  }

  /** The viewer, where it was handed to this department, under its key, with this very question. */
  openedBy(department: string, key: Buffer, question: Question): Viewer | undefined {
    const isForIt = this.#department === department && (this.#key === key || this.#key.equals(key));
    return isForIt && this.#question === question ? this.#viewer : undefined;
  }
}

export type HandViewer = (viewer: Viewer, question: Question) => HandedViewer;

/** Hands viewers to one department of this process, as `viewerSigner` signs them for one elsewhere. */
export function viewerHander(department: string, key: Buffer): HandViewer {
  return (viewer, question) => new HandedViewer(viewer, question, department, key);
}
