/** A rectangle of whole pixels. */
export interface Window {
  readonly col: number;
  readonly row: number;
  readonly width: number;
  readonly height: number;
}

/** The part of `w` inside a raster of `width` × `height`; null where they do not meet. */
export function clip(w: Window, width: number, height: number): Window | null {
  const col = Math.max(0, w.col);
  const row = Math.max(0, w.row);
  const right = Math.min(width, w.col + w.width);
  const bottom = Math.min(height, w.row + w.height);
  return right > col && bottom > row ? { col, row, width: right - col, height: bottom - row } : null;
}

/** Windows of at most `size` × `size` that tile a raster, row by row; those at the right and bottom edge are smaller. */
export function split(width: number, height: number, size: number): Window[] {
  const windows: Window[] = [];
  for (let row = 0; row < height; row += size)
    for (let col = 0; col < width; col += size)
      windows.push({ col, row, width: Math.min(size, width - col), height: Math.min(size, height - row) });
  return windows;
}
