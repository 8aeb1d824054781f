import type { Violation } from './penalty.ts';

export const wasteWater: Violation = {
  type: '超过水污染物排放标准排放水污染物',
  facts: '总排口外排废水经监测化学需氧量超过排放标准。',
  basis: '《中华人民共和国水污染防治法》第八十三条第二项',
  from: 100_000,
  until: 600_000,
};

export const leachate: Violation = {
  type: '利用渗坑或者其他逃避监管的方式排放水污染物',
  facts: '所属垃圾转运站渗滤液收集池破损,渗滤液流入雨水管网。',
  basis: '《中华人民共和国水污染防治法》第八十三条第三项',
  from: 100_000,
  until: 200_000,
};

export const environmentViolations: readonly Violation[] = [
  {
    type: '未采取措施防治扬尘污染',
    facts: '堆放的易产生扬尘的物料未密闭、未覆盖。',
    basis: '《中华人民共和国大气污染防治法》第一百一十七条第二项',
    from: 10_000,
    until: 80_000,
  },
  {
    type: '未在密闭空间或者设备中进行产生含挥发性有机物废气的生产',
    facts: '喷涂、烘干工序未在密闭空间中进行,废气未经处理直接外排。',
    basis: '《中华人民共和国大气污染防治法》第一百零八条第一项',
    from: 20_000,
    until: 150_000,
  },
  {
    type: '未按照国家环境保护标准贮存危险废物',
    facts: '废机油等危险废物露天堆放,未设置危险废物识别标志。',
    basis: '《中华人民共和国固体废物污染环境防治法》第一百一十二条第一款',
    from: 100_000,
    until: 300_000,
  },
  {
    type: '建设项目未经批准擅自开工建设',
    facts: '建设项目的环境影响报告表未经批准即开工建设。',
    basis: '《中华人民共和国环境影响评价法》第三十一条第一款',
    from: 5000,
    until: 90_000,
  },
  wasteWater,
];
