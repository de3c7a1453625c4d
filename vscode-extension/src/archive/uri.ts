// Files inside archives have names: nnef-archive:/models/alexnet.nnef.tgz/!/graph.nnef

export const SCHEME = 'nnef-archive';
const BORDER = '/!/';

export interface Place { archive: string; inside: string }

export function split(path: string): Place {
  const at = path.indexOf(BORDER);
  if (at >= 0) return { archive: path.slice(0, at), inside: path.slice(at + BORDER.length).replace(/\/+$/, '') };
  return { archive: path.replace(/\/!$/, ''), inside: '' };
}

export const join = ({ archive, inside }: Place): string => `${archive}${BORDER}${inside}`;

export const isArchive = (path: string): boolean => /\.(?:tar|tgz|tar\.gz)$/i.test(path);
