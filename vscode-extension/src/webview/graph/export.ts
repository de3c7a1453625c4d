// The drawing as a file of its own: styles that came from the theme are written into the elements.

import type { Scene } from '../../graph/scene';

const STYLES = ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'font-size', 'font-weight', 'opacity', 'paint-order'] as const;

export function exportSvg(root: SVGGElement, scene: Scene): string {
  const copy = root.cloneNode(true) as SVGGElement;
  const [from, to] = [root.querySelectorAll('rect,path,text,circle'), copy.querySelectorAll('rect,path,text,circle')];
  from.forEach((element, index) => {
    const style = getComputedStyle(element);
    for (const name of STYLES) to[index].setAttribute(name, style.getPropertyValue(name));
    to[index].removeAttribute('class');
  });
  for (const element of copy.querySelectorAll('.toggle')) element.remove();
  copy.setAttribute('transform', 'translate(20,20)');
  const [width, height] = [Math.ceil(scene.width + 40), Math.ceil(scene.height + 40)];
  const background = getComputedStyle(document.body).backgroundColor;
  const marker = document.getElementById('arrow')!.cloneNode(true) as Element;
  marker.firstElementChild?.setAttribute('fill', getComputedStyle(document.querySelector('#arrow path')!).fill);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
    `font-family="system-ui, sans-serif"><defs>${new XMLSerializer().serializeToString(marker)}</defs>` +
    `<rect width="100%" height="100%" fill="${background}"/>${new XMLSerializer().serializeToString(copy)}</svg>\n`
  );
}
