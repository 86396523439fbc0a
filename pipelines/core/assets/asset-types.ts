/** Kinds of assets, named after the management objects of IMBOR and the object types of the BGT (IMGeo). */

export interface AssetType {
  readonly id: string;
  readonly label: { readonly nl: string; readonly en: string };
  /** The object type of the BGT that shows it, where there is one. */
  readonly bgt: string | null;
  /** Cost of bringing one into good condition, euros: what is reckoned with where an asset does not say its own. */
  readonly cost: number;
  /** Years in which a new one is worn out, for a register that has no history yet. */
  readonly life: number;
}

const type = (id: string, [nl, en]: readonly [string, string], bgt: string | null, cost: number, life: number) =>
  ({ id, label: { nl, en }, bgt, cost, life }) as const satisfies AssetType;

export const ASSET_TYPES: readonly AssetType[] = [
  type('bridge', ['Brug', 'Bridge'], 'Overbruggingsdeel', 60_000, 80),
  type('viaduct', ['Viaduct', 'Viaduct'], 'Overbruggingsdeel', 120_000, 80),
  type('tunnel', ['Tunnel', 'Tunnel'], 'Tunneldeel', 250_000, 100),
  type('culvert', ['Duiker', 'Culvert'], 'Kunstwerkdeel', 8_000, 60),
  type('quay', ['Kademuur', 'Quay wall'], 'Scheiding', 90_000, 80),
  type('sheet-pile', ['Damwand', 'Sheet pile wall'], 'Scheiding', 40_000, 60),
  type('retaining-wall', ['Keerwand', 'Retaining wall'], 'Scheiding', 35_000, 70),
  type('noise-barrier', ['Geluidsscherm', 'Noise barrier'], 'Scheiding', 25_000, 40),
  type('dike', ['Dijk', 'Dike'], 'Kunstwerkdeel', 80_000, 100),
  type('bank', ['Oever', 'Bank'], 'OndersteunendWaterdeel', 12_000, 40),
  type('lock', ['Sluis', 'Lock'], 'Kunstwerkdeel', 200_000, 80),
  type('weir', ['Stuw', 'Weir'], 'Kunstwerkdeel', 30_000, 50),
  type('pumping-station', ['Gemaal', 'Pumping station'], 'Kunstwerkdeel', 70_000, 50),
  type('jetty', ['Steiger', 'Jetty'], 'Kunstwerkdeel', 15_000, 40),
  type('road', ['Weg', 'Road'], 'Wegdeel', 45_000, 30),
  type('cycle-path', ['Fietspad', 'Cycle path'], 'Wegdeel', 15_000, 30),
  type('verge', ['Berm', 'Verge'], 'OndersteunendWegdeel', 2_000, 25),
  type('sewer', ['Rioolleiding', 'Sewer'], null, 20_000, 60),
  type('gantry', ['Portaal', 'Gantry'], 'Weginrichtingselement', 18_000, 50),
  type('light', ['Lichtmast', 'Light mast'], 'Paal', 1_500, 40),
];

/** Other words by which files know them. */
const ALIASES: Readonly<Record<string, string>> = {
  overbruggingsdeel: 'bridge',
  kade: 'quay',
  'quay-wall': 'quay',
  waterkering: 'dike',
  levee: 'dike',
  dyke: 'dike',
  oeverbescherming: 'bank',
  wegdeel: 'road',
  wegvak: 'road',
  ondersteunendwegdeel: 'verge',
  riool: 'sewer',
  grondkering: 'retaining-wall',
};

const BY_WORD = new Map<string, AssetType>();
for (const one of ASSET_TYPES) for (const word of [one.id, one.label.nl, one.label.en]) BY_WORD.set(wordOf(word), one);
for (const [word, id] of Object.entries(ALIASES)) BY_WORD.set(word, BY_WORD.get(id)!);

/** By its id, its name in either language or another known word; null for none of these. */
export function findAssetType(word: string): AssetType | null {
  return BY_WORD.get(wordOf(word)) ?? null;
}

function wordOf(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_]+/g, '-');
}
