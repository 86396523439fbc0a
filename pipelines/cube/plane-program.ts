import { ProgramBuilder } from './builder.ts';
import type { CubeProgram } from './program.ts';

/** The program of one plane, with only what it needs: small enough to be sent with every task. */
export function planeProgram(program: CubeProgram, plane: number): CubeProgram {
  const builder = ProgramBuilder.of(program);
  return { grid: program.grid, dimensions: [], ...builder.finish([program.planes[plane]!]) };
}
