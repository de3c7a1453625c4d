// Files inside archives have names: nnef-archive:/models/alexnet.nnef.tgz/!/graph.nnef

export const SCHEME = 'nnef-archive';
const BORDER = '/!/';

export interface Place {
  archive: string;
  inside: string;
}

export function split(path: string): Place {
  const at = path.indexOf(BORDER);
  if (at >= 0) return { archive: path.slice(0, at), inside: path.slice(at + BORDER.length).replace(/\/+$/, '') };
  return { archive: path.replace(/\/!$/, ''), inside: '' };
}

export const join = ({ archive, inside }: Place): string => `${archive}${BORDER}${inside}`;

/** What the server reads: tar, plain and compressed. */
export const ARCHIVES = ['tar', 'tgz', 'txz', 'gz', 'xz', 'bz2', 'zst'];
const ENDING = /(?:\.nnef)?\.(?:tar(?:\.(?:gz|xz|bz2|zst))?|tgz|txz)$/i;

/** The folder that an archive is unpacked into: its name without the ending. */
export const unpackedName = (path: string): string => (ENDING.test(path) ? path.replace(ENDING, '') : `${path}-unpacked`);
