import { fileURLToPath } from 'node:url';

/**
 * The path of a neighbour that runs in a thread or process of its own, with the ending of whoever asks: built files are
 * `.js`; Node runs the sources as they are, so those neighbours keep to TypeScript that can be erased.
 */
export function programBeside(moduleUrl: string, name: string): string {
  return fileURLToPath(new URL(`./${name}${moduleUrl.slice(moduleUrl.lastIndexOf('.'))}`, moduleUrl).href);
}
