#include "schema/regions_340207.hpp"

#include <array>

namespace jiuying::schema {
namespace {

constexpr std::string_view district = "340207";

constexpr std::array rows{
    RegionRow{district, "鸠江区", "district", "", false},
    RegionRow{"340207001", "四褐山街道", "street", district, false},
    RegionRow{"340207002", "裕溪口街道", "street", district, false},
    RegionRow{"340207003", "官陡街道", "street", district, false},
    RegionRow{"340207004", "湾里街道", "street", district, false},
    RegionRow{"340207005", "清水街道", "street", district, false},
    RegionRow{"340207101", "沈巷镇", "town", district, true},
    RegionRow{"340207102", "二坝镇", "town", district, true},
    RegionRow{"340207103", "汤沟镇", "town", district, true},
    RegionRow{"340207104", "白茆镇", "town", district, true},
    RegionRow{"340207401", "安徽省江北产业集中区", "park", district, false},
    RegionRow{"340207402", "安徽芜湖鸠江经济开发区", "park", district, false},
    RegionRow{"340207403", "鸠江经济开发区二坝园区", "park", district, false},
};

}  // namespace

std::span<const RegionRow> regions_340207() { return rows; }

}  // namespace jiuying::schema
