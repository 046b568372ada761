import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { birthmark, commandOf } from './birthmark.js';
import { lastLines, launch, stopGroup } from './process-group.js';
import { ProcessRegister } from './process-register.js';

describe('a process group', () => {
  let home: string;
  let register: ProcessRegister;
  const run = (script: string) =>
    launch({ name: 'it', file: process.execPath, args: ['-e', script], logPath: join(home, 'it.log') }, register);

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'groups-'));
    register = new ProcessRegister(home);
  });
  afterEach(async () => {
    for (const entry of register.running()) await stopGroup(entry, 0);
    rmSync(home, { recursive: true });
  });

  it('is found again by another who looks into the same folder', async () => {
    const running = await run('setInterval(() => {}, 1000)');
    expect(new ProcessRegister(home).running()).toEqual([
      { name: 'it', pid: running.pid, born: birthmark(running.pid), stopSignal: 'SIGTERM' },
    ]);
    expect(commandOf(running.pid)).toContain('setInterval');
  });

  it('is not taken for another process that has its number now', async () => {
    const { pid } = await run('setInterval(() => {}, 1000)');
    const path = join(home, 'processes.json');
    const later = [{ name: 'it', pid, born: 'another time', stopSignal: 'SIGTERM' }];
    const kept = register.running();
    writeFileSync(path, JSON.stringify(later));
    expect(new ProcessRegister(home).running()).toEqual([]);
    writeFileSync(path, JSON.stringify(kept));
  });

  it('ends when it is asked to, and says how', async () => {
    const running = await run(
      'process.on("SIGTERM", () => process.exit(3)); console.log("up"); setInterval(() => {}, 1000)',
    );
    await until(() => lastLines(running, 1) === 'up');
    await stopGroup(running, 5_000);
    expect(await running.ended).toBe('ended with code 3');
    expect(birthmark(running.pid)).toBeUndefined();
    expect(register.running()).toEqual([]);
  });

  it('is ended by force, with its children, when it does not listen', async () => {
    const child = 'require("child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]).pid';
    const running = await run(`process.on("SIGTERM", () => {}); console.log(${child}); setInterval(() => {}, 1000)`);
    await until(() => lastLines(running, 1) !== '');
    const childPid = Number(lastLines(running, 1));
    expect(birthmark(childPid)).toBeDefined();
    await stopGroup(running, 100);
    await until(() => birthmark(childPid) === undefined);
    expect(await running.ended).toBe('was ended by SIGKILL');
  });

  it('is not started once everything is to end', async () => {
    register.close();
    await expect(run('')).rejects.toThrow('not started any more');
  });

  it('says why there is none when the program is not there', async () => {
    const order = { name: 'it', file: join(home, 'nothing'), args: [], logPath: join(home, 'it.log') };
    await expect(launch(order, register)).rejects.toThrow('ENOENT');
  });

  it('has its last words told without their JSON', () => {
    const logPath = join(home, 'it.log');
    const lines = ['old', '{"level":50,"msg":"cannot start","err":{"message":"no Redis"}}', 'plain'];
    writeFileSync(logPath, lines.join('\n'));
    expect(lastLines({ logPath }, 2)).toBe('cannot start: no Redis\nplain');
  });
});

async function until(isSo: () => boolean): Promise<void> {
  for (let waitedMs = 0; !isSo(); waitedMs += 20) {
    if (waitedMs >= 3_000) throw new Error(`still not so: ${isSo}`);
    await wait(20);
  }
}
