// Which program is the server? Decided here, by pure functions; probing interpreters is python.ts's.

import { posix, win32 } from 'node:path';

export interface Interpreter {
  command: string[]; // ["py", "-3"]
  version: [number, number];
  numpy: boolean;
}
export interface Settings {
  serverPath: string; // nnef.server.path
  python: string; // nnef.python
}
export interface Places {
  /** From the Python extension, when it is there and the workspace is trusted. */
  selected?: string;
  /** Of the environment that this extension made for itself. */
  own?: string;
  windows: boolean;
  bundled: string; // folder with the bundled server
}
export type Found =
  | { kind: 'server'; command: string[] }
  | { kind: 'bundled'; interpreter: Interpreter; folder: string }
  | { kind: 'none'; tried: string[]; tooOld: Interpreter[] };

export type Probe = (command: string[]) => Promise<Interpreter | undefined>;

export const OLDEST: [number, number] = [3, 10];

export async function findServer(settings: Settings, places: Places, probe: Probe): Promise<Found> {
  if (settings.serverPath) return { kind: 'server', command: [settings.serverPath] };
  const tried = candidates(settings, places);
  const answers = await Promise.all(tried.map(probe));
  const probed = answers.filter((interpreter) => interpreter !== undefined);
  const chosen = settings.python && !(answers[0] && newEnough(answers[0].version)) ? undefined : choose(probed);
  if (chosen) return { kind: 'bundled', interpreter: chosen, folder: places.bundled };
  return { kind: 'none', tried: tried.map((command) => command.join(' ')), tooOld: probed.filter(({ version }) => !newEnough(version)) };
}

/**
 * Best first. Beside what the user names only the extension's own environment counts, which was made from it for numpy:
 * any other in its place would be a surprise.
 */
export function candidates(settings: Settings, places: Places): string[][] {
  if (settings.python) return places.own ? [[settings.python], [places.own]] : [[settings.python]];
  const found: string[][] = [];
  if (places.selected) found.push([places.selected]);
  if (places.own) found.push([places.own]);
  return [...found, ...(places.windows ? [['py', '-3'], ['python'], ['python3']] : [['python3'], ['python']])];
}

/** The first that has numpy, else the first that is new enough. */
export function choose(probed: readonly Interpreter[]): Interpreter | undefined {
  const usable = probed.filter(({ version }) => newEnough(version));
  return usable.find(({ numpy }) => numpy) ?? usable[0];
}

export function newEnough([major, minor]: [number, number]): boolean {
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

/** The interpreter of a virtual environment. */
export function pythonOf(folder: string, platform: NodeJS.Platform): string {
  return platform === 'win32' ? win32.join(folder, 'Scripts', 'python.exe') : posix.join(folder, 'bin', 'python');
}

/** What a person is told when there is no server, and why. */
export function explanation(found: Found & { kind: 'none' }, settings: Settings): string {
  const needed = `NNEF needs Python ${OLDEST.join('.')} or newer`;
  if (found.tooOld.length) {
    const [{ command, version }] = found.tooOld;
    return `${needed}; ${command.join(' ')} is ${version.join('.')}. Install a newer Python, or choose one.`;
  }
  if (settings.python) return `${needed}; the setting nnef.python names "${settings.python}", which cannot be started.`;
  return `${needed}, and none was found (tried ${found.tried.join(', ')}). Install Python, or choose an interpreter.`;
}
