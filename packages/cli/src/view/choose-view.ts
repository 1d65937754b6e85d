import { quietView, type JobView } from './job-view.ts';
import { jsonView } from './json-view.ts';
import { LiveView } from './live-view.ts';
import { plainView } from './plain-view.ts';

/** The view that the flags and the standard output ask for. */
export function chooseView(
  { json, quiet }: { readonly json: boolean; readonly quiet: boolean },
  stream: NodeJS.WriteStream,
  env: NodeJS.ProcessEnv,
): JobView {
  const print = (line: string) => void stream.write(`${line}\n`);
  if (json) return jsonView(print);
  if (quiet) return quietView;
  return stream.isTTY && env['TERM'] !== 'dumb' ? new LiveView(stream, env) : plainView(print);
}
