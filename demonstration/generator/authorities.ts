import { inventedCode } from './codes.ts';

export interface Authority {
  readonly name: string;
  readonly creditCode: string;
  readonly district: string;
}

/** The districts of 云泽市 as `schema/codes/regions.csv` has them. */
export const districts = [
  { code: '990102', label: '临江区', road: '临江大道' },
  { code: '990103', label: '望湖区', road: '望湖路' },
  { code: '990104', label: '青石区', road: '青石东路' },
  { code: '990105', label: '云台区', road: '云台街' },
  { code: '990121', label: '芦汀县', road: '芦汀路' },
  { code: '990181', label: '广泽市', road: '广泽中路' },
] as const;

export type District = (typeof districts)[number];

export function districtOf(code: string): District {
  const found = districts.find((district) => district.code === code);
  if (found === undefined) throw new Error(`no such district: ${code}`);
  return found;
}

const known = new Map<string, Authority>();

function authority(name: string, district: string, eight: string, kind = '11'): Authority {
  const found = known.get(name) ?? { name, creditCode: inventedCode(kind, district, eight), district };
  known.set(name, found);
  return found;
}

export const cityMarket = authority('云泽市市场监督管理局', '990100', 'MB1A0101');
export const cityTax = authority('国家税务总局云泽市税务局', '990100', 'MB1A0202');
export const cityEnvironment = authority('云泽市生态环境局', '990100', 'MB1A0303');
export const cityLabour = authority('云泽市人力资源和社会保障局', '990100', 'MB1A0404');
export const creditOffice = authority('云泽市发展和改革委员会', '990100', 'MB1A0505');
export const cityCourt = authority('云泽市中级人民法院', '990100', 'MB1A0606');

/** Who supplies the city: enterprises, so that their own codes say so. */
export const suppliers = {
  WATER: authority('云泽市自来水有限公司', '990100', 'MB1A0701', '91'),
  POWER: authority('云泽市供电有限公司', '990100', 'MB1A0702', '91'),
  GAS: authority('云泽市燃气有限公司', '990100', 'MB1A0703', '91'),
} as const;

/** Collects social insurance for the labour department. */
export const insuranceAgency = authority('云泽市社会保险事业中心', '990100', 'MB1A0801', '12');

/** The district's offices: 云泽市临江区市场监督管理局 and so on. */
export function districtMarket({ code, label }: District): Authority {
  return authority(`${placeOf(label)}市场监督管理局`, code, bodyOf(code, '01'));
}

export function districtTax({ code, label }: District): Authority {
  return authority(`国家税务总局${placeOf(label)}税务局`, code, bodyOf(code, '02'));
}

export function districtEnvironment({ code, label }: District): Authority {
  return authority(`云泽市生态环境局${label.slice(0, 2)}分局`, code, bodyOf(code, '03'));
}

/** The court's number within the province stands in its case numbers: (2025)泽0102执123号. */
export function districtCourt({ code, label }: District): Authority & { readonly number: string } {
  return { ...authority(`${placeOf(label)}人民法院`, code, bodyOf(code, '06')), number: code.slice(2) };
}

/** The eight places of a district office's body code: no two bodies have the same. */
function bodyOf(district: string, office: string): string {
  return `MB1B${district.slice(4)}${office}`;
}

/** A town within the city is named without it. */
function placeOf(label: string): string {
  return label.endsWith('市') ? label : `云泽市${label}`;
}

/** All of them, as the registry's list of subjects has them. */
export const authorities: readonly Authority[] = [
  cityMarket,
  cityTax,
  cityEnvironment,
  cityLabour,
  creditOffice,
  cityCourt,
  ...districts.map(districtMarket),
  ...districts.map(districtEnvironment),
  ...districts.map(districtCourt),
];
