import { RotateCcw, TriangleAlert } from 'lucide-react';
import { ApiError } from '../api.ts';
import { useMessages } from '../i18n/messages.ts';

interface ErrorNoticeProps {
  readonly message: string;
  readonly error: unknown;
  readonly onRetry: () => void;
}

/** One sentence, what the server said, the request to ask about, and a way to try again. */
export function ErrorNotice({ message, error, onRetry }: ErrorNoticeProps) {
  const m = useMessages();
  return (
    <div className="notice notice-danger" role="alert">
      <TriangleAlert aria-hidden="true" />
      <div>
        <p>{message}</p>
        {error instanceof Error && <p className="quiet">{error.message}</p>}
        {error instanceof ApiError && error.requestId && <p className="quiet">{m.requestId(error.requestId)}</p>}
      </div>
      <button type="button" className="button" onClick={onRetry}>
        <RotateCcw aria-hidden="true" />
        {m.retry}
      </button>
    </div>
  );
}
