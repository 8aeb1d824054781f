/** A name as it is compared and searched: width, case, brackets and white space do not tell names apart. */
export function nameKey(name: string): string {
  // Most names are written as they are compared.
  if (/^[0-9A-Z()\-\u4e00-\u9fff]*$/.test(name)) return name;
  return name
    .normalize('NFKC')
    .replace(/[\s\p{Cf}]/gu, '')
    .replace(/[〔[【]/gu, '(')
    .replace(/[〕\]】]/gu, ')')
    .toUpperCase();
}

/** A natural person's name as it is compared: systems write the dot of 阿依古丽·买买提 in many ways, or leave it out. */
export function personNameKey(name: string): string {
  return nameKey(name).replace(/[.·•‧∙⋅・]/gu, '');
}
