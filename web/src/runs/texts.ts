import type { RunState } from '../../../pipelines/core/wire-runs.ts';
import type { Language } from '../i18n/language.ts';
import { useLanguage } from '../i18n/messages.ts';

const en = {
  title: 'Runs',
  lead: 'What the machine is doing, what it made, and what went wrong.',
  start: 'Start a run',
  list: 'Newest first',
  empty: 'Nothing has run yet.',
  emptyHint: 'Start a run here, or with landmeter run on the command line.',
  failed: 'The runs could not be loaded.',
  state: {
    CREATED: 'Waiting',
    PLANNED: 'Planned',
    RUNNING: 'Running',
    DONE: 'Done',
    STOPPED: 'Stopped',
    FAILED: 'Failed',
  } as Record<RunState, string>,
  backToRuns: 'All runs',
  runLead: {
    command: 'Started on the command line',
    api: 'Started here or by a program',
    schedule: 'Started by the clock',
    scene: 'Started by a new scene',
  },
  stepOf: (n: number, of: number) => `step ${n} of ${of}`,
  doneOf: (done: string, of: string) => `${done} of ${of}`,
  doneSoFar: (done: string) => `${done} done`,
  took: (time: string) => `took ${time}`,
  cpuAgainst: (actual: string, expected: string) => `CPU ${actual}, expected ${expected}`,
  expectedCpu: (expected: string) => `expected CPU ${expected}`,
  why: 'Why',
  next: 'What to do',
  stop: 'Stop this run',
  stopping: 'Is being stopped',
  stopFailed: 'The run could not be stopped.',
  again: 'Run again',
  cost: 'Cost',
  costLead: 'What was expected before the start, and what it took.',
  expected: 'Expected',
  actual: 'Actual',
  costRows: {
    cpu: 'CPU time',
    wall: 'Elapsed',
    memory: 'Memory, at most',
    read: 'To read',
    tiles: 'Tiles',
    tasks: 'Tasks',
  },
  kept: (n: number) => `${n} kept from an earlier attempt`,
  attempts: (n: number) => `${n} attempts`,
  steps: 'Steps',
  step: 'Step',
  taskCount: {
    done: (n: number, text: string) => `${text} ${n === 1 ? 'task' : 'tasks'} done`,
    kept: (_n: number, text: string) => `${text} kept from before`,
    failed: (_n: number, text: string) => `${text} failed`,
    queued: (_n: number, text: string) => `${text} waiting`,
  },
  processes: {
    cube: 'Compute',
    tile: 'Map tiles',
    index: 'Index',
    composite: 'Composite',
    warp: 'Reproject',
    zonal: 'Statistics of zones',
    'zone-series': 'Zones through time',
    'cube-zones': 'Zones through time',
    'cube-series': 'Series of pixels',
  } as Record<string, string>,
  stepDone: 'done',
  stepNow: 'running',
  stepLater: 'not begun',
  products: 'Products',
  noProducts: 'Nothing has been made yet.',
  passport: 'Passport',
  passportOf: (name: string) => `Passport of ${name} (opens in a new tab)`,
  showOnMap: 'Show on the map',
  showSeries: 'Show the series',
  showFailed: 'The layer could not be shown.',
  notOnMap: 'This archive is not among the layers of the map.',
  downloadFailed: 'The file could not be fetched.',
  kinds: { raster: 'raster', archive: 'map layer', table: 'table', features: 'areas', other: 'file' },
  parameters: 'Set to',
  schedules: 'Schedules',
  noSchedules: 'Nothing starts by itself. A schedule is made with landmeter schedule add.',
  nextTime: (time: string) => `next ${time}`,
  onScene: 'when a scene comes in',
  onTile: (tile: string) => `of tile ${tile}`,
  upToCloud: (percent: number) => `with at most ${percent}% cloud`,
  lastRun: 'Last run',

  choose: 'What shall be made?',
  chooseLead: 'Choose a pipeline. Before it starts you see what it will cost.',
  pipelinesFailed: 'The pipelines could not be loaded.',
  backToPipelines: 'All pipelines',
  optional: 'optional',
  required: 'needed',
  more: 'More settings',
  from: 'From',
  until: 'Until (not included)',
  scenesFrom: (from: string, to: string) => `There are scenes from ${from} to ${to}.`,
  everywhere: 'All that the scenes cover',
  mapView: 'What the map shows now',
  takeView: 'Take the present view',
  priority: 'Priority',
  priorities: { low: 'When nothing else waits', normal: 'Normal', high: 'Before all others' },
  noJson: 'This is no JSON.',
  estimate: 'Estimate',
  estimating: 'Being estimated',
  startNow: 'Start',
  starting: 'Being started',
  planTitle: 'This is what it takes',
  planInputs: (n: number) => (n === 1 ? 'from 1 file' : `from ${n} files`),
  planSteps: (n: number) => (n === 1 ? '1 product' : `${n} products`),
  estimateFailed: 'This cannot run as it is set.',
  startFailed: 'The run could not be started.',
  needsSignIn: 'Sign in to estimate and start.',
  yes: 'Yes',
};

