// A process of callers: gets its order, says when it is ready, begins when it is told, and answers with its report.
import { once } from 'node:events';
import { loadResampler } from '@app/audio';
import { goBeforeOthers } from '@app/boot';
import { systemClock } from '@app/kernel';
import { FliteEngine } from '../engines/flite.engine.js';
import { Callers, type CallersOrder, loadLines } from './callers.js';

process.once('disconnect', () => process.exit()); // whoever wanted the calls is gone, or has its report
const [order] = (await once(process, 'message')) as [CallersOrder];
await loadResampler();
const engine = new FliteEngine({ cacheFolder: order.speechFolder });
const lines = await loadLines(engine, order.centre.ringover.streamRateHz);
await engine.close();
const callers = new Callers(order, lines, systemClock);
goBeforeOthers(); // who measures must not be late
process.send?.('ready');
await once(process, 'message');
const report = await callers.run();
process.send?.(report, undefined, undefined, () => process.disconnect());
