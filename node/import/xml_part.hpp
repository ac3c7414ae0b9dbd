/// Streams one XML part of a workbook through expat, with bounds.
///
/// No document types and so no entities of its own, no nesting beyond a bound, no token that expat
/// would have to hold whole. Names come without their namespace. Not thread-safe.
#pragma once

#include "node/import/zip_file.hpp"

#include <expat.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

namespace jiuying::node {

/// Told what the part holds.
class XmlHandler {
public:
    virtual ~XmlHandler() = default;
    /// \p attributes: name and value by turns, ended by null; see attribute().
    virtual void begin(std::string_view name, const char** attributes) = 0;
    virtual void end(std::string_view name) = 0;
    virtual void text(std::string_view letters) = 0;
};

/// The value of an attribute; empty if there is none of that name.
[[nodiscard]] std::string_view attribute(const char** attributes, std::string_view name);

class XmlPart {
public:
    /// Reads the part that \p zip is in. Both must live longer.
    XmlPart(ZipFile& zip, XmlHandler& handler);
    XmlPart(const XmlPart&) = delete;
    XmlPart& operator=(const XmlPart&) = delete;

    /// Reads some of it. False at its end. Errc::malformed, too_large.
    [[nodiscard]] Result<bool> more();
    /// Reads to its end.
    [[nodiscard]] Result<void> all();

private:
    /// A token that is not whole is read again with each piece, so its bound also bounds that.
    static constexpr std::uint64_t token_bytes_max = 256U << 10U;
    static constexpr int depth_max = 64;

    struct Free {
        void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
    };
    static void on_begin(void* self, const char* name, const char** attributes);
    static void on_end(void* self, const char* name);
    static void on_text(void* self, const char* letters, int size);
    static void on_doctype(void* self, const char*, const char*, const char*, int);

    ZipFile& zip_;
    XmlHandler& handler_;
    std::unique_ptr<XML_ParserStruct, Free> parser_;
    std::uint64_t fed_ = 0;
    int depth_ = 0;
    std::array<std::uint8_t, 16 * 1024> chunk_{};
};

}  // namespace jiuying::node
