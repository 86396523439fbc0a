import './styles/index.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { Values, ValuesContext } from './map/values.ts';
import { loadCatalogue, startSession } from './state/session.ts';
import { followAddress } from './state/address.ts';
import { browserAddress } from './state/browser-address.ts';

startSession();
followAddress(browserAddress);
void loadCatalogue();

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <ValuesContext value={new Values()}>
      <App />
    </ValuesContext>
  </StrictMode>,
);
