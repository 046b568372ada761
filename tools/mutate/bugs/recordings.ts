import type { Bug } from '../bug.js';

const ROOM = 'apps/api/src/calls/recording';
const bug = (file: string, spec: string, [find, replace]: [string, string], why: string): Bug => ({
  file: `${ROOM}/${file}`,
  find,
  replace,
  specs: [`${ROOM}/${spec}`],
  why,
});
const LINE = 'recorded-line.spec.ts';
const CONTROLLER = 'recording.controller.spec.ts';

/** What is kept of the sound of calls, and what is not. */
export const BUGS: readonly Bug[] = [
  bug(
    'recorded-line.ts',
    LINE,
    ['const startMs = Math.max(this.#silentFromMs, nowMs);', 'const startMs = nowMs;'],
    'What was sent ahead is recorded one over the other.',
  ),
  bug(
    'recorded-line.ts',
    LINE,
    ['    this.line.clear();\n    this.#silenceFrom(this.parts.clock.nowMs());', '    this.line.clear();'],
    'A recording has what the caller cut off.',
  ),
  bug(
    'wav-writer.ts',
    LINE,
    ['      this.lose(lossOf(error), error);\n', '      void error;\n'],
    'Nobody is told that a disk is full.',
  ),
  bug(
    'wav-writer.ts',
    LINE,
    ["new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])", "new Set(['EDQUOT', 'EFBIG'])"],
    'A disk that is full passes for one that is broken.',
  ),
  bug(
    'recording.controller.ts',
    CONTROLLER,
    ["    if (finishedAt === null && state !== 'missed') throw new Problem('call.not-over');\n", ''],
    'A recording is deleted while its call writes it.',
  ),
  bug(
    'recording.controller.ts',
    CONTROLLER,
    ['    await this.stored.noteRecording(id, null);\n', ''],
    'A recording that was deleted is still told of.',
  ),
  bug(
    'recording.controller.ts',
    CONTROLLER,
    ['.catch(noSuchFile)', '.catch(() => undefined)'],
    'A file that lies elsewhere is said to be deleted.',
  ),
];
