/** A table; the first column is text, the others are numbers. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, i) => (i === 0 ? '---' : '--:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

/** A number as tables show it; a dash where there is none. */
export const show = (value: number | null | undefined, digits = 2): string =>
  value === null || value === undefined || !Number.isFinite(value) ? '–' : value.toFixed(digits);

export const percent = (share: number): string => `${(100 * share).toFixed(0)}%`;

export const bold = (text: string, when: boolean): string => (when ? `**${text}**` : text);

const begin = (name: string) => `<!-- evaluate: ${name} -->`;
const END = '<!-- end -->';

/** The text with what stands between the markers of `name` replaced; unchanged if there are no such markers. */
export function replaceBlock(text: string, name: string, content: string): string {
  const from = text.indexOf(begin(name));
  if (from < 0) return text;
  const to = text.indexOf(END, from);
  if (to < 0) return text;
  return `${text.slice(0, from)}${begin(name)}\n\n${content}\n\n${text.slice(to)}`;
}
