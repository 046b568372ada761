import { open } from 'node:fs/promises';
import { WAV_HEADER_BYTES, wavHeader } from './wav.js';

/**
 * Writes the true length into the header of a recording whose writer is gone; one that is right already stays as it is.
 * False when there is no such file, or it holds no header that `wavHeader` made.
 *
 * @throws what the file system says
 */
export async function repairWav(path: string): Promise<boolean> {
  const file = await open(path, 'r+').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!file) return false;
  try {
    const header = Buffer.alloc(WAV_HEADER_BYTES);
    const { bytesRead } = await file.read(header, 0, WAV_HEADER_BYTES, 0);
    if (bytesRead < WAV_HEADER_BYTES || header.toString('latin1', 0, 4) !== 'RIFF') return false;
    const [channels, rateHz] = [header.readUInt16LE(22), header.readUInt32LE(24)];
    const { size } = await file.stat();
    const blockBytes = channels * 2;
    const dataBytes = Math.floor((size - WAV_HEADER_BYTES) / blockBytes) * blockBytes;
    if (header.readUInt32LE(40) === dataBytes) return true;
    await file.write(wavHeader({ rateHz, channels, dataBytes }), 0, WAV_HEADER_BYTES, 0);
    await file.truncate(WAV_HEADER_BYTES + dataBytes);
    return true;
  } finally {
    await file.close();
  }
}
