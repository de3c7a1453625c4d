// Panning and zooming: one transform on the root group.

import type { Point } from '../../graph/layout';

export class Viewport {
  x = 0;
  y = 0;
  scale = 1;

  constructor(
    private readonly canvas: SVGSVGElement,
    private readonly root: SVGGElement,
    private readonly changed: () => void,
  ) {
    canvas.addEventListener('wheel', (event) => this.wheel(event), { passive: false });
    canvas.addEventListener('pointerdown', (event) => this.drag(event));
  }

  apply(): void {
    this.root.setAttribute('transform', `translate(${this.x},${this.y}) scale(${this.scale})`);
    // Small text is not readable and costs most of the drawing.
    this.canvas.classList.toggle('far', this.scale < 0.35);
    this.changed();
  }

  zoom(factor: number, at: Point = this.middle()): void {
    const scale = Math.min(3, Math.max(0.02, this.scale * factor));
    this.x = at.x - ((at.x - this.x) * scale) / this.scale;
    this.y = at.y - ((at.y - this.y) * scale) / this.scale;
    this.scale = scale;
    this.apply();
  }

  fit(width: number, height: number): void {
    const { clientWidth, clientHeight } = this.canvas;
    const free = clientHeight - 12;
    const wide = clientWidth / (width + 40);
    // A deep network is shown in readable size from its top, not as a hair from top to bottom.
    this.scale = Math.min(1.15, Math.max(Math.min(wide, free / (height + 24)), Math.min(wide, 0.55)));
    this.x = (clientWidth - width * this.scale) / 2;
    this.y = Math.max(12, (free - height * this.scale) / 2);
    this.apply();
  }

  /** Shows a rectangle of the drawing: moved in by as little as needed where it is near, into the middle where it is far. */
  reveal(x: number, y: number, width: number, height: number): void {
    const { clientWidth, clientHeight } = this.canvas;
    const dx = inward(x * this.scale + this.x, width * this.scale, clientWidth);
    const dy = inward(y * this.scale + this.y, height * this.scale, clientHeight);
    if (dx === 0 && dy === 0) return;
    if (Math.abs(dx) < clientWidth / 2 && Math.abs(dy) < clientHeight / 2) {
      this.x += dx;
      this.y += dy;
    } else {
      this.x = clientWidth / 2 - (x + width / 2) * this.scale;
      this.y = clientHeight / 2 - (y + Math.min(height, clientHeight / this.scale) / 2) * this.scale;
    }
    this.apply();
  }

  /** The point of the drawing that is in the middle of the screen. */
  centre(): Point {
    const { x, y } = this.middle();
    return { x: (x - this.x) / this.scale, y: (y - this.y) / this.scale };
  }

  private middle(): Point {
    return { x: this.canvas.clientWidth / 2, y: this.canvas.clientHeight / 2 };
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    const box = this.canvas.getBoundingClientRect();
    const at = { x: event.clientX - box.left, y: event.clientY - box.top };
    if (event.shiftKey) this.x -= event.deltaY;
    this.zoom(event.shiftKey ? 1 : Math.exp(-event.deltaY * 0.0016), at);
  }

  private drag(event: PointerEvent): void {
    if (event.button !== 0 || (event.target as Element).closest('[data-id]:not(.open)')) return;
    const [left, top] = [this.x - event.clientX, this.y - event.clientY];
    const move = (to: PointerEvent) => {
      [this.x, this.y] = [left + to.clientX, top + to.clientY];
      this.apply();
    };
    this.canvas.setPointerCapture(event.pointerId);
    this.canvas.addEventListener('pointermove', move);
    this.canvas.addEventListener('pointerup', () => this.canvas.removeEventListener('pointermove', move), { once: true });
  }
}

/** How far an interval must move to be inside of the screen, its beginning first; a margin makes it look at home. */
function inward(start: number, length: number, room: number): number {
  const margin = 10;
  if (start < 0 || length + 2 * margin > room) return start < 0 || start > room / 2 ? margin - start : 0;
  return start + length > room ? room - margin - length - start : 0;
}
