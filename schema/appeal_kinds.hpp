/// What an appeal is, as the life cycle and the deadline policies count it. Numbers are those of
/// the registry's choices; 0 is "not said".
#pragma once

#include <cstdint>

namespace jiuying::schema {

enum class AppealType : std::uint8_t {
    none,
    inquiry,
    help_request,
    complaint,
    tip_off,
    suggestion,
    praise
};
enum class Complexity : std::uint8_t { none, simple, complex };

}  // namespace jiuying::schema