const nl: typeof en = {
  title: 'Runs',
  lead: 'Wat de machine doet, wat zij maakte, en wat er misging.',
  start: 'Run starten',
  list: 'Nieuwste eerst',
  empty: 'Er heeft nog niets gedraaid.',
  emptyHint: 'Start hier een run, of met landmeter run op de opdrachtregel.',
  failed: 'De runs konden niet worden geladen.',
  state: {
    CREATED: 'Wacht',
    PLANNED: 'Gepland',
    RUNNING: 'Bezig',
    DONE: 'Klaar',
    STOPPED: 'Gestopt',
    FAILED: 'Mislukt',
  },
  backToRuns: 'Alle runs',
  runLead: {
    command: 'Gestart op de opdrachtregel',
    api: 'Hier of door een programma gestart',
    schedule: 'Gestart door de klok',
    scene: 'Gestart door een nieuwe opname',
  },
  stepOf: (n, of) => `stap ${n} van ${of}`,
  doneOf: (done, of) => `${done} van ${of}`,
  doneSoFar: (done) => `${done} gedaan`,
  took: (time) => `duurde ${time}`,
  cpuAgainst: (actual, expected) => `CPU ${actual}, verwacht ${expected}`,
  expectedCpu: (expected) => `verwachte CPU ${expected}`,
  why: 'Oorzaak',
  next: 'Wat te doen',
  stop: 'Deze run stoppen',
  stopping: 'Wordt gestopt',
  stopFailed: 'De run kon niet worden gestopt.',
  again: 'Opnieuw draaien',
  cost: 'Kosten',
  costLead: 'Wat vooraf werd verwacht, en wat het werkelijk vroeg.',
  expected: 'Verwacht',
  actual: 'Werkelijk',
  costRows: {
    cpu: 'Rekentijd',
    wall: 'Doorlooptijd',
    memory: 'Geheugen, hoogstens',
    read: 'Te lezen',
    tiles: 'Tegels',
    tasks: 'Taken',
  },
  kept: (n) => `${n} bewaard van een eerdere poging`,
  attempts: (n) => `${n} pogingen`,
  steps: 'Stappen',
  step: 'Stap',
  taskCount: {
    done: (n, text) => `${text} ${n === 1 ? 'taak' : 'taken'} klaar`,
    kept: (_n, text) => `${text} bewaard van eerder`,
    failed: (_n, text) => `${text} mislukt`,
    queued: (_n, text) => `${text} wachten`,
  },
  processes: {
    cube: 'Berekenen',
    tile: 'Kaarttegels',
    index: 'Index',
    composite: 'Samengesteld beeld',
    warp: 'Herprojecteren',
    zonal: 'Statistieken van zones',
    'zone-series': 'Zones door de tijd',
    'cube-zones': 'Zones door de tijd',
    'cube-series': 'Reeksen van pixels',
  },
  stepDone: 'klaar',
  stepNow: 'bezig',
  stepLater: 'nog niet begonnen',
  products: 'Producten',
  noProducts: 'Er is nog niets gemaakt.',
  passport: 'Paspoort',
  passportOf: (name) => `Paspoort van ${name} (opent in een nieuw tabblad)`,
  showOnMap: 'Op de kaart tonen',
  showSeries: 'De reeks tonen',
  showFailed: 'De laag kon niet worden getoond.',
  notOnMap: 'Dit archief hoort niet bij de lagen van de kaart.',
  downloadFailed: 'Het bestand kon niet worden opgehaald.',
  kinds: { raster: 'raster', archive: 'kaartlaag', table: 'tabel', features: 'gebieden', other: 'bestand' },
  parameters: 'Ingesteld op',
  schedules: 'Schema’s',
  noSchedules: 'Niets start vanzelf. Een schema maakt u met landmeter schedule add.',
  nextTime: (time) => `volgende ${time}`,
  onScene: 'zodra er een opname bijkomt',
  onTile: (tile) => `van tegel ${tile}`,
  upToCloud: (percent) => `met hoogstens ${percent}% wolken`,
  lastRun: 'Laatste run',

  choose: 'Wat moet er worden gemaakt?',
  chooseLead: 'Kies een pijplijn. Voor de start ziet u wat het kost.',
  pipelinesFailed: 'De pijplijnen konden niet worden geladen.',
  backToPipelines: 'Alle pijplijnen',
  optional: 'niet verplicht',
  required: 'nodig',
  more: 'Meer instellingen',
  from: 'Van',
  until: 'Tot (niet meegeteld)',
  scenesFrom: (from, to) => `Er zijn opnamen van ${from} tot en met ${to}.`,
  everywhere: 'Alles wat de opnamen beslaan',
  mapView: 'Wat de kaart nu toont',
  takeView: 'Het huidige beeld nemen',
  priority: 'Voorrang',
  priorities: { low: 'Als er niets anders wacht', normal: 'Gewoon', high: 'Voor alle andere' },
  noJson: 'Dit is geen JSON.',
  estimate: 'Schatting maken',
  estimating: 'Wordt geschat',
  startNow: 'Starten',
  starting: 'Wordt gestart',
  planTitle: 'Dit is wat het vraagt',
  planInputs: (n) => (n === 1 ? 'uit 1 bestand' : `uit ${n} bestanden`),
  planSteps: (n) => (n === 1 ? '1 product' : `${n} producten`),
  estimateFailed: 'Zo ingesteld kan dit niet draaien.',
  startFailed: 'De run kon niet worden gestart.',
  needsSignIn: 'Meld u aan om te schatten en te starten.',
  yes: 'Ja',
};

export type RunTexts = typeof en;

export function useRunTexts(): RunTexts {
  return useLanguage() === 'nl' ? nl : en;
}

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
