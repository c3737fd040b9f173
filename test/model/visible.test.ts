import { expect, test } from 'vitest';
import { nameSchema } from '../../src/contract/document.ts';
import { AffettoError } from '../../src/model/error.ts';
import { visible } from '../../src/model/visible.ts';
import { errorMessage } from '../../src/web/messages.ts';

const SPOOFED = 'Nocturne\u202egpj.\u2066\u001b[31mdim\n';

test('a name holds nothing that turns or hides the text around it', () => {
  expect(visible(SPOOFED)).toBe('Nocturnegpj.[31mdim');
  expect(nameSchema.check(SPOOFED, 'name')).toBe('Nocturnegpj.[31mdim');
  for (const name of ['Été № 1', 'שיר ערב', '夜想曲', 'naïve – “quoted”', '👩‍🎤'])
    expect(nameSchema.check(name, 'name')).toBe(name);
});

test('nor does what is said of a file', () => {
  expect(errorMessage(new AffettoError(`${SPOOFED} is empty.`)).message).toBe(
    'Nocturnegpj.[31mdim is empty.',
  );
});
