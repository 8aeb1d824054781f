import type { Chance } from './random.ts';

/** What a trade is called in names, its industry (GB/T 4754-2017), its scope, and which departments look at it. */
export interface Trade {
  readonly word: string;
  readonly industry: string;
  readonly scope: string;
  /** Rated and inspected by the environment department. */
  readonly isPolluting?: boolean;
  /** Sells or makes food: the market regulator's commonest visits. */
  readonly isFood?: boolean;
}

export const companyTrades: readonly Trade[] = [
  { word: '食品', industry: 'C1411', scope: '食品生产;食品销售;货物进出口', isPolluting: true, isFood: true },
  { word: '酒业', industry: 'F5127', scope: '酒类经营;食品销售(仅销售预包装食品)', isFood: true },
  { word: '粮油贸易', industry: 'F5111', scope: '粮油批发;粮食收购;仓储服务', isFood: true },
  { word: '木业', industry: 'C2011', scope: '木材加工;木制品制造;木制品销售', isPolluting: true },
  { word: '家具', industry: 'C2110', scope: '家具制造;家具销售;室内装饰', isPolluting: true },
  { word: '纸制品', industry: 'C2223', scope: '纸制品制造;纸制品销售', isPolluting: true },
  { word: '印务', industry: 'C2311', scope: '出版物印刷;包装装潢印刷品印刷', isPolluting: true },
  { word: '塑业', industry: 'C2926', scope: '塑料制品制造;塑料制品销售', isPolluting: true },
  { word: '金属制品', industry: 'C3311', scope: '金属结构制造;金属材料销售', isPolluting: true },
  { word: '铸造', industry: 'C3392', scope: '有色金属铸造;机械零件加工', isPolluting: true },
  { word: '水处理设备', industry: 'C3463', scope: '气体、液体分离及纯净设备制造;环保咨询服务', isPolluting: true },
  { word: '汽车部件', industry: 'C3670', scope: '汽车零部件及配件制造;汽车零配件批发', isPolluting: true },
  { word: '电机', industry: 'C3812', scope: '电动机制造;机械电气设备销售', isPolluting: true },
  { word: '服饰', industry: 'C1819', scope: '服装制造;服装服饰批发' },
  { word: '水务', industry: 'D4620', scope: '污水处理及其再生利用;市政设施管理', isPolluting: true },
  { word: '建筑', industry: 'E4710', scope: '建设工程施工;建筑劳务分包' },
  { word: '五金', industry: 'F5174', scope: '五金产品批发;五金产品零售' },
  { word: '物流', industry: 'G5990', scope: '普通货物仓储服务;道路货物运输(不含危险货物)' },
  { word: '信息技术', industry: 'I6513', scope: '软件开发;信息系统集成服务' },
  { word: '置业', industry: 'K7010', scope: '房地产开发经营;非居住房地产租赁' },
  { word: '物业服务', industry: 'K7020', scope: '物业管理;园林绿化工程施工' },
  { word: '企业管理咨询', industry: 'L7249', scope: '企业管理咨询;市场调查(不含涉外调查)' },
  { word: '检测技术', industry: 'M7452', scope: '检验检测服务;环境保护监测' },
  { word: '环境服务', industry: 'N7820', scope: '城市生活垃圾经营性服务;固体废物治理', isPolluting: true },
  { word: '酒店管理', industry: 'H6110', scope: '住宿服务;餐饮服务', isFood: true },
  { word: '教育咨询', industry: 'P8391', scope: '职业技能培训;教育咨询服务' },
];

export const shopTrades: readonly Trade[] = [
  { word: '小吃店', industry: 'H6291', scope: '餐饮服务', isFood: true },
  { word: '果蔬店', industry: 'F5223', scope: '食用农产品零售', isFood: true },
  { word: '日用品店', industry: 'F5235', scope: '日用百货销售' },
  { word: '手机店', industry: 'F5274', scope: '通讯设备销售;通讯设备修理' },
  { word: '理发店', industry: 'O8040', scope: '理发服务' },
  { word: '汽车修理部', industry: 'O8111', scope: '机动车修理和维护', isPolluting: true },
  { word: '干洗店', industry: 'O8030', scope: '洗染服务', isPolluting: true },
  { word: '便利店', industry: 'F5213', scope: '食品销售;烟草制品零售', isFood: true },
];

/**
 * Two-character trade names, put together from characters that companies seldom choose and compared with a list of 20,000
 * trade names in use: none of them is in it.
 */
export const tradeNames: readonly string[] = (
  '澄川 澄舟 澄桥 澄屏 澄庐 澄石 澄泉 澄陂 芷原 芷禾 芷野 芷洲 芷峰 芷麓 芷圃 芷津 岚川 岚舟 岚桥 岚屏 岚庐 岚石 岚泉 岚陂 ' +
  '棠原 棠禾 棠野 棠洲 棠峰 棠麓 棠圃 棠津 霁川 霁舟 霁桥 霁屏 霁庐 霁石 霁泉 霁陂 榆原 榆禾 榆野 榆洲 榆峰 榆麓 榆圃 榆津 ' +
  '檀川 檀舟 檀桥 檀屏 檀庐 檀石 檀泉 檀陂 荻原 荻野 荻洲 荻峰 荻麓 荻圃 荻津 屿川 屿舟 屿桥 屿屏 屿庐 屿石 屿泉 屿陂 ' +
  '浔原 浔禾 浔野 浔洲 浔峰 浔麓 浔圃 浔津 溪川 溪舟 溪桥 溪屏 溪庐 溪石 溪陂 砚原 砚禾 砚野 砚洲 砚峰 砚麓 砚圃 砚津 ' +
  '苇川 苇舟 苇屏 苇庐 苇石 苇泉 苇陂 槿原 槿禾 槿野 槿洲 槿峰 槿麓 槿圃 槿津 樾川 樾舟 樾桥 樾屏 樾庐 樾石 樾泉 樾陂 ' +
  '垣原 垣禾 垣野 垣洲 垣峰 垣麓 垣圃 垣津 栖川 栖舟 栖桥 栖屏 栖庐 栖石 栖泉 栖陂 汀原 汀禾 汀野 汀洲 汀峰 汀麓 汀圃 汀津 ' +
  '鹭川 鹭舟 鹭桥 鹭屏 鹭庐 鹭石 鹭泉 鹭陂 筠原 筠禾 筠野 筠洲 筠峰 筠麓 筠圃 筠津 沅川 沅舟 沅桥 沅屏 沅庐 沅石 沅泉 沅陂 ' +
  '渚原 渚禾 渚野 渚洲 渚峰 渚麓 渚圃 渚津 岫川 岫舟 岫桥 岫屏 岫庐 岫石 岫泉 岫陂 柘原 柘禾 柘野 柘洲 柘峰 柘麓 柘圃 柘津'
).split(' ');

const surnames = [...'赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章'];
const givenNames =
  '砚之 栖禾 澄远 芷宁 岚生 霁明 榆安 荻秋 屿川 浔舟 苇杭 槿初 樾然 汀兰 筠清 沅湘 渚白 岫云 柘林 麓鸣'.split(' ');

/** An invented person. */
export function personName(by: Chance): string {
  return by.pick(surnames) + by.pick(givenNames);
}
