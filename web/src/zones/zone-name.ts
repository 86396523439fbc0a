/** The property by which people call a zone, whatever the language of its file. */
const NAMES = ['name', 'naam', 'title', 'titel', 'label', 'omschrijving', 'gemeentenaam', 'buurtnaam', 'wijknaam'];

export function zoneName(id: string, properties: Readonly<Record<string, unknown>>): string {
  for (const [key, value] of Object.entries(properties))
    if (NAMES.includes(key.toLowerCase()) && typeof value === 'string' && value !== '') return value;
  return id;
}
