import type { LocalText } from '../../../pipelines/core/wire.ts';

export type Language = keyof LocalText;
