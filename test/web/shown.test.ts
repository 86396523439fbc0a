import { describe, expect, it } from 'vitest';
import type { LayerFrame, LayerSummary } from '../../pipelines/core/wire.ts';
import { datesOf, frameAt, newLayer, withLayer, withLayerMoved, withLayerStyled } from '../../web/src/state/shown.ts';

function frame(datetime: string | null, clearShare: number | null = 1): LayerFrame {
  return { id: `f-${datetime}`, datetime, clearShare, tilejson: '', archive: '' };
}

function layer(...frames: LayerFrame[]): LayerSummary {
  const text = { nl: '', en: '' };
  return {
    id: 'ndvi',
    title: text,
    description: text,
    theme: 'vegetation',
    kind: 'value',
    unit: null,
    range: null,
    colormap: null,
    frames,
    bounds: [0, 0, 1, 1],
    attribution: '',
    simulated: true,
  };
}

const [A, B, C] = ['a', 'b', 'c'].map(newLayer) as [ReturnType<typeof newLayer>, ...ReturnType<typeof newLayer>[]];

describe('layers on the map', () => {
  it('come on top, once', () => {
    expect(withLayer([A!, B!], 'c', true).map(({ id }) => id)).toEqual(['c', 'a', 'b']);
    expect(withLayer([A!, B!], 'b', true)).toEqual([A, B]);
    expect(withLayer([A!, B!], 'a', false)).toEqual([B]);
  });

  it('move up and down within the list', () => {
    const order = (id: string, by: number) => withLayerMoved([A!, B!, C!], id, by).map((l) => l.id);
    expect(order('c', -1)).toEqual(['a', 'c', 'b']);
    expect(order('a', 1)).toEqual(['b', 'a', 'c']);
    expect(order('a', -1)).toEqual(['a', 'b', 'c']);
    expect(order('b', 9)).toEqual(['a', 'c', 'b']);
    expect(order('x', 1)).toEqual(['a', 'b', 'c']);
  });

  it('keep their other style when one part changes', () => {
    const styled = withLayerStyled([{ ...A!, colormap: 'magma' }, B!], 'a', { opacity: 0.3 });
    expect(styled).toEqual([{ id: 'a', opacity: 0.3, colormap: 'magma', range: null }, B]);
  });
});

describe('the frame of a layer', () => {
  const dated = layer(frame('2025-04-01T10:00:00Z'), frame('2025-06-01T10:00:00Z'), frame('2025-08-01T10:00:00Z', 0.2));

  it('is the newest clear one at first', () => {
    expect(frameAt(dated, null)?.datetime).toBe('2025-06-01T10:00:00Z');
  });

  it('is the newest where none is clear', () => {
    const cloudy = layer(frame('2025-04-01T10:00:00Z', 0.3), frame('2025-06-01T10:00:00Z', 0.1));
    expect(frameAt(cloudy, null)?.datetime).toBe('2025-06-01T10:00:00Z');
  });

  it('is the nearest to the date that is chosen', () => {
    expect(frameAt(dated, '2025-07-10T00:00:00Z')?.datetime).toBe('2025-08-01T10:00:00Z');
    expect(frameAt(dated, '2019-01-01T00:00:00Z')?.datetime).toBe('2025-04-01T10:00:00Z');
  });

  it('is the only one of a layer without time', () => {
    expect(frameAt(layer(frame(null)), '2025-07-10T00:00:00Z')?.datetime).toBeNull();
    expect(frameAt(layer(), null)).toBeNull();
  });
});

describe('the timeline', () => {
  it('orders the dates of all layers and joins equal instants', () => {
    const a = layer(frame('2025-06-01T12:00:00+02:00'), frame(null));
    const b = layer(frame('2025-04-01T10:00:00Z'), frame('2025-06-01T10:00:00Z'));
    expect(datesOf([a, b]).map(({ datetime }) => datetime)).toEqual([
      '2025-04-01T10:00:00Z',
      '2025-06-01T12:00:00+02:00',
    ]);
  });
});
