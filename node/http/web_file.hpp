/// The page's own files, compressed and part of the program: made from node/web at build time.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace jiuying::node {

struct WebFile {
    std::string_view path;  ///< `/assets/index-1a2b3c.js`
    std::string_view type;
    std::string_view etag;  ///< Of its content.
    bool lasting = false;   ///< Its name changes with its content: kept by browsers for good.
    std::span<const std::uint8_t> gzip;
};

/// Empty in a program that was built without its page.
[[nodiscard]] std::span<const WebFile> web_files();

}  // namespace jiuying::node
