/** What lists of features show of an asset beside its attributes; `a` is the asset, `c` its condition. */
export const COLUMNS_OF_FEATURES = [
  { name: 'type', sql: 'a.type', type: 'string', title: 'Type' },
  { name: 'name', sql: 'a.name', type: 'string', title: 'Name' },
  { name: 'owner', sql: 'a.owner', type: 'string', title: 'Owner' },
  { name: 'built', sql: 'a.built', type: 'number', title: 'Year of construction' },
  { name: 'cost', sql: 'a.cost', type: 'number', title: 'Cost of bringing it into good condition, euros' },
  { name: 'score', sql: 'c.score', type: 'number', title: 'Condition now, 1 excellent to 6 very poor' },
  { name: 'expected', sql: 'round(c.expected::numeric, 2)', type: 'number', title: 'Expected score' },
  {
    name: 'confidence',
    sql: 'round(c.confidence::numeric, 2)',
    type: 'number',
    title: 'How much an inspection stands behind it',
  },
] as const;
