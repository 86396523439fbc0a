// Plain JavaScript without imports from packages: runs a program in the place of this one, under any Node.
import { spawn } from 'node:child_process';

const HANDED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Ends this process as the program ends. A signal that this process alone receives is handed on; one that reached both
 * (Ctrl-C) then comes twice within moments, which `main.ts` takes for one.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 */
export function handOver(program, args, options = {}) {
  const child = spawn(program, args, { ...options, stdio: 'inherit' });
  for (const name of HANDED_ON) process.on(name, () => child.kill(name));
  child.on('error', (error) => {
    console.error(`Cannot start Node: ${error.message}`);
    process.exit(1);
  });
  child.on('close', (status, signal) => {
    for (const name of HANDED_ON) process.removeAllListeners(name);
    if (signal) process.kill(process.pid, signal);
    else process.exit(status ?? 1);
  });
}
