#include "node/http/setup_code.hpp"

#include "node/commands/query_code.hpp"
#include "sync/crypto/hash.hpp"

namespace jiuying::node {

std::string make_setup_code(Environment& environment) {
    return grouped_query_code(make_query_code(environment));
}

sync::Array<32> hash_of_setup_code(std::string_view typed) {
    // Eighty random bits need no stretching.
    return sync::Hasher{}.add("jiuying setup code v1").add(plain_query_code(typed)).finish_as<32>();
}

}  // namespace jiuying::node
