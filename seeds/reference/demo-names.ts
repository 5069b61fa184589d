/** A name in both languages of the screens. Every name here is invented. */
export interface DemoName {
  readonly en: string;
  readonly zh: string;
}

/** Vessel names of the demo. */
export const vesselNames: readonly DemoName[] = [
  { en: 'AMBER TERN', zh: '琥珀燕鸥' },
  { en: 'LIAODONG PEARL', zh: '辽东明珠' },
  { en: 'NORTH LANTERN', zh: '北方灯塔' },
  { en: 'BOHAI WILLOW', zh: '渤海垂柳' },
  { en: 'SILVER SPOONBILL', zh: '银色琵鹭' },
  { en: 'MORNING ACACIA', zh: '晨曦槐花' },
  { en: 'QUIET MERIDIAN', zh: '静海子午' },
  { en: 'STAR OF LUSHUN', zh: '旅顺之星' },
  { en: 'CHERRY COAST', zh: '樱桃海岸' },
  { en: 'YELLOW SEA COURIER', zh: '黄海信使' },
  { en: 'GRANITE POINT', zh: '花岗岬' },
  { en: 'SNOW HERON', zh: '雪鹭' },
  { en: 'LONG TIDE', zh: '长潮' },
  { en: 'PINE ISLAND', zh: '松岛' },
  { en: 'BLUE KILN', zh: '青窑' },
  { en: 'EASTERN LARK', zh: '东方云雀' },
  { en: 'CAPE HARVEST', zh: '丰收角' },
  { en: 'TWIN BEACONS', zh: '双航标' },
  { en: 'JADE SOUNDING', zh: '碧水测深' },
  { en: 'AUTUMN SWALLOW', zh: '秋燕' },
  { en: 'HARBOUR SORREL', zh: '港湾酸模' },
  { en: 'NIGHT CRANE', zh: '夜鹤' },
  { en: 'OPEN ROADSTEAD', zh: '外锚地' },
  { en: 'KELP FOREST', zh: '海带林' },
];

/** Traders of the demo: importers and exporters, by the code under which they stand on bills and declarations. */
export const traders: readonly (DemoName & { readonly code: string })[] = [
  { code: 'DLC-C01', en: 'Starfish Cold Foods', zh: '海星冷食' },
  { code: 'DLC-C02', en: 'Acacia Machinery', zh: '槐城机械' },
  { code: 'DLC-C03', en: 'Northern Loom Textiles', zh: '北织纺织' },
  { code: 'DLC-C04', en: 'Lantern Auto Parts', zh: '灯塔汽车配件' },
  { code: 'DLC-C05', en: 'Clearwater Chemicals', zh: '清源化工' },
  { code: 'DLC-C06', en: 'Golden Ear Grain', zh: '金穗粮油' },
  { code: 'DLC-C07', en: 'Pinewood Furnishings', zh: '松木家居' },
  { code: 'DLC-C08', en: 'Bright Cell Batteries', zh: '亮芯电池' },
  { code: 'DLC-C09', en: 'Cherry Hill Fruit', zh: '樱桃岭果业' },
  { code: 'DLC-C10', en: 'Tidal Flat Seafood', zh: '滩涂水产' },
  { code: 'DLC-C11', en: 'Kiln and Glaze Ceramics', zh: '窑釉陶瓷' },
  { code: 'DLC-C12', en: 'Meridian Instruments', zh: '子午仪器' },
  { code: 'DLC-C13', en: 'Harbour Paper', zh: '港湾纸业' },
  { code: 'DLC-C14', en: 'Granite Stoneworks', zh: '花岗石材' },
  { code: 'DLC-C15', en: 'Swallow Apparel', zh: '飞燕服饰' },
  { code: 'DLC-C16', en: 'Snowline Dairy', zh: '雪线乳业' },
];

/** Forwarders and declarants of the demo. */
export const forwarders: readonly (DemoName & { readonly code: string })[] = [
  { code: 'DLC-F01', en: 'Blue Gantry Forwarding', zh: '蓝龙门货代' },
  { code: 'DLC-F02', en: 'Two Bays Logistics', zh: '双湾物流' },
  { code: 'DLC-F03', en: 'Quay Street Customs Brokers', zh: '码头街报关' },
  { code: 'DLC-F04', en: 'Long Tide Agency', zh: '长潮船代' },
  { code: 'DLC-F05', en: 'Evergate Supply Chain', zh: '恒门供应链' },
];

/** Carriers of the demo, by an invented code that also names them as a source. */
export const carriers: readonly (DemoName & { readonly code: string })[] = [
  { code: 'NQLX', en: 'North Quay Lines', zh: '北埠航运' },
  { code: 'BHZQ', en: 'Bohai Arc Shipping', zh: '渤海弧线海运' },
  { code: 'JXOQ', en: 'Jade Crossing Ocean', zh: '碧渡远洋' },
  { code: 'LDSQ', en: 'Long Dawn Services', zh: '长晓航线' },
  { code: 'YQFR', en: 'Yellow Quill Feeders', zh: '黄羽支线' },
];
