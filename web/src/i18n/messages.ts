/** Texts and figures in the language of the page. Both languages together weigh less than a library would. */
import { session } from '../state/session.ts';
import { useStore } from '../state/store.ts';
import type { Messages } from './en.ts';
import type { Language } from './language.ts';
import { en } from './en.ts';
import { nl } from './nl.ts';

const MESSAGES: Readonly<Record<Language, Messages>> = { nl, en };

export function useLanguage(): Language {
  return useStore(session, (s) => s.language);
}

export function useMessages(): Messages {
  return MESSAGES[useLanguage()];
}
