export { sum16, sum32, sum8 } from './differences';
export { inflate } from './stream';
