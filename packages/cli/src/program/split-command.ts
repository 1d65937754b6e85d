import { CliError } from '../exit-codes.ts';

/** What a shell does with these, nobody does here. */
const shellsOwn = /[|&;<>()`$]/;

/**
 * The words of a command as a shell would cut them: at blanks, but for what stands in quotes or after a
 * backslash. Nothing is expanded; what a shell would act on is refused. Throws a `CliError` that names
 * the flag.
 */
export function splitCommand(flag: string, text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: '"' | "'" | undefined;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (quote === "'") {
      if (character === quote) quote = undefined;
      else word = (word ?? '') + character;
    } else if (character === '\\' && escapes(quote, text.charAt(at + 1))) {
      at += 1;
      word = (word ?? '') + text.charAt(at);
    } else if (quote === undefined && /\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (character === '"' || (character === "'" && quote === undefined)) {
      quote = quote === undefined ? character : undefined;
      word ??= '';
    } else {
      const isShells = quote === undefined ? shellsOwn.test(character) : /[`$]/.test(character);
      if (isShells) throw new CliError(`${flag}: ${shellNeeded(character)}`);
      word = (word ?? '') + character;
    }
  }
  if (quote !== undefined) throw new CliError(`${flag}: a quote ${quote} is not closed`);
  if (word !== undefined) words.push(word);
  if (words[0] === undefined || words[0] === '') {
    throw new CliError(`${flag}: expected a program and its arguments`);
  }
  return words;
}

/** In double quotes a backslash is one but before what would end or mean something there. */
function escapes(quote: '"' | undefined, next: string): boolean {
  return next !== '' && (quote === undefined || /["\\$`]/.test(next));
}

function shellNeeded(character: string): string {
  return (
    `${character} is for a shell, and none runs here; quote it ('${character}') if the program is to ` +
    `have it, or write sh -c '…'`
  );
}
