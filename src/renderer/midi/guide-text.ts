/** A run of words, some of them bold or a name to be typed. */
interface Run {
  readonly kind: 'plain' | 'bold' | 'code' | 'slanted';
  readonly text: string;
}

export interface Block {
  readonly kind: 'paragraph' | 'step';
  readonly runs: readonly Run[];
}

export interface Guide {
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** Reads the little of Markdown that the DAW pages are written in: a title, paragraphs, numbered steps, bold, code, emphasis. */
export function readGuide(markdown: string): Guide {
  const lines = markdown.split('\n');
  const title = lines.find((line) => line.startsWith('# '))?.slice(2) ?? '';
  const blocks: { kind: Block['kind']; text: string }[] = [];
  let open = false;
  for (const line of lines) {
    const step = /^\d+\. (.*)/.exec(line);
    if (step) blocks.push({ kind: 'step', text: step[1] });
    else if (line.trim() === '' || line.startsWith('#')) {
      open = false;
      continue;
    } else if (open) blocks[blocks.length - 1].text += ` ${line.trim()}`;
    else blocks.push({ kind: 'paragraph', text: line.trim() });
    open = true;
  }
  return { title, blocks: blocks.map(({ kind, text }) => ({ kind, runs: readRuns(text) })) };
}

function readRuns(text: string): Run[] {
  return text
    .split(/(\*\*[^*]+\*\*|`[^`]+`|\*[^*]+\*)/)
    .filter((part) => part !== '')
    .map((part): Run => {
      if (/^\*\*.+\*\*$/.test(part)) return { kind: 'bold', text: part.slice(2, -2) };
      if (/^`.+`$/.test(part)) return { kind: 'code', text: part.slice(1, -1) };
      if (/^\*.+\*$/.test(part)) return { kind: 'slanted', text: part.slice(1, -1) };
      return { kind: 'plain', text: part };
    });
}
