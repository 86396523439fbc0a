/** A passport as the fields that STAC's processing and file extensions add to an item. */
import type { Json, Passport } from './passport.ts';

/**
 * @returns members for an item's `properties` and for the product's asset
 * @see https://github.com/stac-extensions/processing (v1.2.0), https://github.com/stac-extensions/file (v2.1.0)
 */
export function stacProcessing({ product, process, inputs, method, software, time }: Passport): Json {
  return {
    stac_extensions: [
      'https://stac-extensions.github.io/processing/v1.2.0/schema.json',
      'https://stac-extensions.github.io/file/v2.1.0/schema.json',
    ],
    properties: {
      'processing:lineage': `${method.summary}; inputs: ${inputs.map(({ role, place }) => `${role} ${place}`).join(', ')}`,
      'processing:software': { [software.name]: software.version },
      'processing:version': software.commit ?? software.version,
      ...(time && { 'processing:datetime': time.ended }),
      ...(method.formula && {
        'processing:expression': { format: 'landmeter', expression: method.formula.expression },
      }),
      'landmeter:recipe': process.recipe,
    },
    asset: {
      href: product.name,
      type: product.mediaType,
      ...(product.bytes !== undefined && { 'file:size': product.bytes }),
      ...(product.sha256 !== undefined && { 'file:checksum': multihash(product.sha256) }),
    },
  };
}

/** SHA-256 (code 12) of 32 bytes (20). @see https://github.com/multiformats/multihash */
function multihash(sha256: string): string {
  return `1220${sha256}`;
}
