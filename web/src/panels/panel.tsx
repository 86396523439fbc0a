import { ArrowLeft } from 'lucide-react';
import type { PointerEvent, ReactNode } from 'react';
import { lazy, Suspense, useRef } from 'react';
import type { SheetHeight } from '../app.tsx';
import { useMessages } from '../i18n/messages.ts';
import type { Page } from '../state/shown.ts';
import { shown } from '../state/shown.ts';
import { useStore } from '../state/store.ts';
import { Explore } from './explore.tsx';

const Inspector = lazy(async () => ({ default: (await import('./inspector.tsx')).Inspector }));
const Zones = lazy(async () => ({ default: (await import('../zones/zones-screen.tsx')).ZonesScreen }));
const Scenes = lazy(async () => ({ default: (await import('../scenes/scenes-screen.tsx')).ScenesScreen }));
const Runs = lazy(async () => ({ default: (await import('../runs/runs-screen.tsx')).RunsScreen }));
const About = lazy(async () => ({ default: (await import('./about.tsx')).About }));

interface PanelProps {
  readonly sheet: SheetHeight;
  readonly onSheet: (height: SheetHeight) => void;
}

const HEIGHTS: readonly SheetHeight[] = ['peek', 'half', 'full'];
/** A drag of the sheet's handle shorter than this counts as a tap. */
const TAP_PIXELS = 8;

/** One task at a time, each a page of its own that is loaded when it is first opened. On a phone a sheet of three heights. */
export function Panel({ sheet, onSheet }: PanelProps) {
  const m = useMessages();
  const page = useStore(shown, (s) => s.page);
  return (
    <section className="panel" aria-labelledby="panel-title">
      <SheetHandle sheet={sheet} onSheet={onSheet} />
      <Suspense fallback={<div className="panel-waiting" role="status" aria-label={m.loadingPanel} />}>
        {page === 'explore' && <Explore />}
        {page === 'inspect' && <Inspector />}
        {page === 'zones' && <Zones />}
        {page === 'scenes' && <Scenes />}
        {page === 'runs' && <Runs />}
        {page === 'about' && <About />}
      </Suspense>
      <span className="visually-hidden" role="status">
        {page === 'inspect' ? m.inspect : ''}
      </span>
    </section>
  );
}

interface PanelHeadProps {
  readonly title: string;
  readonly lead: string;
  readonly children?: ReactNode;
  /** The way back; by default, from where one comes to for a moment, to exploring. */
  readonly onBack?: () => void;
}

const TO_EXPLORING: readonly Page[] = ['inspect', 'about'];

/** The button that was pressed is gone on the page one comes to: its title takes the focus. */
export function focusTitle(): void {
  requestAnimationFrame(() => document.getElementById('panel-title')?.focus());
}

/** The head of a page: title, one sentence, and the way back where there is one. */
export function PanelHead({ title, lead, children, onBack }: PanelHeadProps) {
  const m = useMessages();
  const page = useStore(shown, (s) => s.page);
  const goBack = onBack ?? (TO_EXPLORING.includes(page) ? () => shown.set({ page: 'explore' }) : null);
  return (
    <header className="panel-head">
      {goBack && (
        <button
          type="button"
          className="button-quiet panel-back"
          onClick={() => {
            goBack();
            focusTitle();
          }}
        >
          <ArrowLeft aria-hidden="true" />
          {m.back}
        </button>
      )}
      <h1 id="panel-title" tabIndex={-1}>
        {title}
      </h1>
      <p className="lead">{lead}</p>
      {children}
    </header>
  );
}

function SheetHandle({ sheet, onSheet }: PanelProps) {
  const m = useMessages();
  const from = useRef(0);
  const release = ({ clientY }: PointerEvent) => {
    const moved = from.current - clientY;
    const at = HEIGHTS.indexOf(sheet);
    if (Math.abs(moved) < TAP_PIXELS) onSheet(HEIGHTS[(at + 1) % HEIGHTS.length]!);
    else onSheet(HEIGHTS[Math.min(2, Math.max(0, at + Math.sign(moved)))]!);
  };
  return (
    <button
      type="button"
      className="sheet-handle"
      aria-label={m.sheet[sheet]}
      onPointerDown={(event) => {
        from.current = event.clientY;
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerUp={release}
      onKeyDown={({ key }) => {
        if (key === 'Enter' || key === ' ') onSheet(HEIGHTS[(HEIGHTS.indexOf(sheet) + 1) % HEIGHTS.length]!);
      }}
    />
  );
}
