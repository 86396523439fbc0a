/** What the catalogue holds that a form can offer: collections, scenes, sets of zones, and the dates there are. */
import { useMemo } from 'react';
import { useRemote } from '../state/use-remote.ts';
import { getScenes } from '../scenes/scenes-api.ts';
import { getZoneSets } from '../zones/zones-api.ts';

const INDICES = ['NDVI', 'EVI', 'SAVI', 'NDMI', 'NDWI', 'MNDWI', 'NDRE', 'NBR', 'NDBI', 'BSI', 'NDSI'];

interface CatalogueWords {
  /** By the name of a parameter. */
  readonly words: Readonly<Record<string, readonly string[]>>;
  readonly dates: { readonly first: string; readonly last: string } | null;
}

/** Empty as long as it is not there, or where it cannot be had: a form works without it. */
export function useCatalogueWords(): CatalogueWords {
  const [scenes] = useRemote('scenes', getScenes);
  const [zones] = useRemote('zones', getZoneSets);
  return useMemo(() => {
    const list = scenes.status === 'ready' ? scenes.value.scenes : [];
    const [last, first] = [list[0]?.datetime.slice(0, 10), list.at(-1)?.datetime.slice(0, 10)];
    return {
      words: {
        index: INDICES,
        collection: [...new Set(list.map(({ collection }) => collection))],
        scene: list.map(({ id }) => id),
        zones: zones.status === 'ready' ? zones.value.sets.map(({ id }) => id) : [],
      },
      dates: first && last ? { first, last } : null,
    };
  }, [scenes, zones]);
}
