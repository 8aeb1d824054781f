/** Why a file could not be read at all. The message is a Chinese sentence for the clerk who submitted it. */
export class SheetError extends Error {
  override readonly name = 'SheetError';
  readonly code: SheetErrorCode;

  constructor(code: SheetErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** More columns than any sheet of records has; wider rows are a fault or an attack. */
export const MAX_COLUMNS = 1_024;
/** Characters of one row; a CSV whose quote never closes runs past it, and so does a workbook made to fill the memory. */
export const MAX_ROW_CHARACTERS = 2_000_000;

export function tooWide(): SheetError {
  return new SheetError('FILE_TOO_LARGE', `第 ${MAX_COLUMNS} 列以后还有内容，请删除多余的列后重新提交。`);
}

/** `cause` is what the system said: a folder, no right to read, a disk that fails. */
export function unreadable(cause: unknown): SheetError {
  const isFolder = (cause as NodeJS.ErrnoException | undefined)?.code === 'EISDIR';
  const sentence = isFolder ? '这是一个文件夹，请写明其中的文件。' : '文件打不开，请检查文件是否存在、是否有读取权限。';
  return new SheetError('FILE_UNREADABLE', sentence, { cause });
}

export function encrypted(): SheetError {
  return new SheetError('FILE_ENCRYPTED', '文件有密码保护，请去掉密码后重新提交。');
}

export type SheetErrorCode =
  | 'FILE_UNREADABLE'
  | 'FILE_EMPTY'
  | 'FILE_NOT_A_SHEET'
  | 'FILE_ENCRYPTED'
  | 'FILE_BROKEN'
  | 'FILE_TOO_LARGE'
  | 'ENCODING_UNKNOWN'
  | 'HEADER_NOT_FOUND';
