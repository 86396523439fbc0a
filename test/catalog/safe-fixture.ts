/** A product's metadata and file names as ESA writes them, without pixels. */
export interface SafeFixture {
  readonly level?: '1C' | '2A';
  readonly baseline?: string;
  /** Empty: the metadata list none, as before baseline 04.00. */
  readonly offsets?: readonly number[];
  readonly images?: readonly string[];
}

export const SAFE_NAME = 'S2B_MSIL2A_20240601T105619_N0510_R094_T31UFT_20240601T141519.SAFE';
const IMAGES = ['R10m/B02_10m', 'R10m/B04_10m', 'R10m/B08_10m', 'R20m/B04_20m', 'R20m/B8A_20m', 'R20m/B11_20m'];

/** File name in the product → content. */
export function safeFiles(fixture: SafeFixture = {}): Record<string, string> {
  const { level = '2A', baseline = '05.10', offsets = Array<number>(13).fill(-1000) } = fixture;
  const images = fixture.images ?? [...IMAGES, 'R20m/SCL_20m', 'R60m/SCL_60m'];
  const kind = level === '2A' ? 'BOA' : 'RADIO';
  const list = level === '2A' ? 'BOA_ADD_OFFSET_VALUES_LIST' : 'Radiometric_Offset_List';
  const quantification =
    level === '2A'
      ? '<QUANTIFICATION_VALUES_LIST><BOA_QUANTIFICATION_VALUE unit="none">10000</BOA_QUANTIFICATION_VALUE></QUANTIFICATION_VALUES_LIST>'
      : '<QUANTIFICATION_VALUE unit="none">10000</QUANTIFICATION_VALUE>';
  const offsetList = offsets.map((v, i) => `<${kind}_ADD_OFFSET band_id="${i}">${v}</${kind}_ADD_OFFSET>`).join('');
  const metadata = `<?xml version="1.0" encoding="UTF-8"?>
<n1:Level-${level}_User_Product xmlns:n1="https://psd-14.sentinel2.eo.esa.int/PSD/User_Product_Level-${level}.xsd">
  <n1:General_Info>
    <Product_Info>
      <PRODUCT_START_TIME>2024-06-01T10:56:19.024Z</PRODUCT_START_TIME>
      <PRODUCT_URI>${SAFE_NAME.replace('2A', level)}</PRODUCT_URI>
      <PROCESSING_BASELINE>${baseline}</PROCESSING_BASELINE>
      <Datatake><SPACECRAFT_NAME>Sentinel-2B</SPACECRAFT_NAME></Datatake>
    </Product_Info>
    <Product_Image_Characteristics>
      <Special_Values><SPECIAL_VALUE_TEXT>NODATA</SPECIAL_VALUE_TEXT><SPECIAL_VALUE_INDEX>0</SPECIAL_VALUE_INDEX></Special_Values>
      <Special_Values><SPECIAL_VALUE_TEXT>SATURATED</SPECIAL_VALUE_TEXT><SPECIAL_VALUE_INDEX>65535</SPECIAL_VALUE_INDEX></Special_Values>
      ${quantification}${offsets.length > 0 ? `<${list}>${offsetList}</${list}>` : ''}
    </Product_Image_Characteristics>
  </n1:General_Info>
  <n1:Quality_Indicators_Info><Cloud_Coverage_Assessment>12.5</Cloud_Coverage_Assessment></n1:Quality_Indicators_Info>
</n1:Level-${level}_User_Product>`;
  const granule = `GRANULE/L${level}_T31UFT_A037800_20240601T105620`;
  const files: Record<string, string> = { [`MTD_MSIL${level}.xml`]: metadata, 'manifest.safe': '<xfdu/>' };
  for (const image of images) {
    const [folder, name] = image.includes('/') ? image.split('/') : ['', image];
    files[`${granule}/IMG_DATA/${folder ? `${folder}/` : ''}T31UFT_20240601T105619_${name}.jp2`] = '';
  }
  files[`${granule}/QI_DATA/MSK_DETFOO_B04.jp2`] = '';
  return files;
}
