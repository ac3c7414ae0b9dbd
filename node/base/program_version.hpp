/// Which version of the programs this is. CMakeLists.txt has it from here.
#pragma once

#include <string_view>

namespace jiuying::node {

inline constexpr std::string_view program_version = "0.1.0";

}  // namespace jiuying::node
