#include "sync/types.hpp"

#include "schema/assert.hpp"

namespace jiuying::sync {

AuthorIx Authors::intern(const Author& author) {
    const auto [at, fresh] = index_.try_emplace(author, AuthorIx(all_.size()));
    if (fresh) all_.push_back(author);
    return at->second;
}

std::optional<AuthorIx> Authors::find(const Author& author) const {
    const auto at = index_.find(author);
    if (at == index_.end()) return std::nullopt;
    return at->second;
}

const Author& Authors::operator[](AuthorIx ix) const {
    const auto at = static_cast<std::size_t>(ix);
    JY_ASSERT(at < all_.size());
    return all_[at];
}

}  // namespace jiuying::sync
