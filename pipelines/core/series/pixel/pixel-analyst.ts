/** What an analysis makes of the series of a pixel: numbers, one for each band of the result. */
import type { MaskedSeries, Series } from '../series.ts';

export interface PixelBand {
  /** Short, such as `slope`. */
  readonly name: string;
  /** `days since 1970-01-01`, `1` for a plain number; `value`, `value per year`: of the unit of the values. */
  readonly unit: string;
  /** One sentence. */
  readonly title: string;
}

/** The series of one pixel. All of it is overwritten by that of the next. */
export interface PixelSeries {
  /** All dates of the stack. */
  readonly all: MaskedSeries;
  /** Those on which the pixel has a value. */
  readonly known: Series;
}

export interface PixelAnalyst {
  readonly bands: readonly PixelBand[];
  /** @param out  One number per band, NaN when called; what stays NaN is nodata. */
  analyse(pixel: PixelSeries, out: Float64Array): void;
}

export const COUNT_BAND: PixelBand = { name: 'n', unit: 'dates', title: 'Dates on which the pixel has a value' };
/** Of bands that hold a value such as those of the series. */
export const VALUE_UNIT = 'value';
/** Of bands that hold a moment: exact to the minute in single precision. */
export const DAYS = 'days since 1970-01-01';
