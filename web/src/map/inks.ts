/** The colours of the basemap: land near the paper, water cool, roads lighter than land, names in soft ink. */
export interface Inks {
  readonly paper: string;
  readonly water: string;
  readonly forest: string;
  readonly heath: string;
  readonly meadow: string;
  readonly crop: string;
  readonly nature: string;
  readonly built: string;
  readonly road: string;
  readonly casing: string;
  readonly rail: string;
  readonly boundary: string;
  readonly label: string;
  readonly waterLabel: string;
  readonly halo: string;
}

const LIGHT: Inks = {
  paper: '#F6F5F0',
  water: '#C9DCE4',
  forest: '#DFE6D5',
  heath: '#E9E3DF',
  meadow: '#EFF1E6',
  crop: '#F3F0E3',
  nature: '#E8ECDF',
  built: '#E6E3DA',
  road: '#FFFFFF',
  casing: '#CFCBBF',
  rail: '#B9B6AC',
  boundary: '#8A8378',
  label: '#3F5057',
  waterLabel: '#2F5F76',
  halo: '#FBFAF7',
};

const DARK: Inks = {
  paper: '#141D21',
  water: '#16303A',
  forest: '#18251F',
  heath: '#201F22',
  meadow: '#172120',
  crop: '#1B211E',
  nature: '#19241F',
  built: '#20292D',
  road: '#3A474D',
  casing: '#0F171A',
  rail: '#445056',
  boundary: '#73807F',
  label: '#B9C6CA',
  waterLabel: '#A9CBD9',
  halo: '#0F171A',
};

const LIGHT_GREY: Inks = {
  ...LIGHT,
  paper: '#F5F5F3',
  water: '#DDE0E1',
  forest: '#EAEAE7',
  heath: '#EEEEEB',
  meadow: '#F1F1EE',
  crop: '#F3F3F0',
  nature: '#EEEEEB',
  built: '#E6E6E3',
  waterLabel: '#4F5B60',
};

const DARK_GREY: Inks = {
  ...DARK,
  paper: '#16191B',
  water: '#22282B',
  forest: '#1A1E20',
  heath: '#1B1F21',
  meadow: '#181B1D',
  crop: '#191D1F',
  nature: '#1A1E20',
  built: '#212527',
  road: '#3C4245',
  waterLabel: '#8E9A9F',
};

export function inksOf(grey: boolean, dark: boolean): Inks {
  if (grey) return dark ? DARK_GREY : LIGHT_GREY;
  return dark ? DARK : LIGHT;
}
