import { KeyRound, LockKeyholeOpen } from 'lucide-react';
import type { SyntheticEvent } from 'react';
import { useEffect, useId, useRef, useState } from 'react';
import { ApiError } from '../api.ts';
import { access, signIn, signOut } from '../state/token.ts';
import { useStore } from '../state/store.ts';
import { useWorkTexts } from './texts.ts';

/** Whether this tab may write, and the way to be allowed to. */
export function AccessNote() {
  const t = useWorkTexts();
  const token = useStore(access, (s) => s.token);
  return (
    <div className="access-note">
      {token === null ? <KeyRound aria-hidden="true" /> : <LockKeyholeOpen aria-hidden="true" />}
      <p>{token === null ? t.readOnly : t.signedIn}</p>
      {token === null ? (
        <button type="button" className="button" onClick={() => access.set({ asking: true })}>
          {t.signIn}
        </button>
      ) : (
        <button type="button" className="button-quiet" onClick={signOut}>
          {t.signOut}
        </button>
      )}
    </div>
  );
}

/** Stands beside the forms of a screen, not in them: a form cannot hold another. */
export function SignInDialog() {
  const t = useWorkTexts();
  const id = useId();
  const asking = useStore(access, (s) => s.asking);
  const dialog = useRef<HTMLDialogElement>(null);
  const [token, setToken] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);

  useEffect(() => {
    if (asking) dialog.current?.showModal();
    else dialog.current?.close();
    setError(null);
    setToken('');
  }, [asking]);

  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await signIn(token.trim());
    } catch (fault) {
      setError(fault instanceof ApiError && fault.status === 401 ? t.tokenWrong : t.signInFailed);
    } finally {
      setBusy(false);
    }
  };

  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby={`${id}-title`}
      onClose={() => access.set({ asking: false })}
    >
      <form onSubmit={(event) => void submit(event)}>
        <h2 id={`${id}-title`}>{t.signIn}</h2>
        <p className="quiet">{t.signInLead}</p>
        <div className="field">
          <label htmlFor={id}>{t.token}</label>
          <input
            id={id}
            type="password"
            autoComplete="off"
            spellCheck={false}
            required
            value={token}
            aria-invalid={error !== null}
            aria-describedby={`${id}-error`}
            onChange={({ target }) => setToken(target.value)}
          />
        </div>
        <p id={`${id}-error`} className="field-error" role="alert">
          {error}
        </p>
        <div className="button-row">
          <button type="submit" className="button button-main" disabled={busy || token.trim() === ''}>
            {busy ? t.checking : t.signIn}
          </button>
          <button type="button" className="button" onClick={() => access.set({ asking: false })}>
            {t.cancel}
          </button>
        </div>
      </form>
    </dialog>
  );
}
