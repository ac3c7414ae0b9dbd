#include "tests/bench/workload_words.hpp"

#include <array>

namespace jiuying::bench {
namespace {

constexpr std::array lists{
    WordList{
        "pa",
        "东 西 南 北 中 上 下 大 小 新 老 金 银 玉 宝 福 禄 永 安 和 平 兴 旺 盛 昌 隆 德 仁 义 "
        "礼 智 信 春 夏 秋 冬 梅 兰 竹 菊 松 柏 柳 桃 杏 桂 荷 莲 龙 凤 虎 鹤 鹭 雁 青 红 白 "
        "黄 紫 蓝 碧 翠 石 沙 土 木 水 火 云 雨 雪 霞 星 月 日 光 明 清"},
    WordList{"pb",
             "山 河 江 湖 溪 塘 湾 洲 滩 岸 桥 渡 港 圩 坝 埂 墩 岗 坡 岭 冲 田 园 林 井 泉 沟 渠 "
             "村 庄 屯 店 铺 集 街 巷 里 坊 门 塔 庙 亭 台 阁 楼 苑 庭 城 关 口 头 角 堂 屋 家 "
             "杨 陈 李 王 张 刘 赵 周 吴 徐 孙 胡 朱 高 何 郭 马 罗 梁 宋"},
    WordList{"ps",
             "小区 花园 新村 家园 苑 里 村 社区 大道 路 街 巷 广场 市场 中学 小学 医院 工业园 组 "
             "名邸 华庭 公寓 大厦 商城 菜场 路口 桥头 车站 幼儿园 卫生院"},
    WordList{
        "when",
        "昨天 前天 今早 上周 上月 月初 月底 年初 年底 春节前 国庆后 中秋前 去年 前年 暑假里 寒假里 "
        "开学时 周一 周二 周三 周四 周五 周末 早上 中午 傍晚 夜里 凌晨 半夜 午休时 下班后 近日 "
        "近来 "
        "最近 这几天 前些天 半个月前 两个月前 半年前 一年多前 三月份 四月份 五月份 六月份 七月份 "
        "八月份 "
        "九月份 十月份 雨季里 汛期里 入冬后 开春后 收割前 插秧时 停电时 搬来后 交房后 签约时 "
        "装修时 {1-12}月{1-30}日 {1-12}月{1-30}号 {1-30}日{0-23}时 {2019-2025}年{1-12}月 "
        "{1-12}月{1-30}日{1-12}点{1-59}分 {1-12}月底 {2-9}月中旬 {1-12}月{1-30}日晚 上月{1-30}号 "
        "本月{1-30}日"},
    WordList{
        "thing",
        "路面 人行道 盲道 台阶 护栏 井盖 雨水口 下水管 化粪池 排水沟 桥面 涵洞 路灯 电杆 电线 "
        "变压器 "
        "电表 水管 水表 水泵 水箱 阀门 燃气管 电梯 楼道灯 门禁 道闸 监控 消防栓 灭火器 车棚 充电桩 "
        "围墙 大门 屋顶 外墙 窗户 阳台 墙皮 地砖 防水层 绿化带 草坪 行道树 花坛 健身器材 儿童滑梯 "
        "垃圾桶 垃圾房 公厕 站台 站牌 斑马线 红绿灯 减速带 标线 停车位 地锁 广告牌 店招 雨棚 "
        "油烟机 "
        "烟囱 音响 喇叭 铁皮房 临时棚 砂石堆 渣土 淤泥 秸秆 沟渠 泵房 闸门 圩堤 鱼塘 机耕路 大棚 "
        "猪圈 鸡舍 老屋 危墙 祠堂 校门 操场 食堂 宿舍 教室 校车 药房 病房 挂号机 取款机 快递柜 "
        "信箱 基站 网线 "
        "空调外机 热水器 暖气片 对讲机 电子屏 公示栏 宣传栏 合同 发票 收据 证件 档案 补贴款 工资 "
        "押金 "
        "租金 货款 定金 学费 保费 罚款 水费 电费 物业费 停车费 维修费 过渡费 补偿款 保证金"},
    WordList{
        "bad",
        "破损 塌陷 开裂 下沉 松动 脱落 倾斜 断裂 生锈 漏水 渗水 堵塞 积水 结冰 发黄 发臭 发霉 冒烟 "
        "跳闸 短路 停运 失灵 失修 缺失 被盗 被砸 被占 被拆 被锁 被堵 变形 老化 超载 超标 超期 过期 "
        "错位 露筋 起皮 鼓包 翻浆 长草 漏电 漏气 掉漆 褪色 卡顿 异响 震动 晃动 反味 溢流 倒灌 断流 "
        "干涸 见底 板结 倒伏 绝收 减产 滞销 拖欠 克扣 少算 多收 错收 漏发 停发 缓发 退回 冻结 作废 "
        "遗失 弄错 重复 不亮 不响 不转 不通 不平 不清 不准 不足 不符 不实 没修 没换 没清 没装 没验 "
        "没批 没到账 没公示 没人管 没下文"},
    WordList{
        "how",
        "严重 经常 反复 突然 长期 一直 仍然 再次 多次 完全 部分 几乎 大面积 成片 整段 一夜之间 "
        "时好时坏 "
        "越来越 明显 确实 已经 还是 根本 始终 不断 接连 大都 全部 多处 到处 又 都 也 竟然 偏偏 "
        "至今 目前 现在 依旧 照样 同样 仅仅 刚刚 只要下雨就 一刮风就 一到晚上就 每逢周末"},
    WordList{"who",
             "我 我家 我们 邻居 业主 住户 租户 房东 村民 居民 老人 小孩 学生 家长 老师 工人 司机 "
             "商户 摊主 "
             "店主 老板 经理 保安 门卫 保洁员 快递员 骑手 护士 医生 患者 孕妇 残疾人 退休工人 "
             "种粮户 养殖户 "
             "承包人 施工方 开发商 物业 业委会 中介 房管员 电工 水工 包工头 项目部 会计 出纳 客服 "
             "队长 组长 "
             "村干部 网格员 楼长 志愿者 亲戚 同事 朋友 父亲 母亲 爱人 儿子 女儿 岳母 外公 侄子 "
             "表弟 同村的人 "
             "对门 楼上 楼下 隔壁 全楼的人 大伙 厂里 学校 公司 银行 医院 保险公司 合作社 供电所 "
             "水厂 燃气站 老{pb} 小{pb} {pb}{pa}{pb} {pb}师傅 {pb}{pa}{pb} {pb}老师 {pa}{pb}公司 "
             "{pa}{pb}厂 {pa}{pb}饭店 {pa}{pb}物业 {2-40}栋{1-6}楼"},
    WordList{
        "did",
        "报修 投诉 举报 反映 登记 申请 上报 打电话 写信 发短信 留言 签字 按手印 交钱 退款 催促 "
        "等候 "
        "排队 跑腿 找人 问过 看过 量过 拍照 录像 取证 对账 协商 调解 争吵 推诿 拒绝 答应 承诺 道歉 "
        "解释 敷衍 回避 拖延 改口 翻脸 躲开 关门 停工 开工 返工 撤场 进场 围挡 开挖 回填 浇筑 铺设 "
        "焊接 粉刷 打孔 加固 疏通 清淤 抽水 放水 关阀 换件 断电 送电 改线 移位 拆除 搬走 堆放 焚烧 "
        "倾倒 偷排 占道 违停 逆行 超速 鸣笛 放炮 唱歌 跳舞 喝酒 打牌 养狗 养鸡 种菜 晾晒 摆摊 吆喝 "
        "涨价 降价 改价 换锁 断水 停气 限电 拉闸 贴条 罚款 扣车 扣证 扣分 销号 过户 备案 公证 评估 "
        "鉴定 "
        "检测 验收 抽查 复核 开会 表决 公示 投票 选举 移交"},
    WordList{"dept",
             "街道 社区 镇里 村里 区里 市里 住建局 城管局 环保局 交警队 派出所 教育局 卫健委 "
             "医保局 人社局 "
             "民政局 水务局 农业局 市监局 应急局 消防队 税务局 财政局 自然资源局 林业站 水利站 "
             "农技站 兽医站 "
             "供电公司 自来水公司 燃气公司 公交公司 电信公司 铁塔公司 环卫所 路灯所 市政处 排水处 "
             "园林处 "
             "征迁办 信访局 热线中心 服务大厅 管委会 法院 仲裁委 工会 妇联 残联 司法所"},
    WordList{
        "feel",
        "担心 害怕 着急 为难 难受 气愤 失望 无奈 心寒 委屈 疲惫 头疼 失眠 咳嗽 过敏 受伤 摔跤 骨折 "
        "住院 缝针 花钱 误工 误课 绕路 迟到 停产 亏本 赔钱 借债 搬家 退租 辞工 停业 丢客 断粮 "
        "缺水"},
    WordList{
        "hurt",
        "出行 睡觉 上学 上班 做饭 洗澡 看病 取药 接孩子 晾衣服 停车 倒车 会车 消防 救护 施工 生产 "
        "经营 收割 灌溉 运货 进货 开店 复习 考试 养病 散步 买菜 用电 用水 上网 采光 通风 排水 "
        "过冬"},
    WordList{
        "want",
        "修好 换新 加固 清走 疏通 整平 补齐 拆掉 移开 封住 停下 查清 严查 退还 补发 兑现 公开 说明 "
        "道歉 赔偿 减免 缓交 延期 提前 增加 加密 扩大 改线 改期 分流 限速 限行 隔离 遮盖 消毒 检测 "
        "复查 验收 备案 登记 过户 换证 补证 签约 续约 解约 安置 救助 走访 上门 值守 巡逻 盯办 "
        "督促"},
    WordList{
        "soon",
        "尽快 马上 立即 及早 抓紧 月底前 年前 雨季前 开学前 这周内 三天内 先 再 一并 彻底 认真 "
        "真正 "
        "依法 公正 公开 如实 派人 专人 现场 上门 联合 牵头 协调 适当 分批 逐步 优先 免费 统一"},
    WordList{"num",
             "两 三 四 五 六 七 八 九 十 十几 二十 二十多 三十来 四十 五十多 六七十 八十 上百 "
             "一百二 两百多 "
             "三百 五百 八百多 上千 {11-99} {101-990} {3-30} {2-9} {101-9990} {12-98} {103-997} "
             "{1200-98000}"},
    WordList{"unit",
             "户 人 天 次 趟 回 年 个月 周 块钱 万元 元 亩 米 公里 平方 栋 层 盏 根 台 辆 头 只 棵 "
             "处 家 份"},
    WordList{
        "noun",
        "原因 结果 情况 问题 矛盾 纠纷 事故 隐患 损失 责任 义务 权利 利益 标准 规定 办法 方案 计划 "
        "程序 "
        "手续 期限 进度 质量 数量 价格 成本 收入 支出 账目 名单 图纸 照片 视频 录音 证据 证明 材料 "
        "表格 "
        "编号 账号 密码 短信 微信 电话 网站 窗口 柜台 大厅 会议 文件 通知 公告 协议 条款 承诺 意见 "
        "建议 "
        "要求 想法 态度 作风 服务 环境 卫生 秩序 安全 交通 噪声 粉尘 气味 烟雾 污泥 雨水 洪水 台风 "
        "雷电 "
        "高温 霜冻 病虫 杂草 野狗 蚊虫 老鼠 白蚁 树枝 落叶 砖头 钢筋 水泥 沙子 石子 木板 玻璃 电缆 "
        "管道 "
        "接口 开关 插座 螺丝 轴承 电机 泵站 机房 仓库 车间 货架 冰柜 炉子 锅炉 烘房 冷库 塔吊 挖机 "
        "铲车 "
        "货车 客车 三轮 电瓶车 自行车 轮椅 担架 药品 疫苗 病历 处方 床位 学位 课本 作业 试卷 成绩 "
        "户口 "
        "工龄 社保 医保 低保 公积金 年金 津贴 奖金 绩效 分红 股份 债务 利息 税款 罚单 保单 房产 "
        "土地 林地 "
        "鱼苗 种子 化肥 农药 粮食 油菜 棉花 西瓜 莲藕 螃蟹 龙虾 鸭棚 果园 茶园 苗圃 池塘 河道"},
    WordList{"verb",
             "造成 引起 导致 产生 发现 看见 听说 知道 怀疑 证实 承认 否认 忽视 耽误 阻碍 妨碍 干扰 "
             "破坏 损坏 "
             "侵占 挪用 冒领 瞒报 漏报 误报 转移 转租 转让 出售 收购 抵押 垫付 分摊 承担 负责 保证 "
             "维持 延续 "
             "中断 终止 撤销 驳回 受理 处理 安排 调整 核对 统计 测量 计算 估价 定损 理赔 追缴 追讨 "
             "催收 清点 "
             "盘点 录入 上传 下载 打印 复印 盖章 签收 寄送 领取 发放 分配 轮换 替换 补种 改种 抢收 "
             "晾干 储存 "
             "运输 装卸 搬运 停放 占用 围住 封闭 打开 关闭 启动 调试 运行 保养 清洗 冲洗 打扫 粉碎 "
             "填埋 压实 "
             "抹平 刷漆 贴砖 架设 埋设 切断 改道 让路 拥堵 追尾 碰撞 侧翻 照顾 陪护 接送 看守 劝阻 "
             "制止 警告 "
             "教育 批评 奖励 推荐 申报 评选 公布 隐藏 涂改 伪造"},
    WordList{"adj",
             "新 旧 大 小 长 短 高 低 宽 窄 厚 薄 深 浅 快 慢 早 晚 冷 热 干 湿 脏 乱 差 黑 臭 吵 "
             "闷 破 烂 歪 斜 "
             "空 满 松 紧 软 硬 轻 重 贵 便宜 简陋 陈旧 狭窄 拥挤 潮湿 昏暗 嘈杂 刺鼻 浑浊 泥泞 "
             "湿滑 陡峭 低洼 "
             "偏远 零散 临时 长期 公共 私人 集体 合法 违规 虚假 模糊 含糊 随意 粗糙 马虎 蛮横 冷淡 "
             "耐心 热情 "
             "公平 透明 严格 宽松 合理 离谱 混乱 紧张 危险 脆弱 牢固 完整 残缺 统一 重复 多余 必要 "
             "突出 普遍"},
    WordList{
        "link",
        "但是 可是 而且 结果 于是 因为 所以 虽然 即使 不过 另外 同时 后来 当时 现在 其实 尤其 甚至 "
        "反而 何况 除此之外 更气人的是 据说 听讲 按理说 说实话 总之 为此 对此 到头来 再加上"},
    WordList{
        "ask",
        "请问 想问 请 恳请 希望 盼望 要求 建议 麻烦 拜托 能否 可否 是否可以 求 强烈要求 迫切希望"},
    WordList{"kind",
             "投诉 反映 咨询 求助 举报 建议 请求 关于 希望 要求 催办 再次反映 紧急求助 实名反映"},
    WordList{
        "found",
        "属实 基本属实 部分属实 不属实 情况复杂 年久失修 管线老化 负荷过大 设计偏小 手续不全 "
        "权属不清 "
        "资金未到 材料缺项 信息有误 合同到期 超出质保 施工不当 车辆碾压 连日降雨 树根顶起 私拉乱接 "
        "操作失误 系统延迟 账号填错 人员变动 未按图施工 邻里纠纷 双方有争议"},
    WordList{
        "done",
        "修复 更换 清理 加装 拆除 补发 退还 约谈 整改 处罚 立案 调解 公示 登记 备案 检测 疏通 加固 "
        "回填 "
        "铺设 接通 送电 通水 通气 消杀 修剪 清运 移交 验收 走访 座谈 培训 宣传 劝离 巡查 值守 复核 "
        "重新测算 列入计划 上报区里 申请资金 组织招标 委托设计 联系厂家 采购配件 抢修 临时封闭 "
        "设置警示"},
};

constexpr std::array<std::string_view, 18> titles{
    "{kind}{pa}{pb}{ps}{adj}{thing}{how}{bad}{verb}{noun}",
    "{pa}{pb}{ps}{thing}{how}{bad}，{who}无法{hurt}",
    "{kind}{pa}{pb}{pa}{ps}{who}{verb}{adj}{noun}问题",
    "{pa}{pa}{pb}{thing}{bad}，{who}{feel}，{verb}{noun}",
    "{pa}{pb}{ps}{num}{unit}{adj}{thing}{how}{bad}",
    "{ask}{dept}{soon}{want}{pa}{pb}{ps}{adj}{thing}",
    "{kind}{pa}{pb}{thing}{bad}、{thing}{bad}，{verb}{noun}",
    "{who}在{pa}{pb}{ps}{did}，{verb}{adj}{noun}",
    "{when}{pa}{pb}{thing}{bad}，{ask}{soon}{want}",
    "{kind}{dept}{verb}{noun}，{how}不{did}{adj}{thing}",
    "{pa}{pb}{ps}附近{adj}{thing}{bad}，{hurt}难",
    "{who}的{noun}{how}{verb}，{thing}{bad}谁来管",
    "{kind}{pa}{pb}{ps}{who}{when}{verb}{noun}",
    "{who}{hurt}难，{ask}{soon}{want}{adj}{thing}",
    "{pa}{pb}{who}{did}后{thing}{bad}，{verb}{noun}",
    "{pa}{pb}{ps}{who}的{adj}{thing}什么时候{want}",
    "{kind}{adj}{thing}{want}、{verb}{noun}的办法",
    "{pa}{pa}{pb}{ps}{thing}和{adj}{noun}{how}{bad}",
};

constexpr std::array<std::string_view, 46> bodies{
    "{when}，{pa}{pb}{ps}的{adj}{thing}{how}{bad}",
    "我住{pa}{pb}{ps}{2-40}栋，{when}{thing}{bad}，无法{hurt}",
    "{who}{when}{verb}{noun}，{who}{how}{did}",
    "{link}{adj}{thing}{how}{bad}，{who}{feel}",
    "{thing}{bad}，{noun}也{adj}，{hurt}不便",
    "{when}找{dept}{did}，{dept}说{noun}归{dept}",
    "{who}{num}{unit}，{adj}{thing}只有{num}{unit}",
    "{link}{who}{when}来{did}，{noun}{how}{bad}",
    "{when}到{when}，{verb}{num}次{noun}，{who}{how}不{did}",
    "{who}家的{who}{when}因{adj}{thing}{bad}{feel}",
    "{ask}{dept}{soon}{want}{adj}{noun}",
    "{ask}{dept}{soon}{want}{thing}，{soon}{verb}{noun}",
    "{noun}是{when}{verb}的，{who}{did}时没有{verb}{noun}",
    "离{pa}{pb}{ps}{num}米的{adj}{noun}{how}{verb}",
    "一边{did}，一边{verb}{noun}，{who}和{who}都{feel}",
    "{link}没有{verb}{noun}就{did}，{thing}{bad}",
    "{who}说{when}{verb}{noun}，到{when}还没有{did}",
    "{verb}{num}{unit}{noun}，{adj}{thing}{how}{bad}",
    "{pb}姓{who}{how}{verb}{noun}，{dept}{when}{did}",
    "{hurt}、{hurt}都要经过{pa}{pb}{ps}的{noun}",
    "{who}要{hurt}，{who}要{verb}{noun}，{thing}{bad}",
    "{ask}{adj}{thing}能不能{want}，{who}能不能{verb}{noun}",
    "{thing}和{noun}{when}被{pa}{pb}{who}{verb}",
    "{dept}{when}{verb}{noun}，{link}{adj}{thing}{how}{bad}",
    "{num}{unit}{thing}{bad}，{num}{unit}{noun}{adj}",
    "{who}{how}{feel}，{who}{verb}{adj}{noun}",
    "{noun}写明{when}{want}，{who}{link}{verb}{noun}",
    "{when}{who}{did}，{verb}{noun}，{adj}{thing}{bad}",
    "{pa}{pb}{ps}到{pa}{pb}{pb}的{adj}{noun}{how}{bad}",
    "{link}{dept}应当{soon}{want}{adj}{noun}",
    "{when}起{who}{num}点{did}，{who}没法{hurt}",
    "不是{who}{verb}{noun}，是{adj}{thing}{bad}",
    "{dept}{how}说{verb}{noun}，{when}又说{did}",
    "{who}有{adj}{noun}和{noun}，可以{verb}{noun}",
    "{thing}{bad}{num}{unit}，{dept}{how}{verb}{noun}",
    "{num}{unit}{who}{how}{verb}{adj}{noun}",
    "{ask}{soon}{want}{noun}、{soon}{verb}{noun}",
    "{pa}{pa}{pb}、{pb}{pa}{pb}的{noun}{bad}",
    "{who}{num}岁，{when}{feel}，{who}{verb}{noun}",
    "{link}{who}不{did}，{adj}{noun}就{verb}",
    "{adj}{thing}、{noun}和{adj}{noun}{how}{bad}",
    "{ask}{dept}和{dept}{soon}{verb}{noun}，{want}{thing}",
    "每次{verb}{noun}都要{num}{unit}，{who}{feel}",
    "{adj}{noun}该不该{want}，{dept}{verb}{noun}",
    "{noun}{adj}、{noun}{adj}，{who}{how}{verb}",
    "{pa}{pb}{pa}的{who}{verb}{pb}{pa}{ps}{adj}{noun}",
};

constexpr std::array<std::string_view, 20> replies{
    "经{dept}核实，{pa}{pb}{ps}{adj}{thing}{bad}{found}",
    "{thing}因{found}{bad}，{dept}已{done}{noun}",
    "{dept}{when}已{soon}{done}，{verb}{adj}{noun}",
    "原因是{adj}{noun}{found}，{dept}正在{done}",
    "已与{pa}{pb}{who}联系，{who}{verb}{noun}",
    "{when}{dept}会同{dept}{done}，{soon}{verb}{noun}",
    "计划{when}{done}{noun}，{soon}{want}{thing}",
    "要求{who}{soon}{want}{noun}，{verb}{adj}{noun}",
    "共{done}{num}{unit}，{noun}{num}{unit}",
    "{who}的{noun}{found}，{dept}已{done}{thing}",
    "下一步{soon}{done}{noun}，{soon}{verb}{noun}",
    "因{adj}{noun}{found}，{how}不能{want}",
    "请到{dept}{verb}{noun}，带{adj}{noun}和{noun}",
    "{adj}{thing}已于{when}{done}{noun}",
    "经{did}、{verb}，{who}同意{want}{noun}",
    "{pa}{pb}{ps}{noun}列入{when}{done}{noun}",
    "{dept}：{found}，{done}{noun}后{want}",
    "{who}{when}可以{verb}{noun}，找{dept}{pb}{who}",
    "现场{done}{noun}，{adj}{thing}{how}{verb}",
    "{dept}将{soon}{want}{noun}，{soon}{done}{thing}",
};

}  // namespace

std::span<const WordList> word_lists() { return lists; }
std::span<const std::string_view> title_frames() { return titles; }
std::span<const std::string_view> body_frames() { return bodies; }
std::span<const std::string_view> reply_frames() { return replies; }

}  // namespace jiuying::bench
