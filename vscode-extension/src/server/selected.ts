// Which interpreter the Python extension means: its answer, else its setting. No `vscode` here.

export interface PythonApi {
  environments?: {
    getActiveEnvironmentPath?(): { path: string };
    resolveEnvironment?(environment: { path: string }): Promise<{ executable?: { uri?: { fsPath: string } } } | undefined>;
  };
}
export interface Surroundings {
  folder?: string;
  home: string;
  environment: Record<string, string | undefined>;
}

export async function pythonSelected(api: PythonApi | undefined, setting: string, around: Surroundings): Promise<string | undefined> {
  const active = api?.environments?.getActiveEnvironmentPath?.();
  if (active) {
    // The path may be that of an environment's folder: resolving tells its program.
    const resolved = await api?.environments?.resolveEnvironment?.(active).catch(() => undefined);
    const path = resolved?.executable?.uri?.fsPath ?? active.path;
    if (isPath(path)) return path;
  }
  const path = substituted(setting, around);
  return path !== undefined && isPath(path) ? path : undefined;
}

/** Not `python`, which is what the setting says when nobody has set it. */
const isPath = (text: string): boolean => /[/\\]/.test(text);

/** A program that a setting of ours names: without the quotes of a copied path, variables filled in where they are known. */
export function namedProgram(setting: string, around: Surroundings): string {
  const text = setting.trim().replace(/^"(.*)"$/, '$1');
  return substituted(text, around) ?? text;
}

/** The variables that the Python extension knows in its setting; `undefined` where one has no value. */
function substituted(setting: string, { folder, home, environment }: Surroundings): string | undefined {
  let known = true;
  const text = setting
    .trim()
    .replace(/^~(?=[/\\])/, home)
    .replace(/\$\{(workspaceFolder|userHome|env:(\w+))\}/g, (_, name: string, variable?: string) => {
      const value = name === 'workspaceFolder' ? folder : name === 'userHome' ? home : environment[variable!];
      known &&= value !== undefined;
      return value ?? '';
    });
  return known ? text : undefined;
}
