import { defineProcess, numberOrNull } from '../define-process.ts';
import type { ProcessDefinition } from '../define-process.ts';
import type { Schema } from '../schema.ts';

const NUMBER: Schema = { type: ['number', 'null'] };

function ofAngle(id: string, summary: string, compute: (x: number) => number): ProcessDefinition {
  return defineProcess({
    id,
    summary,
    parameters: [numberOrNull('x', 'A number; angles are in radians.')],
    returns: NUMBER,
    evaluate: (x) => (x === null ? null : compute(x)),
  });
}

export const trigonometry: readonly ProcessDefinition[] = [
  ofAngle('sin', 'Sine of an angle.', Math.sin),
  ofAngle('cos', 'Cosine of an angle.', Math.cos),
  ofAngle('tan', 'Tangent of an angle.', Math.tan),
  ofAngle('arcsin', 'The angle whose sine is x; NaN outside -1 to 1.', Math.asin),
  ofAngle('arccos', 'The angle whose cosine is x; NaN outside -1 to 1.', Math.acos),
  ofAngle('arctan', 'The angle whose tangent is x.', Math.atan),
  ofAngle('sinh', 'Hyperbolic sine.', Math.sinh),
  ofAngle('cosh', 'Hyperbolic cosine.', Math.cosh),
  ofAngle('tanh', 'Hyperbolic tangent.', Math.tanh),
  ofAngle('arsinh', 'Inverse hyperbolic sine.', Math.asinh),
  ofAngle('arcosh', 'Inverse hyperbolic cosine; NaN below 1.', Math.acosh),
  ofAngle('artanh', 'Inverse hyperbolic tangent; NaN outside -1 to 1.', Math.atanh),
  defineProcess({
    id: 'arctan2',
    summary: 'The angle of the point (x, y), between -π and π.',
    parameters: [numberOrNull('y', 'The ordinate.'), numberOrNull('x', 'The abscissa.')],
    returns: NUMBER,
    evaluate: (y, x) => (x === null || y === null ? null : Math.atan2(y, x)),
  }),
];
