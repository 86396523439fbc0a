/** Payloads in the shapes that providers document. Written for these tests: the values are made up. */
export const PAYLOADS = {
  'knmi-hours': `# This is written for a test; the values are made up
# STN         LON(east)   LAT(north)  ALT(m)      NAME
# 260         5.180       52.100      1.90        De Bilt
#
# STN,YYYYMMDD,   HH,   DD,   FH,   FX,    T,   SQ,   RH,    P,    U
  260,20240229,   24,  990,   31,   70,  -12,   -1,   -1,10132,   97
  260,20240301,    1,  180,    0,   20,   15,     ,    4,10130,   xx
  260,20240301,   25,  180,    0,   20,   15,    0,    4,10130,   90
  260,20240301,    2,  180
`,
  'dino-groundwater': `Titel:,,,
Referentie:,NAP,,
,,
Locatie,Filternummer,Externe aanduiding,X-coordinaat,Y-coordinaat,Maaiveld (cm t.o.v. NAP),Datum maaiveld gemeten,Startdatum,Einddatum
B31H0001,001,31HP0001,136000,455000,210,01-01-2000,01-01-2000,31-12-2020

Locatie,Filternummer,Peildatum,Stand (cm t.o.v. MP),Stand (cm t.o.v. MV),Stand (cm t.o.v. NAP),Bijzonderheid,Opmerking
B31H0001,001,14-01-2010,141,109,101,,
B31H0001,001,14-02-2010,,,,D,
B31H0001,001,31-02-2010,141,109,101,,
B31H0001,001,14-03-2010 10:30,141,109,99,,
`,
  'rivm-lml': `<?xml version="1.0"?><message><body>
 <meting><datum>27/05/2014</datum><tijd>14</tijd><station>549</station><component>PM10</component><eenheid>ug/m3</eenheid><waarde>10</waarde><gevalideerd>0</gevalideerd></meting>
 <meting><datum>27/05/2014</datum><tijd>14</tijd><station>NL10549</station><component>NO2</component><eenheid>ug/m3</eenheid><waarde>21.5</waarde><gevalideerd>1</gevalideerd></meting>
 <meting><datum>2014</datum><tijd>14</tijd><station>549</station><component>O3</component><eenheid>ug/m3</eenheid><waarde>1</waarde><gevalideerd>0</gevalideerd></meting>
</body></message>`,
  'rivm-lml-stations': `\ufeffGMLID,LocalId,Namespace,Version,NatlStationCode,Name,Municipality,EUStationCode,ActivityBegin,ActivityEnd,Lat,Lon,SRSName
STA-1,STA-1,NL.TEST,,549,Made up-Street,Made up,NL00549,2000-01-01,,52.1,5.1,urn:ogc:def:crs:EPSG:4258
STA-2,STA-2,NL.TEST,,550,Nowhere,Made up,NL00550,2000-01-01,,,,urn:ogc:def:crs:EPSG:4258
`,
  luchtmeetnet: JSON.stringify({
    pagination: { last_page: 2, first_page: 1, prev_page: 0, current_page: 1, page_list: [1, 2], next_page: 2 },
    data: [
      { station_number: 'NL10636', value: 12.5, timestamp_measured: '2025-03-01T11:00:00+00:00', formula: 'PM25' },
      { station_number: 'NL10636', value: 30, timestamp_measured: '2025-03-01T11:00:00+00:00', formula: 'NO2' },
      { station_number: 'NL10636', value: null, timestamp_measured: '2025-03-01T11:00:00+00:00', formula: 'O3' },
    ],
  }),
  rijkswaterstaat: JSON.stringify({
    Succesvol: true,
    WaarnemingenLijst: [
      {
        Locatie: { Code: 'TEST', Naam: 'Testplaats', Coordinatenstelsel: '25831', X: 650_000, Y: 5_770_000 },
        MetingenLijst: [
          {
            Tijdstip: '2025-03-01T12:00:00.000+01:00',
            Meetwaarde: { Waarde_Numeriek: 132 },
            WaarnemingMetadata: { StatuswaardeLijst: ['Ongecontroleerd'], KwaliteitswaardecodeLijst: ['00'] },
          },
          { Tijdstip: '2025-03-01T12:10:00.000+01:00', Meetwaarde: { Waarde_Numeriek: 999_999_999 } },
          { Tijdstip: '2025-03-01T12:20:00.000+01:00', Meetwaarde: {} },
        ],
        AquoMetadata: { Grootheid: { Code: 'WATHTE' }, Eenheid: { Code: 'cm' }, Hoedanigheid: { Code: 'NAP' } },
      },
    ],
  }),
  'sensor-community': `sensor_id;sensor_type;location;lat;lon;timestamp;P1;durP1;ratioP1;P2;durP2;ratioP2
101;SDS011;55;52.1;5.1;2025-03-01T00:00:12;10.5;;;4.25;;
101;SDS011;55;52.1;5.1;2025-03-01T00:02:40;nan;;;4.5;;
101;SDS011;55;52.1;5.1;yesterday;1;;;1;;
101;SDS011
`,
  sensorthings: JSON.stringify({
    '@iot.nextLink': 'https://sensors.example.org/v1.0/Datastreams?$skip=1',
    value: [
      {
        '@iot.id': 7,
        '@iot.selfLink': 'https://sensors.example.org/v1.0/Datastreams(7)',
        name: 'TEST-pm25',
        unitOfMeasurement: { name: 'microgram per cubic metre', symbol: 'ug/m3' },
        ObservedProperty: { name: 'pm25' },
        Thing: { '@iot.id': 3, name: 'TEST', Locations: [{ location: { type: 'Point', coordinates: [5.1, 52.1] } }] },
        Observations: [
          { phenomenonTime: '2025-03-01T00:00:00.000Z', result: 8.5, resultTime: null },
          { phenomenonTime: '2025-03-01T01:00:00.000Z', result: null },
        ],
      },
      { name: 'no number' },
    ],
  }),
} as const;
