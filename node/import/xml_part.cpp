#include "node/import/xml_part.hpp"

#include <new>

namespace jiuying::node {
namespace {

constexpr char separator = '\n';  ///< Between a namespace and a name.

std::string_view local(std::string_view name) {
    const std::size_t at = name.rfind(separator);
    return at == name.npos ? name : name.substr(at + 1);
}

}  // namespace

std::string_view attribute(const char** attributes, std::string_view name) {
    for (; attributes != nullptr && *attributes != nullptr; attributes += 2) {
        if (local(attributes[0]) == name) return attributes[1];
    }
    return {};
}

XmlPart::XmlPart(ZipFile& zip, XmlHandler& handler)
    : zip_(zip), handler_(handler), parser_(XML_ParserCreateNS(nullptr, separator)) {
    if (!parser_) throw std::bad_alloc{};
    XML_SetUserData(parser_.get(), this);
    XML_SetElementHandler(parser_.get(), on_begin, on_end);
    XML_SetCharacterDataHandler(parser_.get(), on_text);
    XML_SetStartDoctypeDeclHandler(parser_.get(), on_doctype);
}

void XmlPart::on_begin(void* self, const char* name, const char** attributes) {
    auto& part = *static_cast<XmlPart*>(self);
    if (++part.depth_ > depth_max) {
        XML_StopParser(part.parser_.get(), XML_FALSE);
        return;
    }
    part.handler_.begin(local(name), attributes);
}

void XmlPart::on_end(void* self, const char* name) {
    auto& part = *static_cast<XmlPart*>(self);
    --part.depth_;
    part.handler_.end(local(name));
}

void XmlPart::on_text(void* self, const char* letters, int size) {
    auto& part = *static_cast<XmlPart*>(self);
    part.handler_.text({letters, static_cast<std::size_t>(size)});
}

void XmlPart::on_doctype(void* self, const char*, const char*, const char*, int) {
    XML_StopParser(static_cast<XmlPart*>(self)->parser_.get(), XML_FALSE);
}

Result<bool> XmlPart::more() {
    const Result<std::size_t> size = zip_.read(chunk_);
    if (!size) return size.error();
    fed_ += *size;
    const bool last = *size == 0;
    const auto status = XML_Parse(parser_.get(), reinterpret_cast<const char*>(chunk_.data()),
                                  static_cast<int>(*size), last ? XML_TRUE : XML_FALSE);
    if (status != XML_STATUS_OK) return Errc::malformed;
    const auto used = XML_GetCurrentByteIndex(parser_.get());
    const std::uint64_t seen = used < 0 ? 0 : static_cast<std::uint64_t>(used);
    if (fed_ > seen && fed_ - seen > token_bytes_max) return Errc::too_large;
    return !last;
}

Result<void> XmlPart::all() {
    for (;;) {
        const Result<bool> goes_on = more();
        if (!goes_on) return goes_on.error();
        if (!*goes_on) return {};
    }
}

}  // namespace jiuying::node
