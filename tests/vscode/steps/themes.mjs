// The views in the themes that differ most from the usual one.

export const windows = {
  'looks well in a light theme': { settings: { 'workbench.colorTheme': 'Default Light Modern' }, run: (context) => themed(context, 'light') },
  'looks well in high contrast': { settings: { 'workbench.colorTheme': 'Default High Contrast' }, run: (context) => themed(context, 'contrast') },
  'looks well in light high contrast': { settings: { 'workbench.colorTheme': 'Default High Contrast Light' }, run: (context) => themed(context, 'contrast-light') },
};

async function themed({ editor }, name) {
  await editor.model('digits/graph.nnef');
  await editor.command('NNEF: Run Graph');
  await editor.pick('7.png');
  await editor.pick('Outputs only');
  const results = await editor.view('.top .first');
  await editor.shot(`${name}-run`);
  await results.getByRole('button', { name: 'Show in graph' }).click();
  const graph = await editor.view('#canvas .box .time');
  await graph.locator('[data-toggle="strokes"]').click();
  await graph.locator('.box[data-id="strokes/features"]').click();
  await editor.shot(`${name}-graph`);
  await graph.locator('#colour').selectOption('time');
  await graph.locator('.box.heat5').first().waitFor();
  await editor.shot(`${name}-graph-time`);
  await editor.closeAll();
  await editor.file('conv1/filter.dat');
  await editor.view('.pictures canvas');
  await editor.shot(`${name}-tensor`);
}
