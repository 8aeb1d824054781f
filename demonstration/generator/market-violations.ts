import type { Violation } from './penalty.ts';

export const foodPastItsDate: Violation = {
  type: '经营超过保质期的食品',
  facts: '货架上陈列待售的预包装食品已超过标签所载保质期,未及时清理下架。',
  basis: '《中华人民共和国食品安全法》第一百二十四条第一款第五项',
  from: 1000,
  until: 50_000,
};

const foodLabel: Violation = {
  type: '经营标签不符合规定的食品',
  facts: '销售的预包装食品标签未标注生产日期和保质期。',
  basis: '《中华人民共和国食品安全法》第一百二十五条第一款第二项',
  from: 500,
  until: 20_000,
};

export const foodViolations: readonly Violation[] = [foodPastItsDate, foodLabel];

export const priceTags: Violation = {
  type: '未按规定明码标价',
  facts: '销售的商品未标明价格,经责令改正后复查仍未改正。',
  basis: '《中华人民共和国价格法》第四十二条',
  from: 200,
  until: 5000,
};

export const falseAdvertising: Violation = {
  type: '发布虚假广告',
  facts: '在店堂和网站发布的广告中使用无法证实的“国家级”“第一”等内容,欺骗、误导消费者。',
  basis: '《中华人民共和国广告法》第五十五条第一款',
  from: 5000,
  until: 200_000,
};

const uninspectedEquipment: Violation = {
  type: '使用未经定期检验的特种设备',
  facts: '使用的叉车、电梯等特种设备超过检验有效期而未申报定期检验。',
  basis: '《中华人民共和国特种设备安全法》第八十四条第一项',
  from: 30_000,
  until: 100_000,
};

const substandardProduct: Violation = {
  type: '以不合格产品冒充合格产品',
  facts: '生产的产品经监督抽查检验,主要指标不符合明示的执行标准,仍以合格品出厂销售。',
  basis: '《中华人民共和国产品质量法》第五十条',
  from: 8000,
  until: 120_000,
};

const uncheckedScales: Violation = {
  type: '使用未经检定的计量器具',
  facts: '用于贸易结算的电子秤未按照规定申请检定。',
  basis: '《中华人民共和国计量法》第二十五条',
  from: 200,
  until: 1000,
};

export const tradeViolations: readonly Violation[] = [
  priceTags,
  falseAdvertising,
  uninspectedEquipment,
  substandardProduct,
  uncheckedScales,
];

export const ceasedBusiness: Violation = {
  type: '无正当理由开业后自行停业连续六个月以上',
  facts: '开业后自行停业连续六个月以上,且未办理歇业备案或者注销登记。',
  basis: '《中华人民共和国公司法》第二百六十条第一款',
  also: '吊销许可证件',
  licence: '营业执照',
  from: 0,
  until: 0,
};

/** Nothing but a warning. */
export const badRecords: Violation = {
  type: '未遵守药品经营质量管理规范',
  facts: '温湿度监测记录不完整,部分药品未按要求分区陈列。',
  basis: '《中华人民共和国药品管理法》第一百二十六条',
  also: '警告',
  from: 0,
  until: 0,
};
