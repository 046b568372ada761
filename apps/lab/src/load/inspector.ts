import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type Clock, OperationalError } from '@app/kernel';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { toMb } from './process-usage.js';

/** The process under load could not be asked. */
export class InspectorFailed extends OperationalError {
  readonly code = 'lab.inspector-failed';
  readonly retryable = true;
}

const ADDRESS = /Debugger listening on (ws:\/\/127\.0\.0\.1:\d+\/[\w-]+)/g;
const WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 100;

const answer = z.object({ id: z.number(), result: z.unknown(), error: z.object({ message: z.string() }).optional() });
type Answer = z.output<typeof answer>;

const evaluated = z.object({ result: z.object({ value: z.object({ heapUsed: z.number(), external: z.number() }) }) });
const listed = z.object({ result: z.object({ value: z.array(z.string()) }) });
const referred = z.object({ result: z.object({ objectId: z.string() }) });
const queried = z.object({ objects: z.object({ objectId: z.string() }) });
const counted = z.object({ result: z.object({ value: z.number() }) });

/** Of remote objects, so that they are let go together. */
const GROUP = 'lab';
const EMITTERS = `process.getBuiltinModule('node:events').prototype`;
const EMITTERS_LISTENERS = `function () {
  let count = 0;
  for (const emitter of this)
    if (Object.hasOwn(emitter, '_events')) for (const name of Reflect.ownKeys(emitter._events ?? {})) count += emitter.listenerCount(name);
  return count;
}`;
const SIGNALS = 'AbortSignal.prototype';
const SIGNALS_LISTENERS = `function () {
  const { getEventListeners } = process.getBuiltinModule('node:events');
  let count = 0;
  for (const signal of this) if (signal !== AbortSignal.prototype && signal instanceof AbortSignal) try { count += getEventListeners(signal, 'abort').length } catch {}
  return count;
}`;

const profiled = z.object({ profile: z.unknown() });

/** Node's own inspector in another process, which must have been started with a free inspector port (`--inspect-port=0`). */
export class Inspector {
  readonly #waiting = new Map<number, (answered: Answer) => void>();
  #asked = 0;

  private constructor(private readonly socket: WebSocket) {
    socket.on('message', (data) => {
      const read = answer.safeParse(JSON.parse(String(data)));
      if (read.success) this.#waiting.get(read.data.id)?.(read.data);
    });
  }

  /** @param logPath where the process prints: the address stands there. @throws InspectorFailed */
  static async open(pid: number, logPath: string, clock: Clock): Promise<Inspector> {
    process.kill(pid, 'SIGUSR1');
    for (let waitedMs = 0; waitedMs < WITHIN_MS; waitedMs += LOOK_EVERY_MS) {
      const url = [...(await readFile(logPath, 'utf8')).matchAll(ADDRESS)].at(-1)?.[1];
      if (url !== undefined) {
        const socket = new WebSocket(url, { perMessageDeflate: false });
        await once(socket, 'open');
        return new Inspector(socket);
      }
      await clock.sleep(LOOK_EVERY_MS);
    }
    throw new InspectorFailed(`process ${pid} opened no inspector`);
  }

  /** Heap and buffers that are still held after a forced collection, in MB. */
  async heldMb(): Promise<number> {
    await this.#ask('HeapProfiler.collectGarbage');
    const expression = '(({ heapUsed, external }) => ({ heapUsed, external }))(process.memoryUsage())';
    const told = evaluated.parse(await this.#ask('Runtime.evaluate', { expression, returnByValue: true }));
    return toMb(told.result.value.heapUsed + told.result.value.external);
  }

  /** What keeps its event loop alive, by kind, and the listeners of all emitters and abort signals that are alive. */
  async counts(): Promise<{ resources: Record<string, number>; listeners: number }> {
    const expression = 'process.getActiveResourcesInfo()';
    const told = listed.parse(await this.#ask('Runtime.evaluate', { expression, returnByValue: true }));
    const resources: Record<string, number> = {};
    for (const kind of told.result.value) resources[kind] = (resources[kind] ?? 0) + 1;
    const listeners =
      (await this.#sumOf(EMITTERS, EMITTERS_LISTENERS)) + (await this.#sumOf(SIGNALS, SIGNALS_LISTENERS));
    return { resources, listeners };
  }

  async startProfile(): Promise<void> {
    await this.#ask('Profiler.enable');
    await this.#ask('Profiler.start');
  }

  /** As `.cpuprofile` files hold it. */
  async stopProfile(): Promise<string> {
    return JSON.stringify(profiled.parse(await this.#ask('Profiler.stop')).profile);
  }

  close(): void {
    this.socket.close();
  }

  /** @param prototype an expression for what all of them inherit from @param sum a function of all, as `this` */
  async #sumOf(prototype: string, sum: string): Promise<number> {
    const found = referred.parse(await this.#ask('Runtime.evaluate', { expression: prototype, objectGroup: GROUP }));
    const query = { prototypeObjectId: found.result.objectId, objectGroup: GROUP };
    const { objects } = queried.parse(await this.#ask('Runtime.queryObjects', query));
    const call = { objectId: objects.objectId, functionDeclaration: sum, returnByValue: true };
    const summed = counted.parse(await this.#ask('Runtime.callFunctionOn', call));
    await this.#ask('Runtime.releaseObjectGroup', { objectGroup: GROUP });
    return summed.result.value;
  }

  async #ask(method: string, params: object = {}): Promise<unknown> {
    const id = (this.#asked += 1);
    const answered = new Promise<Answer>((resolve) => this.#waiting.set(id, resolve));
    this.socket.send(JSON.stringify({ id, method, params }));
    const { result, error } = await answered;
    this.#waiting.delete(id);
    if (error) throw new InspectorFailed(`${method}: ${error.message}`);
    return result;
  }
}
