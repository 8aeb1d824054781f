/** Whether a header such as `Accept` or `Accept-Encoding` names `value` itself (not by a wildcard) and allows it. */
export function accepts(header: string | string[] | undefined, value: string): boolean {
  return weight(header, value) > 0;
}

/** Whether a person's browser asks: it names text/html, and no JSON with more weight, as a GraphQL client would. */
export function prefersHtml(accept: string | undefined): boolean {
  const html = weight(accept, 'text/html');
  const json = Math.max(weight(accept, 'application/json'), weight(accept, 'application/graphql-response+json'));
  return html > 0 && html >= json;
}

function weight(header: string | string[] | undefined, value: string): number {
  const parts = (Array.isArray(header) ? header.join(',') : (header ?? '')).toLowerCase().split(',');
  for (const part of parts) {
    const [name = '', ...parameters] = part.split(';').map((piece) => piece.trim());
    if (name !== value) continue;
    const quality = parameters.find((parameter) => parameter.startsWith('q='));
    const given = quality === undefined ? 1 : Number(quality.slice(2));
    return Number.isNaN(given) ? 0 : given;
  }
  return 0;
}
