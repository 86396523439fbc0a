/** The pipelines that come with the platform, their parameters and options, in the reader's words. */
import type { Language } from '../i18n/language.ts';

interface Words {
  readonly title: string;
  readonly text?: string;
}

/** Pipelines that come with the platform, in the reader's words; others have their own. */
const PIPELINES: Readonly<Record<string, Readonly<Record<Language, Words>>>> = {
  'ndvi-composite': {
    en: {
      title: 'One picture of a period',
      text: 'An index out of all dates of a period, clouds removed, as a map layer.',
    },
    nl: {
      title: 'Eén beeld van een periode',
      text: 'Een index uit alle datums van een periode, zonder wolken, als kaartlaag.',
    },
  },
  'monthly-composites': {
    en: { title: 'A picture of each month', text: 'An index per month, season or year, as dates of a map layer.' },
    nl: { title: 'Een beeld per maand', text: 'Een index per maand, seizoen of jaar, als datums van een kaartlaag.' },
  },
  'filled-months': {
    en: {
      title: 'Months without gaps',
      text: 'Periods of which those without a value are filled from their neighbours in time.',
    },
    nl: {
      title: 'Maanden zonder gaten',
      text: 'Perioden, waarin lege plekken worden gevuld uit hun buren in de tijd.',
    },
  },
  'zone-series': {
    en: { title: 'Zones through time', text: 'Statistics of an index for each zone and date, as a table and a chart.' },
    nl: { title: 'Zones door de tijd', text: 'Statistieken van een index per zone en datum, als tabel en grafiek.' },
  },
  'index-archive': {
    en: { title: 'One scene as a map layer', text: 'An index of a single scene, clouds removed.' },
    nl: { title: 'Eén opname als kaartlaag', text: 'Een index van één opname, zonder wolken.' },
  },
  'share-above': {
    en: {
      title: 'How often above a threshold',
      text: 'For each pixel the share of dates on which an index exceeds a value.',
    },
    nl: {
      title: 'Hoe vaak boven een drempel',
      text: 'Per pixel het deel van de datums waarop een index een waarde overschrijdt.',
    },
  },
  'anomaly-map': {
    en: { title: 'Unlike other years', text: 'How far a period lies from what is normal for that time of the year.' },
    nl: { title: 'Anders dan andere jaren', text: 'Hoever een periode ligt van wat dan normaal is.' },
  },
  'trend-map': {
    en: {
      title: 'Where it rises or falls',
      text: 'Where an index rose or fell over the years, and how sure that is.',
    },
    nl: {
      title: 'Waar het stijgt of daalt',
      text: 'Waar een index over de jaren steeg of daalde, en hoe zeker dat is.',
    },
  },
  'phenology-map': {
    en: {
      title: 'When the season comes',
      text: 'For each pixel the days on which the green season of a year began, peaked and ended.',
    },
    nl: {
      title: 'Wanneer het seizoen valt',
      text: 'Per pixel de dagen waarop het groene seizoen van een jaar begon, piekte en eindigde.',
    },
  },
  change: {
    en: { title: 'What changed', text: 'What an index gained or lost between two periods.' },
    nl: { title: 'Wat er veranderde', text: 'Wat een index won of verloor tussen twee perioden.' },
  },
};

export function pipelineWords(id: string, language: Language): Words {
  return PIPELINES[id]?.[language] ?? { title: id };
}

/** Parameters of these pipelines in Dutch; in English their own descriptions serve. */
const PARAMETERS: Readonly<Record<string, Readonly<Record<Language, Words>>>> = {
  collection: { en: { title: 'Collection' }, nl: { title: 'Collectie', text: 'De collectie van de catalogus.' } },
  period: {
    en: { title: 'Period' },
    nl: { title: 'Periode', text: 'De datums van de opnamen; het einde telt niet mee.' },
  },
  before: { en: { title: 'Before' }, nl: { title: 'Eerder', text: 'De vroegere datums; het einde telt niet mee.' } },
  after: { en: { title: 'After' }, nl: { title: 'Later', text: 'De latere datums.' } },
  area: { en: { title: 'Area' }, nl: { title: 'Gebied', text: 'Zonder gebied: alles wat de opnamen beslaan.' } },
  index: {
    en: { title: 'Index' },
    nl: { title: 'Index', text: 'Een index van de catalogus, of een formule met banden.' },
  },
  method: {
    en: { title: 'Method', text: 'How the values of several dates become one: median, mean, max, p90 …' },
    nl: { title: 'Methode', text: 'Hoe waarden van meer datums één worden: median, mean, max, p90 …' },
  },
  max_cloud: {
    en: { title: 'Cloud, at most (%)' },
    nl: { title: 'Wolken, hoogstens (%)', text: 'Opnamen met meer wolken blijven buiten beschouwing.' },
  },
  classes: {
    en: { title: 'Left out' },
    nl: { title: 'Weggelaten', text: 'Wat de classificatie vindt en een pixel ongeldig maakt.' },
  },
  margin: {
    en: { title: 'Margin around clouds (m)' },
    nl: { title: 'Marge om wolken (m)', text: 'Hoever wolken en schaduwen verder reiken dan hun pixels.' },
  },
  layer: {
    en: { title: 'Name of the map layer' },
    nl: { title: 'Naam van de kaartlaag', text: 'Onder deze naam komt zij op de kaart.' },
  },
  zones: {
    en: { title: 'Zones' },
    nl: { title: 'Zones', text: 'Een verzameling zones van de catalogus.' },
  },
  statistics: { en: { title: 'Statistics' }, nl: { title: 'Statistieken', text: 'Namen met komma’s ertussen.' } },
  format: { en: { title: 'Format' }, nl: { title: 'Formaat', text: 'Van de tabel.' } },
  step: {
    en: { title: 'Each picture is of a' },
    nl: { title: 'Elk beeld is van een', text: 'Het deel van de kalender dat één beeld wordt.' },
  },
  year: { en: { title: 'Year' }, nl: { title: 'Jaar', text: 'Het jaar waarin de piek ligt.' } },
  years: {
    en: { title: 'Normal years' },
    nl: { title: 'Normale jaren', text: 'Het eerste en het laatste jaar die zeggen wat normaal is.' },
  },
  level: {
    en: { title: 'p, at most' },
    nl: { title: 'p, hoogstens', text: 'Een helling met een grotere p blijft van de kaart.' },
  },
  threshold: { en: { title: 'Threshold' }, nl: { title: 'Drempel', text: 'De waarde waarmee wordt vergeleken.' } },
  scene: { en: { title: 'Scene' }, nl: { title: 'Opname', text: 'Het kenmerk van een opname in de catalogus.' } },
};

export function parameterWords(name: string, description: string, language: Language): Words {
  const known = PARAMETERS[name]?.[language];
  const plain = name.replaceAll('_', ' ');
  return { title: known?.title ?? plain[0]!.toUpperCase() + plain.slice(1), text: known?.text ?? description };
}

/** Options of these pipelines in Dutch; what is not here is the same word, or a format. */
const OPTIONS_NL: Readonly<Record<string, string>> = {
  cloud: 'wolk',
  shadow: 'schaduw',
  snow: 'sneeuw',
  dark: 'donker',
  unclassified: 'niet ingedeeld',
  dekad: 'decade (tien dagen)',
  month: 'maand',
  season: 'seizoen',
  year: 'jaar',
};

export function optionWord(option: string, language: Language): string {
  return language === 'nl' ? (OPTIONS_NL[option] ?? option) : option;
}
