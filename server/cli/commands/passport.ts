import { Option } from 'commander';
import type { Command } from 'commander';
import { PlatformError } from '../../../pipelines/core/errors.ts';
import type { Passport } from '../../../pipelines/core/passport/passport.ts';
import { provDocument } from '../../../pipelines/core/passport/prov.ts';
import { passportSheet, sheetHtml, sheetText } from '../../../pipelines/core/passport/sheet.ts';
import { stacProcessing } from '../../../pipelines/core/passport/stac.ts';
import { writeOutputFile } from '../../../pipelines/io/output-file.ts';
import { readPassport } from '../../../pipelines/passport/read.ts';
import type { Action, CommandModule } from '../command.ts';
import { productPath } from '../product-path.ts';

const lines = (value: unknown) => JSON.stringify(value, null, 2);

const FORMS: Readonly<Record<string, (passport: Passport) => string>> = {
  text: (passport) => sheetText(passportSheet(passport)),
  html: (passport) => sheetHtml(passportSheet(passport)).trimEnd(),
  json: lines,
  stac: (passport) => lines(stacProcessing(passport)),
  prov: (passport) => lines(provDocument(passport)),
};

function define(command: Command): void {
  command
    .argument('<product>', 'a file that Landmeter made, its .passport.json, or the id of a product')
    .addOption(
      new Option('--as <form>', 'text, html, json, stac (processing extension), prov (PROV-O as JSON-LD)').choices(
        Object.keys(FORMS),
      ),
    )
    .option('-o, --output <file>', 'write it there (default: stdout)')
    .addHelpText(
      'after',
      '\nExamples:\n  landmeter passport ndvi.tif\n  landmeter passport ndvi.pmtiles --as html -o passport.html',
    );
}

const run: Action = async (context, [product], options) => {
  const asked = options['as'] as string | undefined;
  if (context.json && asked !== undefined && asked !== 'json')
    throw new PlatformError('usage', `--json and --as ${asked} ask for two forms; give one of them`);
  const output = options['output'] as string | undefined;
  const form = asked ?? (context.json || /\.json$/i.test(output ?? '') ? 'json' : formOf(output));
  const text = FORMS[form]!(await readPassport(await productPath(context, product!), context.signal));
  if (output === undefined) context.print(text);
  else await writeOutputFile(output, async ({ handle }) => handle.writeFile(`${text}\n`));
};

function formOf(output: string | undefined): string {
  return /\.html?$/i.test(output ?? '') ? 'html' : 'text';
}

export const command: CommandModule = { define, run };
