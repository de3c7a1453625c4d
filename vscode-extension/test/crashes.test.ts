import { describe, expect, it } from 'vitest';
import { Crashes } from '../src/server/crashes';

describe('a server that dies', () => {
  it('starts again until it dies too often in a short time', () => {
    const crashes = new Crashes(2, 1000);
    expect([0, 400, 800].map((now) => crashes.another(now))).toEqual([true, true, false]);
  });

  it('starts again when the other times were long ago', () => {
    const crashes = new Crashes(2, 1000);
    expect([0, 400, 1200, 1600, 1700].map((now) => crashes.another(now))).toEqual([true, true, true, true, false]);
    expect(crashes.another(5000)).toBe(true);
  });
});
