/** Texts that the screens of runs, scenes and zones share; loaded with the first of them. */
import { useLanguage } from '../i18n/messages.ts';

const en = {
  readOnly: 'You are reading along. To start or stop a run, sign in.',
  signIn: 'Sign in',
  signOut: 'Sign out',
  signedIn: 'Signed in as operator in this tab.',
  signInLead:
    'Paste the operator’s token. It stands in the file operator.token of the workspace, and is kept in this tab only.',
  token: 'Token',
  tokenWrong: 'This token is not known here. Check that it was copied wholly.',
  signInFailed: 'The token could not be checked.',
  cancel: 'Cancel',
  checking: 'Checking',
  loading: 'Loading',
  more: 'Show more',
  count: (n: number, of: number) => `${n} of ${of}`,
  download: 'Download',
};

const nl: typeof en = {
  readOnly: 'U leest mee. Meld u aan om een run te starten of te stoppen.',
  signIn: 'Aanmelden',
  signOut: 'Afmelden',
  signedIn: 'Aangemeld als beheerder in dit tabblad.',
  signInLead:
    'Plak het token van de beheerder. Het staat in het bestand operator.token van de werkruimte, en blijft alleen in dit tabblad bewaard.',
  token: 'Token',
  tokenWrong: 'Dit token is hier niet bekend. Kijk na of het helemaal is gekopieerd.',
  signInFailed: 'Het token kon niet worden nagekeken.',
  cancel: 'Annuleren',
  checking: 'Wordt nagekeken',
  loading: 'Wordt geladen',
  more: 'Meer tonen',
  count: (n, of) => `${n} van ${of}`,
  download: 'Downloaden',
};

export function useWorkTexts(): typeof en {
  return useLanguage() === 'nl' ? nl : en;
}
