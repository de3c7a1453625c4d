// What is said of dialects, and what can be chosen.

import type { DialectState } from '../protocol';

export interface DialectChoice {
  label: string;
  description: string;
  dialect?: string;
  settings?: true;
}

const titleOf = ({ dialects }: DialectState, name: string): string => dialects.find((each) => each.name === name)?.title ?? name;

export function statusOf(state: DialectState): { text: string; tooltip: string } {
  const why = state.chosen
    ? 'chosen for this document'
    : state.project
      ? 'by a file of the project'
      : state.setting
        ? 'by the setting nnef.dialect'
        : 'told from its text';
  return { text: state.title, tooltip: `Read as ${state.title}, ${why}. Click to choose another.` };
}

export function dialectChoices(state: DialectState): DialectChoice[] {
  const mark = (now: boolean) => (now ? '$(check) ' : '');
  const automatic = state.project
    ? `a file of the project: ${titleOf(state, state.project)}`
    : state.setting
      ? `the setting nnef.dialect: ${titleOf(state, state.setting)}`
      : `told from its text: ${titleOf(state, state.detected)}`;
  return [
    { label: `${mark(!state.chosen)}Automatic`, description: automatic },
    ...state.dialects.map(({ name, title }) => ({
      label: `${mark(state.chosen === name)}${title}`,
      description: name === state.detected ? 'what the text looks like' : '',
      dialect: name,
    })),
    { label: 'Set for all documents…', description: 'the setting nnef.dialect', settings: true },
  ];
}
