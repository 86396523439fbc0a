/** How the commands on the register ask for it, wherever it is. */
import { PlatformError } from '../../pipelines/core/errors.ts';
import type { ImportAssetsResult } from '../../pipelines/runs/ingest-assets.ts';
import type { AssetLine, AssetRequest } from '../services/tell-assets.ts';
import { tellAssets } from '../services/tell-assets.ts';
import type { CliContext } from './command.ts';
import { onWorkspace } from './on-workspace.ts';

type Told<K extends AssetLine['kind']> = Extract<AssetLine, { readonly kind: K }>['told'];

/** The one answer of a request. */
export async function askRegister<K extends AssetLine['kind']>(
  context: CliContext,
  request: AssetRequest,
  kind: K,
): Promise<Told<K>> {
  const { signal, progress } = context;
  const lines = onWorkspace<AssetLine>(context, {
    name: 'landmeter assets',
    here: (database) => tellAssets(database, request, { signal, progress }),
    there: { path: '/workspace/assets', body: request },
  });
  try {
    for await (const line of lines) if (line.kind === kind) return line.told as Told<K>;
  } finally {
    progress.done();
  }
  throw new PlatformError('remote-failed', 'The server answered without a result; is it of the same version?');
}

/** So many refusals are told one by one. */
const TOLD = 20;

/** @throws {PlatformError} `parameter-invalid` where something was refused: the exit code is then 1 */
export function tellImported(context: CliContext, { refused, ...counts }: ImportAssetsResult): void {
  if (context.json) context.printJson({ ...counts, refused });
  else {
    context.print(`${counts.added} added, ${counts.updated} updated, ${counts.known} known`);
    for (const { id, reason } of refused.slice(0, TOLD)) context.note(`${id}: ${reason}`);
    if (refused.length > TOLD) context.note(`and ${refused.length - TOLD} more; --json lists all`);
  }
  if (refused.length > 0)
    throw new PlatformError(
      'parameter-invalid',
      `${refused.length} refused; all others are kept. ${refused[0]!.id}: ${refused[0]!.reason}`,
    );
}
