import { FlaskConical } from 'lucide-react';
import { useMessages } from '../i18n/messages.ts';

/** Said wherever made-up data is shown. */
export function SimulatedBadge({ short = false }: { readonly short?: boolean }) {
  const m = useMessages();
  return (
    <span className="badge-simulated">
      <FlaskConical aria-hidden="true" />
      {short ? m.simulatedShort : m.simulated}
    </span>
  );
}
