import { resolve } from 'node:path';
import type { Command } from 'commander';
import { ASSET_TYPES } from '../../../../pipelines/core/assets/asset-types.ts';
import { askRegister, tellImported } from '../../asset-lines.ts';
import type { Action, CommandModule } from '../../command.ts';

function define(command: Command): void {
  command
    .argument('<file>', 'GeoJSON (also lines), GeoPackage, Shapefile (also zipped), FlatGeobuf, CSV with coordinates')
    .option('--type <type>', 'of what has no type of its own')
    .option('--mapping <file>', 'which property is what, as YAML: fields: {id: NR, built: {property: JAAR}, …}')
    .option('--crs <code>', 'CRS of what states none, such as EPSG:28992')
    .addHelpText(
      'after',
      `
The key is the feature's id, or its property id: imported again it is updated, and what was said before stays as history.
What does not fit comes back with the reason; all others are kept, and the exit code is then 1.

Types: ${ASSET_TYPES.map(({ id, label }) => `${id} (${label.nl})`).join(', ')}

Examples:
  landmeter assets import bruggen.gpkg --type bridge
  landmeter assets import kunstwerken.csv --crs EPSG:28992 --mapping kunstwerken.yaml --json`,
    );
}

const run: Action = async (context, [file], options) => {
  const text = (name: string) => options[name] as string | undefined;
  const [type, mapping, crs] = [text('type'), text('mapping'), text('crs')];
  // A server that carries this out stands in another folder.
  const request = {
    action: 'import' as const,
    path: /^https?:\/\//i.test(file!) ? file! : resolve(file!),
    ...(type === undefined ? {} : { type }),
    ...(mapping === undefined ? {} : { mapping: resolve(mapping) }),
    ...(crs === undefined ? {} : { crs }),
  };
  tellImported(context, await askRegister(context, request, 'imported'));
};

export const command: CommandModule = { define, run };
