export { spokenCaller } from './spoken-caller.js';
