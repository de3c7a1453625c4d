// How often a server that dies is started again.

export class Crashes {
  private readonly times: number[] = [];

  constructor(
    private readonly most = 4,
    private readonly within = 3 * 60_000,
  ) {}

  /** Whether a server that died `now`, in milliseconds, is worth another start: not after `most` within that time. */
  another(now: number): boolean {
    this.times.push(now);
    while (this.times.length && this.times[0] < now - this.within) this.times.shift();
    return this.times.length <= this.most;
  }
}
