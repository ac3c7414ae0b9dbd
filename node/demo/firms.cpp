/// The eight invented firms of the demonstration's salon.
#include "node/demo/stories.hpp"
#include "node/demo/story.hpp"
#include "schema/assert.hpp"
#include "schema/uscc.hpp"

namespace jiuying::node {
namespace {

/// A credit code whose body spells DEM0, registered in 340207: no registry gives out such a body.
std::string invented_code(std::string_view kind, std::string_view number) {
    std::string code{kind};
    code.append("340207").append("MADEM").append(number);
    code.push_back(schema::uscc_check_character(code).value());
    return code;
}

}  // namespace

const std::vector<DemoFirm>& demo_firms() {
    static const std::vector<DemoFirm> firms{
        {"芜湖鸠岚智造装备有限公司", invented_code("91", "0011"), "above_scale", "陶立新",
         "19900007101", "340207402", "安徽芜湖鸠江经济开发区创业路"},
        {"芜湖砚湖汽车零部件有限公司", invented_code("91", "0022"), "above_scale", "何晓燕",
         "19900007102", "340207402", "安徽芜湖鸠江经济开发区经五路"},
        {"安徽汀岸绿色包装有限公司", invented_code("91", "0033"), "above_scale", "周宏伟",
         "05530007103", "340207401", "安徽省江北产业集中区通港路"},
        {"芜湖禾渚食品有限公司", invented_code("91", "0044"), "small_medium", "鲍翠萍",
         "19900007104", "340207403", "鸠江经济开发区二坝园区兴业路"},
        {"芜湖拾稼农业科技有限公司", invented_code("91", "0055"), "small_medium", "汪光华",
         "19900007105", "340207101", "沈巷镇丰圩村"},
        {"芜湖沐渡冷链物流有限公司", invented_code("91", "0066"), "small_medium", "夏文斌",
         "05530007106", "340207403", "鸠江经济开发区二坝园区纬三路"},
        {"鸠江区白茆镇阿顺农机维修部", invented_code("92", "0077"), "self_employed", "朱长根",
         "19900007107", "340207104", "白茆镇六圩村"},
        {"鸠江区官陡街道桂姨米饺店", invented_code("92", "0088"), "self_employed", "丁桂兰",
         "19900007108", "340207003", "官陡街道荆桥社区"},
    };
    return firms;
}

namespace demo {

bool firm_could_tell(std::size_t firm, Land land) {
    JY_ASSERT(firm < demo_firms().size());
    switch (land) {
        case Land::firm: return true;
        case Land::factory: return firm <= 3;
        case Land::trader: return firm >= 3 && firm <= 5;
        case Land::shop: return firm >= 6;
        default: return false;
    }
}

}  // namespace demo
}  // namespace jiuying::node
