import { type ListenData, QUADRANT_WORDS, type TestAnswers } from './data.ts';
import { el } from './dom.ts';
import { clipCard } from './player.ts';

const SCALE = [1, 2, 3, 4, 5];

/** The test that anyone can take: what is heard, whether a person played it, whether it pleases; then a file of answers. */
export function blindTest(data: ListenData): HTMLElement {
  const form = el('form', { id: 'blind-test' });
  data.test.forEach(({ clip }, i) => {
    const name = `Clip ${i + 1}`;
    form.append(
      el(
        'fieldset',
        {},
        el('legend', {}, `${name} of ${data.test.length}`),
        clipCard({ ...clip, title: name }),
        choices(
          `heard-${i}`,
          'It sounds',
          QUADRANT_WORDS.map((word) => [word, word]),
        ),
        choices(`person-${i}`, 'Written by', scale('a machine, surely', 'a person, surely')),
        choices(`liked-${i}`, 'I like it', scale('not at all', 'very much')),
      ),
    );
  });
  const result = el('p', { role: 'status', class: 'result' });
  form.append(el('button', { type: 'submit', class: 'save' }, 'Save my answers'), result);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const answers = readAnswers(data, new FormData(form));
    save(answers);
    const right = answers.answers.filter(({ asked, heard }) => asked === heard).length;
    result.textContent =
      `Saved as affetto-listening-test.json. You heard ${right} of ${answers.answers.length} as they were meant. ` +
      answers.answers.map(({ source, asked }, i) => `${i + 1}: ${source}, ${asked}`).join('; ');
  });
  return form;
}

const scale = (least: string, most: string): [string, string][] =>
  SCALE.map((value) => [`${value}`, value === 1 ? `1 ${least}` : value === 5 ? `5 ${most}` : `${value}`]);

function choices(
  name: string,
  question: string,
  values: readonly (readonly [string, string])[],
): HTMLElement {
  const group = el(
    'div',
    { class: 'choices', role: 'radiogroup', 'aria-label': question },
    el('span', {}, question),
  );
  for (const [value, text] of values)
    group.append(el('label', {}, el('input', { type: 'radio', name, value, required: true }), ` ${text}`));
  return group;
}

function readAnswers(data: ListenData, form: FormData): TestAnswers {
  const answers = data.test.map(({ clip, source, quadrant }, i) => ({
    clip: clip.id,
    source,
    asked: QUADRANT_WORDS[quadrant - 1],
    heard: form.get(`heard-${i}`) as (typeof QUADRANT_WORDS)[number],
    person: Number(form.get(`person-${i}`)),
    liked: Number(form.get(`liked-${i}`)),
  }));
  return { format: 'affetto-listening-test', version: 1, model: data.model, answers };
}

function save(answers: TestAnswers): void {
  const blob = new Blob([`${JSON.stringify(answers, null, 1)}\n`], { type: 'application/json' });
  const link = el('a', { href: URL.createObjectURL(blob), download: 'affetto-listening-test.json' });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
