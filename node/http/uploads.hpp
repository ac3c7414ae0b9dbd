/// A file on its way from a browser to an import, in pieces, in memory and nowhere else.
///
/// One at a node at a time: it is replaced by the next of the same person, and makes room when
/// nobody has touched it for a while. Wiped at its end. Not thread-safe.
#pragma once

#include "node/base/clock.hpp"
#include "sync/crypto/bytes.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace jiuying::node {

class Uploads {
public:
    /// As large as a workbook may be.
    static constexpr std::size_t file_bytes_max = 64U << 20U;
    static constexpr std::size_t piece_bytes_max = 512U << 10U;
    static constexpr std::size_t name_bytes_max = 255;
    static constexpr std::chrono::minutes rest{15};

    explicit Uploads(Environment& environment) : environment_(environment) {}

    /// The id of a new one. Failure import_too_large, bad_value, work_under_way.
    [[nodiscard]] std::string begin(const std::string& user, std::string name, std::uint64_t size);
    /// Adds what comes next and answers how much there is. Failure upload_gone where it is not the
    /// file of that person, or \p offset not where it ends.
    std::uint64_t add(const std::string& user, std::string_view id, std::uint64_t offset,
                      sync::View piece);
    struct Whole {
        std::string name;
        std::shared_ptr<const sync::Bytes> bytes;  ///< Shared with the import that reads it.
    };
    /// Failure upload_gone, also while a part is missing.
    [[nodiscard]] Whole whole(const std::string& user, std::string_view id);
    void drop(const std::string& user, std::string_view id);

private:
    struct Upload {
        std::string id;
        std::string user;
        std::string name;
        std::uint64_t size = 0;
        Instant touched{};
        std::shared_ptr<sync::Bytes> bytes;
    };
    [[nodiscard]] Upload& find(const std::string& user, std::string_view id);

    Environment& environment_;
    Upload held_;
};

}  // namespace jiuying::node
