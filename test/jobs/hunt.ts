import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { type Moment, type Order, Victim } from './victim.ts';

/** So long a process may have nothing to do before it is killed all the same, in milliseconds: the lease of a dead one ends. */
const IDLE_MS = 1000;
/** About as long as a start takes. */
const START_MS = 500;
/** A sentence of the test's voice takes about as long, and so do the last steps of a job. */
const STEP_MS = 15;
/** About as long as it takes to accept a job; one kill in three comes before anything is done. */
const ACCEPT_MS = 4;

/** Processes that do jobs, killed one after the other and each replaced; when all kills are made, the last live on. */
export class Hunt {
  /** What the kills so far have hit. */
  readonly hits: Record<Moment, number> = { starting: 0, accepting: 0, completing: 0, speaking: 0, idle: 0 };
  readonly #args: readonly string[];
  readonly #random: () => number;
  readonly #live = new Set<Victim>();
  #left: number;
  #over = false;

  /** @param args of process.ts */
  constructor(args: readonly string[], kills: number, random: () => number) {
    this.#args = args;
    this.#left = kills;
    this.#random = random;
  }

  /** Kills to be made. */
  get left(): number {
    return this.#left;
  }

  /** Has one process at a time; several may run beside each other. */
  async run(): Promise<void> {
    while (!this.#over) {
      const victim = new Victim(this.#args);
      this.#live.add(victim);
      await this.#momentOf(victim);
      if (!(await this.#strike(victim))) {
        while (!this.#over) await delay(50);
        await victim.stop();
      }
      this.#live.delete(victim);
    }
  }

  end(): void {
    this.#over = true;
  }

  /**
   * Has a job accepted by one of the processes, again by another one where no answer came, and gives its id.
   *
   * @param deadly the first one asked is killed while it accepts, or just before or after that
   */
  async submit(order: Order, deadly = false): Promise<string> {
    for (;;) {
      const ready = [...this.#live].filter((victim) => victim.isReady && !victim.isKilled);
      const victim = ready[Math.floor(this.#random() * ready.length)];
      if (victim === undefined) {
        await delay(20);
        continue;
      }
      const answer = victim.accept(order);
      if (deadly) {
        await delay(Math.max(0, (1.5 * this.#random() - 0.5) * ACCEPT_MS));
        await this.#strike(victim);
      }
      deadly = false;
      const id = await answer;
      if (id !== undefined) return id;
    }
  }

  /** Waits for when it is to die: one in eight while it starts, some while they make an audio, most behind a few sentences. */
  async #momentOf(victim: Victim): Promise<void> {
    const choice = this.#random();
    if (choice < 0.12) {
      await delay(this.#random() * START_MS);
      return;
    }
    const sentences = Math.floor(this.#random() * 4);
    if (choice < 0.3) await victim.until(() => victim.count('completing') > 0, IDLE_MS);
    else await victim.until(() => victim.count('speaking') > 0 && victim.count('sentence') >= sentences, IDLE_MS);
    await delay(this.#random() * STEP_MS);
  }

  /** False when all kills are made, and it lives. */
  async #strike(victim: Victim): Promise<boolean> {
    if (victim.isKilled) return true;
    if (this.#left === 0) return false;
    this.#left -= 1;
    await victim.kill();
    assert.ok(victim.isKilled, 'a process died by itself');
    this.hits[victim.moment] += 1;
    return true;
  }
}
